"""How an incident ends follows from what was decided, approved and done."""

from typing import Any

import pytest

from tasks.decide.impact import resources_affected
from tasks.decide.protections import protections_off
from tasks.decide.verdict import active_containment, next_step, to_roll_back, verdict
from tasks.model.audit import ResourceRef
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.facts import NOT_GATHERED, Switch, Touched
from tasks.model.plan import Approval, Outcome, Plan
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, ROOT
from tests.scene import AT

SAID = Sentence(zh="因为", en="because")
PLAN = build.plan(build.ALERT, build.facts(), build.POLICY)


def _decision(course: Any) -> Decision:
    return Decision(course=course, path=(Question.OWN_LOGIN,), answers=(), reasons=(SAID,))


def _outcomes(*states: Any) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(kind=one.kind, target=one.target, principal=one.principal, how=one.how, status=state, detail=SAID)
        for one, state in zip(PLAN.actions, states, strict=True)
    )


def _approval(*names: str) -> Approval:
    return Approval(plan_hash=PLAN.hash, approver="Li", actions=names, at=build.NOW)


CONTAIN = _decision("contain")
APPROVED = (_approval(*(action.name for action in PLAN.actions)),)
DECLINED = (_approval(),)
PARTLY = (_approval(PLAN.actions[0].name),)


@pytest.mark.parametrize(
    ("approvals", "states", "mode", "expected"),
    [
        (APPROVED, ("done", "verified", "attested", "skipped"), "approve", "contained"),
        (APPROVED, ("skipped",) * 4, "approve", "contained"),
        ((), ("done",) * 4, "auto", "contained"),
        (APPROVED, ("done", "done", "done", "failed"), "approve", "containment_incomplete"),
        (APPROVED, ("failed",) * 4, "approve", "containment_incomplete"),
        (APPROVED, ("done", "done", "done", "planned"), "approve", "containment_incomplete"),
        (PARTLY, ("done", "declined", "declined", "declined"), "approve", "containment_incomplete"),
        (PARTLY, ("planned", "declined", "declined", "declined"), "approve", "containment_incomplete"),
        ((), ("done", "planned", "planned", "planned"), "auto", "containment_incomplete"),
        ((), ("planned", "declined", "declined", "declined"), "approve", "containment_incomplete"),
        (APPROVED, ("planned",) * 4, "approve", "containment_incomplete"),
        (DECLINED, ("declined",) * 4, "approve", "declined"),
        (DECLINED, ("planned",) * 4, "approve", "declined"),
        ((), ("declined",) * 4, "approve", "declined"),
        ((), ("planned",) * 4, "approve", "needs_person"),
        ((), ("planned",) * 4, "observe", "needs_person"),
        ((), ("skipped",) * 4, "observe", "contained"),
    ],
)
def test_a_containment_ends_as_its_actions_do(approvals: Any, states: Any, mode: Any, expected: str) -> None:
    found, reasons = verdict(CONTAIN, PLAN, approvals, _outcomes(*states), mode)

    assert found == expected
    assert len(reasons) == 2


@pytest.mark.parametrize(
    ("course", "expected"), [("ignore", "ignored"), ("ask", "needs_person"), ("needs_person", "needs_person")]
)
def test_a_course_that_contains_nothing_ends_by_itself(course: str, expected: str) -> None:
    found, reasons = verdict(_decision(course), Plan(), (), (), "approve")

    assert (found, reasons[0]) == (expected, SAID)


def test_a_plan_against_nobody_needs_a_person() -> None:
    found, reasons = verdict(CONTAIN, Plan(), (), (), "approve")

    assert found == "needs_person"
    assert reasons[-1].en.startswith("Nobody can be named")


def test_an_action_without_an_outcome_is_not_done() -> None:
    assert verdict(CONTAIN, PLAN, APPROVED, (), "approve")[0] == "containment_incomplete"


def test_the_last_outcome_of_an_action_counts() -> None:
    outcomes = (*_outcomes(*("failed",) * 4), *_outcomes(*("done",) * 4))

    assert verdict(CONTAIN, PLAN, APPROVED, outcomes, "approve")[0] == "contained"


def test_nothing_is_final_before_the_end() -> None:
    done = _outcomes(*("done",) * 4)

    assert verdict(CONTAIN, PLAN, APPROVED, done, "approve", closed=False)[0] == "needs_person"
    assert verdict(None, PLAN, APPROVED, done, "approve")[0] == "needs_person"


def test_what_is_left_is_named() -> None:
    _, reasons = verdict(CONTAIN, PLAN, APPROVED, _outcomes("done", "done", "failed", "planned"), "approve")

    assert reasons[-1].en == (
        "Containment is incomplete: quarantine:100000000011 (failed), reset_password:100000000011 (planned)."
    )


@pytest.mark.parametrize(
    ("found", "affected", "expected"),
    [
        ("ignored", "yes", "none"),
        ("ignored", "unknown", "none"),
        ("contained", "yes", "contact_support"),
        ("contained", "no", "harden"),
        ("contained", "unknown", "harden"),
        ("containment_incomplete", "yes", "contact_support"),
        ("declined", "no", "harden"),
        ("needs_person", "yes", "contact_support"),
        ("needs_person", "no", "harden"),
        ("needs_person", "unknown", "none"),
    ],
)
def test_support_is_called_where_resources_are_affected(found: Any, affected: str, expected: str) -> None:
    assert next_step(found, affected) == expected


TOUCHED = Touched(resource=ResourceRef(kind="cvm", name="ins-example"), operation="X", at=AT, by="alice")


@pytest.mark.parametrize(
    ("trail", "value"),
    [
        (build.trail(), "no"),
        (build.trail(build.sensitive()), "yes"),
        (build.trail(resources=(TOUCHED,)), "yes"),
        (build.trail(resources=(TOUCHED,), closed=False), "yes"),
        (build.trail(closed=False), "unknown"),
        (build.trail().model_copy(update={"gaps": (SAID,)}), "unknown"),
        (build.NOT_READ, "unknown"),
    ],
)
def test_resources_are_affected_where_the_log_says_so(trail: Any, value: str) -> None:
    answer = resources_affected(trail)

    assert (answer.question, answer.value, answer.source) == (Question.RESOURCES_AFFECTED, value, "fact")
    assert answer.why.zh
    assert answer.why.en


def test_an_unread_log_says_that_a_person_must_read_it() -> None:
    assert "a person must read it" in resources_affected(build.NOT_READ).why.en


def test_impact_names_operations_and_resources() -> None:
    why = resources_affected(build.trail(build.sensitive(), resources=(TOUCHED,))).why

    assert why.en == "1 sensitive operations (cvm:RunInstances); resources: cvm/ins-example."


def test_protections_that_are_off_or_unread_are_listed_the_owner_first() -> None:
    facts = build.facts(protections=build.protections(login=Switch.ON, offsite=Switch.UNKNOWN))

    assert [(one.principal, one.protection, one.state.value) for one in protections_off(facts, ALICE)] == [
        ("root (100000000001)", "login", "unknown"),
        ("root (100000000001)", "operation", "unknown"),
        ("root (100000000001)", "offsite", "unknown"),
        ("alice (100000000011)", "operation", "off"),
        ("alice (100000000011)", "offsite", "unknown"),
    ]


def test_protections_that_are_all_on_are_not_listed() -> None:
    on = dict.fromkeys(("login", "operation", "offsite"), Switch.ON)
    facts = build.facts(login=build.login(ROOT), protections=build.protections(ROOT, **on))

    assert protections_off(facts, ROOT) == ()


def test_protections_of_nobody_known_are_none() -> None:
    facts = build.facts(caller=build.NOT_READ, co_users=build.NOT_READ, login=build.NOT_READ)

    assert protections_off(facts, None) == ()


def test_protections_that_a_runbook_does_not_look_at_are_not_listed() -> None:
    assert protections_off(build.facts(protections=NOT_GATHERED), ALICE) == ()


def test_unread_protections_are_unknown_for_owner_and_suspect() -> None:
    states = {(one.principal, one.state) for one in protections_off(build.facts(protections=build.NOT_READ), ALICE)}

    assert states == {("root (100000000001)", Switch.UNKNOWN), ("alice (100000000011)", Switch.UNKNOWN)}


def _by_policy(state: Any, action: Any = PLAN.actions[0]) -> Outcome:
    return Outcome(
        kind=action.kind,
        target=action.target,
        principal=action.principal,
        how=action.how,
        status=state,
        before={"active": True},
        by="policy",
        detail=SAID,
    )


KEY_NAME = PLAN.actions[0].name
DONE_AT_ONCE = (_by_policy("verified"),)


@pytest.mark.parametrize(
    ("course", "put_back", "expected", "says"),
    [
        ("ignore", (_by_policy("verified"),), "ignored", "rolled back."),
        ("ignore", (_by_policy("failed"),), "needs_person", f"undo it by `runbooks undo`: {KEY_NAME}."),
        ("ignore", (), "needs_person", f"undo it by `runbooks undo`: {KEY_NAME}."),
        ("needs_person", (), "needs_person", f"is still active; `runbooks undo` rolls it back: {KEY_NAME}."),
    ],
)
def test_early_containment_is_rolled_back_or_named(course: str, put_back: Any, expected: str, says: str) -> None:
    plan = Plan(actions=PLAN.actions[:1])

    found, reasons = verdict(_decision(course), plan, (), DONE_AT_ONCE, "auto", put_back=put_back)

    assert found == expected
    assert reasons[-1].en.endswith(says)


@pytest.mark.parametrize("state", ["failed", "skipped"])
def test_an_act_that_changed_nothing_holds_nothing(state: str) -> None:
    plan, outcomes = Plan(actions=PLAN.actions[:1]), (_by_policy(state),)

    assert verdict(_decision("ignore"), plan, (), outcomes, "auto") == ("ignored", (SAID,))
    assert active_containment(outcomes, ()) == ()


def test_who_declines_the_rest_hears_what_stays_active() -> None:
    outcomes = (*DONE_AT_ONCE, *_outcomes("done", *("declined",) * 3)[1:])

    found, reasons = verdict(CONTAIN, PLAN, DECLINED, outcomes, "auto")

    assert found == "containment_incomplete"
    assert reasons[-1].en == (
        f"The rest was declined; early containment is still active, `runbooks undo` rolls it back: {KEY_NAME}."
    )


def test_it_is_rolled_back_last_first_and_whatever_may_have_been_done() -> None:
    first, second, third = (_by_policy("verified", action) for action in PLAN.actions[:3])
    doubtful = third.model_copy(update={"status": "failed"})
    skipped = _by_policy("skipped", PLAN.actions[3])

    assert to_roll_back((first, second, doubtful, skipped)) == (doubtful, second, first)
    assert to_roll_back((doubtful.model_copy(update={"before": {}}),)) == ()
