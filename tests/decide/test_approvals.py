"""Who may approve, and what an approval lets run."""

from typing import Any

import pytest
from pydantic import ValidationError

from tasks.contain.registry import CONTROLS
from tasks.decide.action_texts import TEXTS
from tasks.decide.approvals import (
    Approved,
    AwaitingApprovals,
    Declined,
    approval_state,
    automatic,
    may_approve,
    suspect_names,
)
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.plan import ActionKind, Approval
from tasks.model.policy import AUTOMATIC, Policy
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, ROOT

PLAN = build.plan(build.ALERT, build.facts(), build.POLICY)
NAMES = tuple(action.name for action in PLAN.actions)
PEOPLE = Policy.model_validate(
    {
        "people": [
            {"name": "Alice Li", "principals": ["alice"], "approver": True},
            {"name": "Wang", "approver": True},
            {"name": "Zhao", "approver": True},
            {"name": "Chen"},
        ]
    }
)
TWO = PEOPLE.model_copy(update={"approvals_needed": 2})


def _approval(by: str, *names: str, plan_hash: str = PLAN.hash) -> Approval:
    return Approval(plan_hash=plan_hash, approver=by, actions=names, at=build.NOW)


def _state(policy: Policy, *approvals: Approval) -> Approved | Declined | AwaitingApprovals:
    return approval_state(PLAN, approvals, policy, suspect=ALICE)


@pytest.mark.parametrize(
    ("name", "policy", "earlier", "allowed"),
    [
        ("anybody", build.POLICY, (), True),
        ("", build.POLICY, (), False),
        ("   ", build.POLICY, (), False),
        ("alice", build.POLICY, (), False),
        ("ALICE ", build.POLICY, (), False),
        (ALICE.uin, build.POLICY, (), False),
        ("Wang", PEOPLE, (), True),
        (" wang", PEOPLE, (), True),
        ("Chen", PEOPLE, (), False),
        ("Stranger", PEOPLE, (), False),
        ("Alice Li", PEOPLE, (), False),
        ("Wang", PEOPLE, ("wang",), False),
        ("Wang", PEOPLE, ("Zhao",), True),
    ],
)
def test_who_may_approve(name: str, policy: Policy, earlier: tuple[str, ...], *, allowed: bool) -> None:
    objection = may_approve(name, policy, suspect_names(ALICE, policy), earlier)

    assert (objection is None) is allowed


def test_the_suspects_person_is_known_by_his_identity_alone() -> None:
    assert may_approve("Alice Li", PEOPLE, ("alice",), ()) is not None


def test_a_suspect_is_known_by_every_name_of_his() -> None:
    policy = Policy.model_validate({"people": [{"name": "Alice Li", "principals": ["100000000011"]}]})

    assert suspect_names(ALICE, policy) == ("alice", "100000000011", "Alice Li")
    assert suspect_names(None, policy) == ()


def test_nobody_is_waited_for_after_one_approval() -> None:
    state = _state(PEOPLE, _approval("Wang", *NAMES))

    assert state == Approved(actions=PLAN.actions, by=("Wang",))


def test_only_what_was_approved_runs_in_the_plans_order() -> None:
    state = _state(PEOPLE, _approval("Wang", NAMES[2], NAMES[0], "quarantine:somebody-else"))

    assert state == Approved(actions=(PLAN.actions[0], PLAN.actions[2]), by=("Wang",))


@pytest.mark.parametrize(
    "approval",
    [
        _approval("Alice Li", *NAMES),
        _approval("Chen", *NAMES),
        _approval("Wang", *NAMES, plan_hash="another"),
        _approval("Wang", "quarantine:somebody-else"),
        _approval("Chen"),
        _approval("Alice Li"),
    ],
)
def test_an_approval_that_does_not_count_leaves_it_waiting(approval: Approval) -> None:
    assert _state(PEOPLE, approval) == AwaitingApprovals(missing=1)


def test_the_first_decision_is_final() -> None:
    assert _state(PEOPLE, _approval("Wang"), _approval("Zhao", *NAMES)) == Declined(by="Wang")
    assert isinstance(_state(PEOPLE, _approval("Zhao", *NAMES), _approval("Wang")), Approved)


def test_two_approve_what_both_named() -> None:
    state = _state(TWO, _approval("Wang", *NAMES[:3]), _approval("Zhao", *NAMES[1:]))

    assert state == Approved(actions=PLAN.actions[1:3], by=("Wang", "Zhao"))


def test_one_person_is_not_two() -> None:
    assert _state(TWO, _approval("Wang", *NAMES), _approval("WANG ", *NAMES)) == AwaitingApprovals(missing=1)


def test_a_second_no_declines() -> None:
    assert _state(TWO, _approval("Wang", *NAMES), _approval("Zhao")) == Declined(by="Zhao")


def test_two_who_agree_on_nothing_decline() -> None:
    assert _state(TWO, _approval("Wang", NAMES[0]), _approval("Zhao", NAMES[1])) == Declined(by="Zhao")


def test_silence_approves_nothing() -> None:
    assert _state(TWO) == AwaitingApprovals(missing=2)


def _decision(course: Any = "contain", value: str = "no") -> Decision:
    said = (build.said(Question.OWN_LOGIN, value),)
    return Decision(course=course, path=(Question.OWN_LOGIN,), answers=said, reasons=(Sentence(zh="因", en="so"),))


def _naming(*names: str) -> Policy:
    """A policy as no file can have it: the plan's own words are held to as well."""
    return Policy().model_copy(update={"auto_actions": names})


ALL = _naming("disable_access_key", "quarantine", "reset_password")


def test_what_the_policy_names_and_can_be_undone_runs_alone() -> None:
    kinds = [action.kind.value for action in automatic(PLAN, ALL, _decision())]

    assert kinds == ["disable_access_key", "quarantine"]


@pytest.mark.parametrize(
    ("policy", "decision"),
    [(build.POLICY, _decision()), (ALL, _decision(value="unknown")), (ALL, _decision("needs_person"))],
)
def test_nothing_runs_alone_unnamed_or_unknown_or_undecided(policy: Policy, decision: Decision) -> None:
    assert automatic(PLAN, policy, decision) == ()


@pytest.mark.parametrize("kind", ActionKind)
def test_only_what_the_api_does_and_undoes_may_be_named(kind: ActionKind) -> None:
    control = CONTROLS.get(kind)
    reversible = control is not None and control.reversible and TEXTS[kind].undo is not None
    named = {"auto_actions": [kind.value]}

    assert (kind in AUTOMATIC) is reversible
    if reversible:
        assert Policy.model_validate(named).auto_actions == (kind.value,)
    else:
        with pytest.raises(ValidationError, match="can't be undone by the API, so it never runs without approval"):
            Policy.model_validate(named)


def test_a_manual_step_never_runs_alone() -> None:
    facts = build.facts(login=build.login(ROOT))
    plan = build.plan(build.ALERT, facts, build.POLICY)

    assert automatic(plan, _naming("enable_offsite_protection"), _decision()) == ()
