"""Each action of containment: on success, refusal, silence, throttling, and where there is nothing to do."""

import pytest

from tasks.cloud.api import Call
from tasks.cloud.products import CAM
from tasks.errors import BadCredential, InputError
from tasks.model.plan import Action, ActionKind
from tasks.sandbox.state import Key
from tests.contain.containment_stage import Stage, act
from tests.people import ALICE, ALICE_KEY, CAROL, DAVE, DEPLOY_ROLE, ROOT, ROOT_KEY, RUNNER, RUNNER_KEY
from tests.scene import STRANGER

KEY = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)
CONSOLE = act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE)
ROLE_CONSOLE = act(ActionKind.DISABLE_CONSOLE_LOGIN, DEPLOY_ROLE)
QUARANTINE = act(ActionKind.QUARANTINE, ALICE)
COLLABORATOR = act(ActionKind.QUARANTINE, DAVE)
ROLE_QUARANTINE = act(ActionKind.QUARANTINE, DEPLOY_ROLE)
PASSWORD = act(ActionKind.RESET_PASSWORD, ALICE)
PROTECTIONS = act(ActionKind.ENABLE_PROTECTIONS, ALICE)
OFFSITE = act(ActionKind.OFFSITE_CHECK, ALICE)

READABLE = (
    (KEY, ["UpdateAccessKey"]),
    (CONSOLE, ["UpdateUser"]),
    (ROLE_CONSOLE, ["UpdateRoleConsoleLogin"]),
    (QUARANTINE, ["CreatePolicy", "AttachUserPolicy"]),
    (COLLABORATOR, ["CreatePolicy", "AttachUserPolicy"]),
    (ROLE_QUARANTINE, ["CreatePolicy", "AttachRolePolicy"]),
    (PROTECTIONS, ["SetMfaFlag"]),
)
UNREADABLE = ((PASSWORD, ["UpdateUser"]), (OFFSITE, ["CreateSubAccountLoginIpPolicy"]))


def named(value: object) -> str:
    return f"{value.kind}-{value.principal.kind}" if isinstance(value, Action) else ""


readable = pytest.mark.parametrize(("action", "writes"), READABLE, ids=named)
unreadable = pytest.mark.parametrize(("action", "writes"), UNREADABLE, ids=named)
every = pytest.mark.parametrize(("action", "writes"), READABLE + UNREADABLE, ids=named)


@readable
def test_what_can_be_read_back_is_verified(stage: Stage, action: Action, writes: list[str]) -> None:
    outcome = stage.contain(action)

    assert outcome.status == "verified"
    assert stage.writes() == writes
    assert outcome.request_ids
    assert outcome.name == action.name
    assert outcome.by == "olivia"
    assert outcome.before


@unreadable
def test_what_cannot_be_read_back_is_only_done(stage: Stage, action: Action, writes: list[str]) -> None:
    outcome = stage.contain(action)

    assert outcome.status == "done"
    assert stage.writes() == writes


@every
def test_the_second_call_of_a_plan_does_nothing_and_says_the_same(
    stage: Stage, action: Action, writes: list[str]
) -> None:
    first = stage.contain(action)
    calls = len(stage.sandbox.calls())
    second = stage.contain(action)

    assert second == first
    assert len(stage.sandbox.calls()) == calls
    assert stage.writes() == writes


@readable
def test_what_is_so_already_is_skipped(stage: Stage, action: Action, writes: list[str]) -> None:
    stage.contain(action)
    again = stage.contain(action, plan_hash="plan00000002")

    assert again.status == "skipped"
    assert stage.writes() == writes


@every
def test_a_refusal_names_the_permission(stage: Stage, action: Action, writes: list[str]) -> None:
    stage.sandbox.faults.set(deny=[f"cam:{writes[-1]}"])
    outcome = stage.contain(action)

    assert outcome.status == "failed"
    assert f"cam:{writes[-1]}" in outcome.detail.en
    assert f"cam:{writes[-1]}" in outcome.detail.zh
    assert stage.writes() == writes


@readable
def test_a_lost_answer_is_read_back_and_not_asked_for_again(stage: Stage, action: Action, writes: list[str]) -> None:
    stage.sandbox.faults.set(lost_answer={f"cam:{writes[-1]}": 1})
    outcome = stage.contain(action)

    assert outcome.status == "verified"
    assert stage.writes() == writes


@unreadable
def test_a_lost_answer_that_cannot_be_read_back_is_no_success(stage: Stage, action: Action, writes: list[str]) -> None:
    stage.sandbox.faults.set(lost_answer={f"cam:{writes[-1]}": 1})
    outcome = stage.contain(action)

    assert outcome.status == "failed"
    assert "can't be seen" in outcome.detail.en
    assert stage.writes() == writes


NOT_DONE = ("hang", "server_error", "cut")
DONE_UNSEEN = ("hang_after", "error_after", "break_off")  # and a lost answer, below


@pytest.mark.parametrize("fault", NOT_DONE)
@readable
def test_a_write_that_was_not_done_is_looked_for_and_sent_again(
    stage: Stage, action: Action, writes: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.cloud.client.TIMEOUT_S", 0.5)
    stage.sandbox.faults.set(**{fault: {f"cam:{write}": 1 for write in writes}})
    outcome = stage.contain(action)

    assert outcome.status == "verified"
    assert stage.writes(answered=True) == writes


@pytest.mark.parametrize("fault", DONE_UNSEEN)
@readable
def test_a_write_that_was_done_without_an_answer_is_looked_for_and_never_repeated(
    stage: Stage, action: Action, writes: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.cloud.client.TIMEOUT_S", 0.5)
    stage.sandbox.faults.set(**{fault: {f"cam:{write}": 1 for write in writes}})
    outcome = stage.contain(action)

    assert outcome.status == "verified"
    assert stage.writes() == writes


@pytest.mark.parametrize("fault", [*NOT_DONE, *DONE_UNSEEN])
@unreadable
def test_a_write_whose_effect_nobody_can_see_is_sent_once_and_told(
    stage: Stage, action: Action, writes: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.cloud.client.TIMEOUT_S", 0.5)
    sent: list[str] = []
    stage = stage.watched(sent)
    stage.sandbox.faults.set(**{fault: {f"cam:{writes[-1]}": 1}})
    outcome = stage.contain(action)

    assert (outcome.status, outcome.again) == ("failed", False)
    assert "can't be seen" in outcome.detail.en
    assert sent.count(f"cam:{writes[-1]}") == 1


@every
def test_each_call_has_its_own_tries_however_many_of_them_are_throttled(
    stage: Stage, action: Action, writes: list[str]
) -> None:
    stage.sandbox.faults.set(throttle_each=7)
    outcome = stage.contain(action)

    assert outcome.status in ("verified", "done")
    assert stage.writes(answered=True) == writes


@every
def test_a_throttled_write_was_not_done_and_is_sent_again(stage: Stage, action: Action, writes: list[str]) -> None:
    stage.sandbox.faults.set(throttle={f"cam:{writes[-1]}": 2})
    outcome = stage.contain(action)

    assert outcome.status in ("verified", "done")
    assert stage.writes(answered=True) == writes


@every
def test_throttling_without_end_fails(stage: Stage, action: Action, writes: list[str]) -> None:
    stage.sandbox.faults.set(throttle=[f"cam:{writes[-1]}"])
    outcome = stage.contain(action)

    assert outcome.status == "failed"
    assert "throttling" in outcome.detail.en


@pytest.mark.parametrize(
    ("action", "read"),
    [
        (KEY, "ListAccessKeys"),
        (CONSOLE, "GetUser"),
        (ROLE_CONSOLE, "GetRole"),
        (QUARANTINE, "ListAttachedUserAllPolicies"),
        (ROLE_QUARANTINE, "ListAttachedRolePolicies"),
        (PASSWORD, "GetUser"),
    ],
    ids=named,
)
def test_where_the_state_cannot_be_read_it_is_done_and_not_verified(stage: Stage, action: Action, read: str) -> None:
    stage.sandbox.faults.set(deny=[f"cam:{read}"])
    outcome = stage.contain(action)

    assert outcome.status == "done"
    assert f"cam:{read}" in outcome.before["unread"]


def test_protections_that_cannot_be_read_are_not_written(stage: Stage) -> None:
    stage.sandbox.faults.set(deny=["cam:DescribeSafeAuthFlagColl"])
    outcome = stage.contain(PROTECTIONS)

    assert outcome.status == "failed"
    assert "cam:DescribeSafeAuthFlagColl" in outcome.detail.en
    assert stage.writes() == []


def test_a_read_that_breaks_off_now_and_then_does_not_matter(stage: Stage) -> None:
    stage.sandbox.faults.set(break_off={"cam:ListAccessKeys": 2, "cam:ListPolicies": 1})

    assert stage.contain(KEY).status == "verified"
    assert stage.contain(QUARANTINE).status == "verified"
    assert stage.writes() == ["UpdateAccessKey", "CreatePolicy", "AttachUserPolicy"]


def test_a_write_without_effect_is_no_success(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.cloud.writes.set_key", lambda *_args, **_options: None)
    outcome = stage.contain(KEY)

    assert outcome.status == "failed"
    assert "no effect" in outcome.detail.en


def test_a_wrong_credential_is_said_and_nothing_is_written(stage: Stage) -> None:
    outcome = stage.signed_by("AKIDexampleNobody", "nothing").contain(KEY)

    assert outcome.status == "failed"
    assert stage.writes() == []


def test_a_key_that_is_not_its_owners_is_never_taken_for_a_disabled_one(stage: Stage) -> None:
    outcome = stage.contain(act(ActionKind.DISABLE_ACCESS_KEY, CAROL, ALICE_KEY))

    assert outcome.status == "failed"
    assert stage.key_active(ALICE, ALICE_KEY)


def test_a_key_that_does_not_exist_fails_clearly(stage: Stage) -> None:
    outcome = stage.contain(act(ActionKind.DISABLE_ACCESS_KEY, ALICE, "AKIDexampleNobody"))

    assert outcome.status == "failed"
    assert "ResourceNotFound" in outcome.detail.en


@pytest.mark.parametrize("kind", [ActionKind.DISABLE_CONSOLE_LOGIN, ActionKind.RESET_PASSWORD])
def test_a_name_that_changed_hands_is_left_alone(stage: Stage, kind: ActionKind) -> None:
    former = ALICE.model_copy(update={"uin": "100000000777"})
    outcome = stage.contain(act(kind, former))

    assert outcome.status == "failed"
    assert "another user" in outcome.detail.en
    assert stage.writes() == []


@pytest.mark.parametrize("kind", [ActionKind.QUARANTINE, ActionKind.DISABLE_CONSOLE_LOGIN])
def test_the_runbook_never_acts_on_its_own_identity(stage: Stage, kind: ActionKind) -> None:
    outcome = stage.contain(act(kind, RUNNER))

    assert outcome.status == "failed"
    assert "itself" in outcome.detail.en
    assert stage.writes() == []


def test_a_step_for_a_person_is_not_done_by_the_api(stage: Stage) -> None:
    with pytest.raises(InputError, match="step for a person"):
        stage.contain(act(ActionKind.LOG_OUT_SESSIONS, ALICE, how="manual"))


def test_a_disabled_key_is_refused_from_then_on(stage: Stage) -> None:
    attacker = stage.signed_by_key_of("alice")
    attacker.cloud.call(Call(CAM, "ListUsers"))
    stage.contain(KEY)

    with pytest.raises(BadCredential):
        attacker.cloud.call(Call(CAM, "ListUsers"))


def test_console_login_is_refused_from_then_on(stage: Stage) -> None:
    assert stage.sandbox.try_login("alice", ip=STRANGER)
    stage.contain(CONSOLE)

    assert not stage.sandbox.try_login("alice", ip=STRANGER)


def test_an_open_session_has_no_power_from_then_on(stage: Stage) -> None:
    assert stage.sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER) == ""
    stage.contain(QUARANTINE)

    assert stage.sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER).startswith("UnauthorizedOperation")


def test_another_key_of_its_own_identity_may_be_disabled_but_not_the_one_it_signs_by(stage: Stage) -> None:
    stage.sandbox.world.cloud.keys.append(
        Key(id="AKIDexampleIntruder00000000000001", secret="s", owner=int(RUNNER.uin))
    )

    assert stage.contain(act(ActionKind.DISABLE_ACCESS_KEY, RUNNER, RUNNER_KEY)).status == "failed"
    assert (
        stage.contain(act(ActionKind.DISABLE_ACCESS_KEY, RUNNER, "AKIDexampleIntruder00000000000001")).status
        == "verified"
    )
    assert stage.key_active(RUNNER, RUNNER_KEY)


def test_the_main_accounts_key_is_out_of_a_sub_users_reach(stage: Stage) -> None:
    next(key for key in stage.sandbox.world.cloud.keys if key.id == ROOT_KEY).active = True
    outcome = stage.contain(act(ActionKind.DISABLE_ACCESS_KEY, ROOT, ROOT_KEY))

    assert outcome.status == "failed"
    assert "web console" in outcome.detail.en


def test_a_lost_answer_whose_effect_may_not_be_read_is_no_success(stage: Stage) -> None:
    stage.sandbox.faults.set(lost_answer={"cam:UpdateAccessKey": 1}, deny=["cam:ListAccessKeys"])
    outcome = stage.contain(KEY)

    assert outcome.status == "failed"
    assert "can't be seen" in outcome.detail.en
    assert "cam:ListAccessKeys" in outcome.detail.en
    assert stage.writes() == ["UpdateAccessKey"]
