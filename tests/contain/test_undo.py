"""What was contained can be made again exactly what it was."""

from collections.abc import Callable

import pytest

from tasks.contain.quarantine import NAME
from tasks.contain.registry import CONTROLS
from tasks.decide.action_texts import UNDO_EFFECTS
from tasks.model.plan import Action, ActionKind, Outcome
from tests.contain.containment_stage import PLAN, Stage, act
from tests.people import ALICE, ALICE_KEY, BOB, CAROL, DAVE, DEPLOY_ROLE

KEY = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)

REVERSIBLE = (
    KEY,
    act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE),
    act(ActionKind.DISABLE_CONSOLE_LOGIN, DEPLOY_ROLE),
    act(ActionKind.QUARANTINE, ALICE),
    act(ActionKind.QUARANTINE, DAVE),
    act(ActionKind.QUARANTINE, DEPLOY_ROLE),
    act(ActionKind.ENABLE_PROTECTIONS, ALICE),
    act(ActionKind.ENABLE_PROTECTIONS, CAROL),
)


def named(action: Action) -> str:
    return f"{action.kind}-{action.principal.name}"


@pytest.mark.parametrize("action", REVERSIBLE, ids=named)
def test_after_the_undoing_everything_is_as_before(stage: Stage, action: Action) -> None:
    stage.person(CAROL).phone = "138****0013"
    before = stage.state_of(action.principal)
    outcome = stage.contain(action)
    during = stage.state_of(action.principal)
    undone = stage.undo(outcome)

    assert during != before
    assert undone.status == "verified"
    assert stage.state_of(action.principal) == before


@pytest.mark.parametrize("action", REVERSIBLE, ids=named)
def test_undoing_twice_does_nothing_the_second_time(stage: Stage, action: Action) -> None:
    stage.person(CAROL).phone = "138****0013"
    outcome = stage.contain(action)
    first = stage.undo(outcome)
    calls = len(stage.sandbox.calls())

    assert stage.undo(outcome) == first
    assert len(stage.sandbox.calls()) == calls


@pytest.mark.parametrize("action", REVERSIBLE, ids=named)
def test_what_was_so_already_is_not_undone(stage: Stage, action: Action) -> None:
    stage.person(CAROL).phone = "138****0013"
    stage.contain(action)
    contained = stage.state_of(action.principal)
    skipped = stage.contain(action, plan_hash="plan00000002")

    assert stage.undo(skipped).status == "skipped"
    assert stage.state_of(action.principal) == contained


def test_a_key_that_was_inactive_stays_inactive(stage: Stage) -> None:
    bobs = act(ActionKind.DISABLE_ACCESS_KEY, BOB, "AKIDexampleBob0000000000000000001")

    assert stage.undo(stage.contain(bobs)).status == "skipped"
    assert stage.key_active(BOB, "AKIDexampleBob0000000000000000001") is False


def test_every_kind_that_can_be_undone_is_in_this_table_and_says_what_that_lets_happen() -> None:
    reversible = {kind for kind, control in CONTROLS.items() if control.reversible}

    assert {action.kind for action in REVERSIBLE} == reversible == UNDO_EFFECTS.keys()


@pytest.mark.parametrize("action", REVERSIBLE, ids=named)
def test_what_containment_left_is_kept_and_is_what_is_undone(stage: Stage, action: Action) -> None:
    stage.person(CAROL).phone = "138****0013"
    outcome = stage.contain(action)

    assert outcome.after
    assert outcome.after != outcome.before


def _switch_key(stage: Stage) -> None:
    cloud = stage.sandbox.world.cloud
    cloud.keys = [key for key in cloud.keys if key.id != ALICE_KEY]


def _attach(stage: Stage) -> None:
    stage.person(ALICE).policies.append(219188)


def _other_method(stage: Stage) -> None:
    stage.person(ALICE).login_check = stage.person(ALICE).action_check = "Stoken"


@pytest.mark.parametrize(
    ("action", "change", "says"),
    [
        (KEY, _switch_key, "does not have it"),
        (act(ActionKind.QUARANTINE, ALICE), _attach, "is attached"),
        (act(ActionKind.ENABLE_PROTECTIONS, ALICE), _other_method, "Login protection: Stoken"),
    ],
    ids=["a key that is gone", "a policy attached since", "another method"],
)
def test_what_was_changed_since_is_not_undone(
    stage: Stage, action: Action, change: Callable[[Stage], None], says: str
) -> None:
    outcome = stage.contain(action)
    writes = stage.writes()
    change(stage)
    changed = stage.state_of(action.principal)
    undone = stage.undo(outcome)

    assert undone.status == "failed"
    assert "changed since it was contained" in undone.detail.en
    assert says in undone.detail.en
    assert (stage.writes(), stage.state_of(action.principal)) == (writes, changed)


def test_an_outcome_of_an_earlier_version_is_undone_where_it_is_as_containment_wants_it(stage: Stage) -> None:
    outcome = stage.contain(KEY).model_copy(update={"after": {}})

    assert stage.undo(outcome).status == "verified"


def test_what_a_person_restored_already_is_left_alone(stage: Stage) -> None:
    outcome = stage.contain(KEY)
    next(key for key in stage.sandbox.world.cloud.keys if key.id == ALICE_KEY).active = True
    undone = stage.undo(outcome)

    assert undone.status == "verified"
    assert "nothing was changed" in undone.detail.en
    assert stage.writes() == ["UpdateAccessKey"]


def test_a_quarantine_of_somebody_else_is_not_detached(stage: Stage) -> None:
    theirs = stage.contain(act(ActionKind.QUARANTINE, DAVE))
    ours = stage.contain(act(ActionKind.QUARANTINE, ALICE))
    stage.undo(ours)
    quarantine = next(iter(set(stage.person(DAVE).policies) - {p["id"] for p in theirs.before["policies"]}))

    assert quarantine in stage.person(DAVE).policies
    assert quarantine not in stage.person(ALICE).policies


def test_an_undoing_that_is_refused_says_which_permission_is_missing(stage: Stage) -> None:
    outcome = stage.contain(KEY)
    stage.sandbox.faults.set(deny=["cam:UpdateAccessKey"])
    undone = stage.undo(outcome)

    assert undone.status == "failed"
    assert "cam:UpdateAccessKey" in undone.detail.en


def test_an_undoing_whose_answer_is_lost_is_read_back(stage: Stage) -> None:
    outcome = stage.contain(KEY)
    stage.sandbox.faults.set(lost_answer={"cam:UpdateAccessKey": 1})

    assert stage.undo(outcome).status == "verified"
    assert stage.writes() == ["UpdateAccessKey", "UpdateAccessKey"]


def test_an_undoing_that_cannot_read_the_state_changes_nothing(stage: Stage) -> None:
    outcome = stage.contain(KEY)
    stage.sandbox.faults.set(deny=["cam:ListAccessKeys"])

    assert stage.undo(outcome).status == "failed"
    assert stage.writes() == ["UpdateAccessKey"]


def test_without_the_state_before_nothing_is_guessed(stage: Stage) -> None:
    stage.sandbox.faults.set(deny=["cam:ListAccessKeys"])
    outcome = stage.contain(KEY)
    stage.sandbox.faults.clear()
    undone = stage.undo(outcome)

    assert undone.status == "failed"
    assert "not known" in undone.detail.en
    assert stage.key_active(ALICE, ALICE_KEY) is False


@pytest.mark.parametrize("kind", [ActionKind.RESET_PASSWORD, ActionKind.OFFSITE_CHECK])
def test_what_cannot_be_undone_says_so(stage: Stage, kind: ActionKind) -> None:
    undone = stage.undo(stage.contain(act(kind, ALICE)))

    assert undone.status == "failed"
    assert "can't be undone" in undone.detail.en


def test_the_ledger_tells_the_undoing_from_the_act(stage: Stage) -> None:
    stage.undo(stage.contain(KEY, PLAN))

    assert [row.kind for row in stage.ledger.actions(stage.incident)] == [
        "disable_access_key",
        "undo_disable_access_key",
    ]


def test_a_name_that_changed_hands_since_is_left_alone(stage: Stage) -> None:
    outcome = stage.contain(act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE))
    stage.person(ALICE).uin = 100000000777
    undone = stage.undo(outcome)

    assert undone.status == "failed"
    assert "another user" in undone.detail.en
    assert stage.writes() == ["UpdateUser"]


def test_a_quarantine_policy_that_denies_nothing_any_more_was_changed_and_stays(stage: Stage) -> None:
    outcome = stage.contain(act(ActionKind.QUARANTINE, ALICE))
    policy = next(one for one in stage.sandbox.world.cloud.policies if one.name == NAME)
    policy.document = {"version": "2.0", "statement": []}

    assert stage.undo(outcome).status == "failed"
    assert policy.id in stage.person(ALICE).policies


def test_an_undoing_that_failed_is_tried_anew(stage: Stage) -> None:
    outcome = stage.contain(KEY)
    stage.sandbox.faults.set(deny={"cam:UpdateAccessKey": 1})
    refused = stage.undo(outcome)
    undone = stage.undo(outcome)

    assert (refused.status, undone.status) == ("failed", "verified")
    assert stage.key_active(ALICE, ALICE_KEY)
    assert stage.undo(outcome) == undone


class NewerOutcome(Outcome):
    looked_at: int = 0


def test_an_outcome_that_a_newer_version_read_back_is_not_undone_again(stage: Stage) -> None:
    outcome = stage.contain(KEY)
    first = stage.undo(outcome)
    calls = len(stage.sandbox.calls())

    assert stage.undo(NewerOutcome(**dict(outcome))) == first
    assert len(stage.sandbox.calls()) == calls
