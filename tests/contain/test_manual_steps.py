"""What a person did in the web console is verified where anything can be read, else attested by that person's name."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tasks.cloud.api import Call
from tasks.cloud.client import Cloud
from tasks.cloud.products import CAM
from tasks.contain.manual.verify import read_back
from tasks.contain.not_done import declined, not_done, planned
from tasks.model.base import Sentence
from tasks.model.plan import Action, ActionKind, Outcome
from tasks.model.principal import Principal, PrincipalKind
from tests.contain.containment_stage import Stage, act, now
from tests.people import ALICE, ALICE_KEY, BOB, DAVE, ROOT, ROOT_KEY
from tests.scene import STRANGER

PASSWORD = act(ActionKind.CHANGE_PASSWORD, ROOT, how="manual")
OFFSITE = act(ActionKind.ENABLE_OFFSITE_PROTECTION, ROOT, how="manual")
SESSIONS = act(ActionKind.LOG_OUT_SESSIONS, ROOT, how="manual")
PROTECTIONS = act(ActionKind.ENABLE_PROTECTIONS, ROOT, how="manual")
ASK = act(ActionKind.ASK_COLLABORATOR, DAVE, how="manual")
KEY = act(ActionKind.DISABLE_ACCESS_KEY, ROOT, ROOT_KEY, how="manual")
ALICES_KEY = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY, how="manual")
ALL_KEYS = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, how="manual")


def looked_at(
    stage: Stage, action: Action, *, since: datetime | None = None, suspect_ip: str | None = STRANGER
) -> Outcome:
    asked = since or now() - timedelta(seconds=5)
    (outcome,) = read_back(stage.cloud, (action,), since=asked, suspect_ip=suspect_ip, by="paul", now=later)
    return outcome


def later() -> datetime:
    """The audit log counts whole seconds."""
    return now() + timedelta(seconds=2)


def root_key(stage: Stage, *, active: bool) -> None:
    next(key for key in stage.sandbox.world.cloud.keys if key.id == ROOT_KEY).active = active


def use_root_key(stage: Stage) -> None:
    secret = next(key.secret for key in stage.sandbox.world.cloud.keys if key.id == ROOT_KEY)
    stage.signed_by(ROOT_KEY, secret).cloud.call(Call(CAM, "ListUsers"))


def test_a_changed_password_is_verified_by_its_event(stage: Stage) -> None:
    stage.sandbox.console("change_password")
    outcome = looked_at(stage, PASSWORD)

    assert outcome.status == "verified"
    assert "ChangeMailPassword" in outcome.detail.en
    assert outcome.by == "paul"
    assert outcome.request_ids


def test_without_the_event_it_is_the_persons_word(stage: Stage) -> None:
    outcome = looked_at(stage, PASSWORD)

    assert outcome.status == "attested"
    assert "paul" in outcome.detail.en


def test_an_event_from_before_the_question_proves_nothing(stage: Stage) -> None:
    stage.sandbox.console("change_password")

    assert looked_at(stage, PASSWORD, since=now() + timedelta(seconds=1.5)).status == "attested"


def test_a_password_changed_from_the_suspects_address_is_an_alarm(stage: Stage) -> None:
    stage.sandbox.world.cloud.homes["root-home"] = STRANGER
    stage.sandbox.console("change_password")
    outcome = looked_at(stage, PASSWORD)

    assert outcome.status == "failed"
    assert "intruder" in outcome.detail.en


def test_an_audit_log_that_may_not_be_read_leaves_the_word(stage: Stage) -> None:
    stage.sandbox.faults.set(deny=["cloudaudit:DescribeEvents"])
    for action in (PASSWORD, SESSIONS):
        outcome = looked_at(stage, action)

        assert outcome.status == "attested"
        assert "cloudaudit:DescribeEvents" in outcome.detail.en


def test_off_site_protection_is_read_back(stage: Stage) -> None:
    assert looked_at(stage, OFFSITE).status == "failed"
    stage.sandbox.console("enable_offsite_protection")

    assert looked_at(stage, OFFSITE).status == "verified"


def test_root_reads_its_own_flags(stage: Stage) -> None:
    root_key(stage, active=True)
    secret = next(key.secret for key in stage.sandbox.world.cloud.keys if key.id == ROOT_KEY)
    own = stage.signed_by(ROOT_KEY, secret)
    stage.sandbox.console("enable_offsite_protection")

    assert looked_at(own, OFFSITE).status == "verified"
    assert stage.sandbox.calls()[-1].action == "DescribeSafeAuthFlag"


def test_on_the_international_site_root_reads_them_by_another_call(stage: Stage) -> None:
    root_key(stage, active=True)
    secret = next(key.secret for key in stage.sandbox.world.cloud.keys if key.id == ROOT_KEY)
    own = stage.signed_by(ROOT_KEY, secret)
    looked_at(replace(own, cloud=replace(own.cloud, site="intl")), OFFSITE)

    assert stage.sandbox.calls()[-1].action == "DescribeSafeAuthFlagIntl"


@pytest.mark.parametrize(("done", "status"), [(True, "verified"), (False, "attested")])
def test_where_the_flag_may_not_be_read_the_event_counts(stage: Stage, done: bool, status: str) -> None:  # noqa: FBT001 - a table's column
    stage.sandbox.faults.set(deny=["cam:DescribeSafeAuthFlagColl"])
    if done:
        stage.sandbox.console("enable_offsite_protection")
        stage.sandbox.console("enable_login_protection")

    assert looked_at(stage, OFFSITE).status == status
    assert looked_at(stage, PROTECTIONS).status == status


def test_protections_are_on_when_both_are(stage: Stage) -> None:
    stage.sandbox.console("enable_login_protection")
    assert looked_at(stage, PROTECTIONS).status == "failed"
    stage.sandbox.console("enable_operation_protection")

    assert looked_at(stage, PROTECTIONS).status == "verified"


def test_a_suspect_who_still_acts_was_not_logged_out(stage: Stage) -> None:
    stage.sandbox.attempt("root", "cam:ListUsers", ip=STRANGER)
    outcome = looked_at(stage, SESSIONS)

    assert outcome.status == "failed"
    assert "ListUsers" in outcome.detail.en


def test_a_suspects_session_is_known_at_another_address_too(stage: Stage) -> None:
    for _ in range(2):
        stage.sandbox.attempt("root", "cam:ListUsers", ip=STRANGER)
    first, second = stage.sandbox.world.log.events[-2:]
    first.at, second.ip = first.at - 600, "203.0.113.99"
    asked = now() - timedelta(seconds=60)

    outcome = looked_at(stage, SESSIONS, since=asked)

    assert outcome.status == "failed"


def test_no_call_since_is_attested_with_what_was_looked_for(stage: Stage) -> None:
    stage.sandbox.console("log_out_sessions")
    outcome = looked_at(stage, SESSIONS)

    assert outcome.status == "attested"
    assert STRANGER in outcome.detail.en
    assert "fresh login" in outcome.detail.en


def test_without_a_suspects_address_nothing_is_looked_for(stage: Stage) -> None:
    outcome = looked_at(stage, SESSIONS, suspect_ip=None)

    assert outcome.status == "attested"
    assert "not known" in outcome.detail.en


def test_a_key_that_reads_as_inactive_is_verified(stage: Stage) -> None:
    assert looked_at(stage, ALICES_KEY).status == "failed"
    stage.contain(act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY))

    assert looked_at(stage, ALICES_KEY).status == "verified"


def test_a_key_that_is_gone_is_verified_unless_it_was_used(stage: Stage) -> None:
    stage.signed_by_key_of("alice").cloud.call(Call(CAM, "ListUsers"))
    keys = stage.sandbox.world.cloud.keys
    stage.sandbox.world.cloud.keys = [key for key in keys if key.id != ALICE_KEY]

    assert looked_at(stage, ALICES_KEY).status == "failed"
    assert looked_at(stage, ALICES_KEY, since=now() + timedelta(seconds=1.5)).status == "verified"
    stage.sandbox.faults.set(deny=["cloudaudit:DescribeEvents"])
    assert looked_at(stage, ALICES_KEY).status == "attested"


def test_a_key_whose_list_may_not_be_read_is_attested_unless_it_was_used(stage: Stage) -> None:
    stage.sandbox.faults.set(deny=["cam:ListAccessKeys"])
    assert looked_at(stage, KEY).status == "attested"
    root_key(stage, active=True)
    use_root_key(stage)

    assert looked_at(stage, KEY).status == "failed"
    assert looked_at(stage, ALL_KEYS).status == "attested"
    stage.sandbox.faults.set(deny=["cam:ListAccessKeys", "cloudaudit:DescribeEvents"])
    assert looked_at(stage, KEY).status == "attested"


def test_a_bare_key_without_an_owner_is_looked_for_in_the_audit_log(stage: Stage) -> None:
    nobody = Principal(kind=PrincipalKind.OTHER, uin=ALICE_KEY, name=ALICE_KEY)
    bare = act(ActionKind.DISABLE_ACCESS_KEY, nobody, ALICE_KEY, how="manual")
    quarantine = act(ActionKind.QUARANTINE, nobody, how="manual")

    assert looked_at(stage, quarantine).status == "attested"
    stage.signed_by_key_of("alice").cloud.call(Call(CAM, "ListUsers"))
    assert looked_at(stage, bare).status == "failed"


def test_a_step_that_names_no_key_looks_at_all_of_them(stage: Stage) -> None:
    outcome = looked_at(stage, ALL_KEYS)
    bobs = looked_at(stage, act(ActionKind.DISABLE_ACCESS_KEY, BOB, how="manual"))

    assert outcome.status == "attested"
    assert ALICE_KEY in outcome.detail.en
    assert bobs.status == "verified"


def test_a_collaborator_who_was_asked_is_attested(stage: Stage) -> None:
    assert looked_at(stage, ASK).status == "attested"


def test_what_the_api_could_have_done_is_read_the_same_way(stage: Stage) -> None:
    console = act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE, how="manual")
    assert looked_at(stage, console).status == "failed"
    stage.person(ALICE).console = False
    assert looked_at(stage, console).status == "verified"
    stage.sandbox.faults.set(deny=["cam:GetUser"])
    assert looked_at(stage, console).status == "attested"
    stage.sandbox.faults.clear()
    other = act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE.model_copy(update={"uin": "100000000777"}), how="manual")
    assert looked_at(stage, other).status == "attested"


def test_each_step_has_its_outcome_in_order(stage: Stage) -> None:
    outcomes = read_back(stage.cloud, (PASSWORD, SESSIONS), since=now(), suspect_ip=None, by="paul", now=later)

    assert [outcome.kind for outcome in outcomes] == [PASSWORD.kind, SESSIONS.kind]


def test_reading_back_changes_nothing(stage: Stage) -> None:
    for action in (PASSWORD, OFFSITE, SESSIONS, PROTECTIONS, ASK, KEY, ALL_KEYS):
        looked_at(stage, action)

    assert stage.writes() == []


def test_what_was_not_done_says_why() -> None:
    (plan,), (no,), (left,) = planned((PASSWORD,)), declined((PASSWORD,), "olivia"), not_done((PASSWORD,), "paul")

    assert (plan.status, no.status, left.status) == ("planned", "declined", "failed")
    assert (plan.by, no.by, left.by) == ("", "olivia", "paul")
    assert isinstance(left.detail, Sentence)
    assert "not done" in left.detail.en


def test_a_cloud_that_is_away_leaves_the_word(stage: Stage) -> None:
    away = replace(stage, cloud=Cloud(credential=stage.cloud.credential, endpoint="http://127.0.0.1:9"))

    assert {looked_at(away, each).status for each in (PASSWORD, OFFSITE, SESSIONS, KEY)} == {"attested"}


def test_a_passing_fault_does_not_turn_a_proof_into_a_word(stage: Stage) -> None:
    stage.sandbox.console("change_password")
    stage.sandbox.console("enable_offsite_protection")
    broken = {"cloudaudit:DescribeEvents": 1, "cam:DescribeSafeAuthFlagColl": 2, "sts:GetCallerIdentity": 1}
    stage.sandbox.faults.set(break_off=broken)

    assert looked_at(stage, PASSWORD).status == "verified"
    assert looked_at(stage, OFFSITE).status == "verified"
