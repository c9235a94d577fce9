"""Who may approve, and what an approval lets run."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.contain.registry import CONTROLS
from tasks.decide.action_texts import TEXTS, by_api
from tasks.decide.approvals import (
    ApprovalState,
    Approved,
    AwaitingApprovals,
    Declined,
    NobodyLeft,
    approval_state,
    automatic,
)
from tasks.decide.approvers import approval_notes, approvers_of, nobody_left, resolved
from tasks.decide.proof_of_person import Presented, Recognised, proof_of_person
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.plan import ActionKind, Approval, Plan
from tasks.model.policy import AUTOMATIC, Person, Policy
from tasks.model.principal import Principal, PrincipalKind
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, BOB, COMPANY, DEPLOY_ROLE, ROOT

PLAN = build.plan(build.ALERT, build.facts(), build.POLICY)
NAMES = tuple(action.name for action in PLAN.actions)
BOBS_KEY = by_api(ActionKind.DISABLE_ACCESS_KEY, BOB, "AKIDexampleBob0000000000000000009")
WITH_BOB = Plan(actions=(*PLAN.actions, BOBS_KEY))


def _people(*people: str, needed: int = 1) -> Policy:
    """A policy of approvers, written `name` or `name=principal`."""
    named = (one.partition("=") for one in people)
    entries = [{"name": name, "principals": [own] if own else [], "approver": True} for name, _, own in named]
    return Policy.model_validate({"people": entries, "approvals_needed": needed})


PEOPLE = Policy(people=(*_people("Alice Li=alice", "Wang", "Zhao").people, Person(name="Chen")))
TWO = PEOPLE.model_copy(update={"approvals_needed": 2})
THREE = _people("Wang", "Zhao", "Qian", needed=2)


def _approval(by: str, *names: str, plan_hash: str = PLAN.hash) -> Approval:
    return Approval(plan_hash=plan_hash, approver=by, actions=names, at=build.NOW)


def _state(policy: Policy, *approvals: Approval, plan: Plan = PLAN, suspect: Principal | None = ALICE) -> ApprovalState:
    return approval_state(plan, approvals, policy, suspect=suspect, known=COMPANY)


def _who(typed: str, policy: Policy, *, plan: Plan = PLAN, suspect: Principal | None = ALICE) -> str | None:
    """The person that is meant; None for nobody."""
    found = resolved(typed, approvers_of(plan, policy, suspect=suspect, known=COMPANY))
    return found if isinstance(found, str) else None


@pytest.mark.parametrize(
    ("typed", "policy", "who"),
    [
        ("anybody", build.POLICY, "anybody"),
        (" any  body ", build.POLICY, "any body"),
        ("", build.POLICY, None),
        (" \u3164\u200b", build.POLICY, None),
        ("alice", build.POLICY, None),
        ("ALICE\ufe0f ", build.POLICY, None),
        (ALICE.uin, build.POLICY, None),
        ("Wang", PEOPLE, "Wang"),
        (" wang", PEOPLE, "Wang"),
        ("Ｗａｎｇ", PEOPLE, "Wang"),
        ("Wang\u200b", PEOPLE, "Wang"),
        ("W\u0430ng", PEOPLE, None),
        ("Wang.", PEOPLE, None),
        ("Chen", PEOPLE, None),
        ("Stranger", PEOPLE, None),
        ("Alice Li", PEOPLE, None),
        ("alice", PEOPLE, None),
    ],
)
def test_what_is_typed_is_one_declared_person_or_nobody(typed: str, policy: Policy, who: str | None) -> None:
    assert _who(typed, policy) == who


def test_who_is_nobody_hears_who_may() -> None:
    said = resolved("Stranger", approvers_of(PLAN, PEOPLE, suspect=ALICE))

    assert said == Sentence(
        zh="Stranger 不是声明的审批人。可以决定的人：Wang、Zhao。",
        en="Stranger is no declared approver. These may: Wang, Zhao.",
    )


def test_where_people_but_no_approvers_are_declared_any_name_is_heard_but_the_suspects() -> None:
    policy = Policy(people=(Person(name="Alice Li", principals=("alice",)),))

    assert (_who("Wu", policy), _who("alice li", policy)) == ("Wu", None)


@pytest.mark.parametrize(
    ("suspect", "plan", "policy", "able"),
    [
        (ALICE, PLAN, _people("Li=alice", "Wu"), ("Wu",)),
        (ALICE, PLAN, _people(f"Li={ALICE.uin}", "Wu"), ("Wu",)),
        (ALICE, PLAN, _people("Li=ALICE ", "Wu"), ("Wu",)),
        (ALICE, PLAN, _people("alice", ALICE.uin, "Wu"), ("alice", ALICE.uin, "Wu")),
        (ALICE, WITH_BOB, _people("Li=alice", "Bo=bob", "Wu=carol"), ("Wu",)),
        (ALICE, WITH_BOB, _people("Bo=bob", "Bo2=bob"), ()),
        (ALICE, PLAN, _people("Bo=bob", "Wu"), ("Bo", "Wu")),
        (None, Plan(actions=(BOBS_KEY,)), _people("Bo=bob", "Wu"), ("Wu",)),
        (BOB.model_copy(update={"uin": "100000900009", "name": "Wu"}), Plan(), _people("Wu"), ("Wu",)),
    ],
    ids=[
        "by name",
        "by uin",
        "by case",
        "called so",
        "in the plan",
        "all",
        "not in the plan",
        "nobody suspected",
        "namesake",
    ],
)
def test_people_are_barred_by_what_is_theirs_and_not_by_what_they_are_called(
    suspect: Principal | None, plan: Plan, policy: Policy, able: tuple[str, ...]
) -> None:
    assert approvers_of(plan, policy, suspect=suspect, known=COMPANY).names == able


def test_a_role_that_is_called_like_somebodys_user_bars_nobody() -> None:
    role = Principal(kind=PrincipalKind.ROLE, uin="4611686018427390001", name="bob")
    policy = _people("Bo=bob", "Ops=DeployRole")

    assert approvers_of(Plan(), policy, suspect=role, known=COMPANY).names == ("Bo", "Ops")
    assert approvers_of(Plan(), policy, suspect=DEPLOY_ROLE, known=COMPANY).names == ("Bo",)


def test_two_entries_of_one_identity_are_one_person_and_barred_together() -> None:
    policy = _people("Bo=bob", f"Bobby={BOB.uin}", "Wu", "Sun", needed=2)
    twice = _state(policy, _approval("Bo", *NAMES), _approval("Bobby", *NAMES))

    assert approvers_of(PLAN, policy, suspect=ALICE, known=COMPANY).able == (("Bo", "Bobby"), ("Wu",), ("Sun",))
    assert approvers_of(WITH_BOB, policy, suspect=ALICE, known=COMPANY).able == (("Wu",), ("Sun",))
    assert isinstance(twice, AwaitingApprovals)
    assert (twice.missing, twice.of.names) == (1, ("Wu", "Sun"))


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
    state = _state(PEOPLE, approval)

    assert isinstance(state, AwaitingApprovals)
    assert (state.missing, state.of.names) == (1, ("Wang", "Zhao"))


def test_where_one_is_needed_the_first_word_decides() -> None:
    assert _state(PEOPLE, _approval("Wang"), _approval("Zhao", *NAMES)) == Declined(by=("Wang",))
    assert isinstance(_state(PEOPLE, _approval("Zhao", *NAMES), _approval("Wang")), Approved)


def test_each_persons_first_word_counts() -> None:
    changed = _state(THREE, _approval("Wang"), _approval("wang ", *NAMES), _approval("Zhao", *NAMES))

    assert isinstance(changed, AwaitingApprovals)
    assert (changed.missing, changed.of.names, changed.of.spoken) == (1, ("Qian",), ("Wang", "Zhao"))


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ((), None),
        (("Wang+",), None),
        (("Wang-",), None),
        (("Wang-", "Zhao+"), None),
        (("Wang-", "Zhao+", "Qian+"), Approved(actions=PLAN.actions, by=("Zhao", "Qian"))),
        (("Wang+", "Qian+"), Approved(actions=PLAN.actions, by=("Wang", "Qian"))),
        (("Wang-", "Qian-"), Declined(by=("Wang", "Qian"))),
        (("Wang+", "WANG +", "Ｗang+"), None),
        (("Wang+", "Wang\u200b+"), None),
    ],
)
def test_two_of_three_decide_and_no_one_of_them_alone(words: tuple[str, ...], ends: ApprovalState | None) -> None:
    state = _state(THREE, *(_approval(one[:-1], *(NAMES if one[-1] == "+" else ())) for one in words))

    assert state == ends or (ends is None and isinstance(state, AwaitingApprovals))


def test_of_two_a_no_is_final_for_the_other_can_not_reach_two() -> None:
    assert _state(TWO, _approval("Wang")) == Declined(by=("Wang",))
    assert _state(TWO, _approval("Wang", *NAMES), _approval("Zhao")) == Declined(by=("Zhao",))


def test_two_approve_what_both_named() -> None:
    state = _state(TWO, _approval("Wang", *NAMES[:3]), _approval("Zhao", *NAMES[1:]))

    assert state == Approved(actions=PLAN.actions[1:3], by=("Wang", "Zhao"))


def test_two_who_agree_on_nothing_decline_unless_a_third_may_side_with_one() -> None:
    words = (_approval("Wang", NAMES[0]), _approval("Zhao", NAMES[1]))

    assert _state(TWO, *words) == Declined(by=("Wang", "Zhao"))
    assert isinstance(_state(THREE, *words), AwaitingApprovals)


@given(st.permutations(["Wang", "Zhao", "Qian", "Sun", "wang", "Li"]), st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_order_of_words_does_not_matter_and_an_end_is_an_end(order: list[str], said: list[bool]) -> None:
    """Li is the suspect's person, and `wang` another spelling of who says the same."""
    policy = _people("Wang", "Zhao", "Qian", "Sun", "Li=alice", needed=2)
    yes = dict(zip(("Wang", "Zhao", "Qian", "Sun", "Li"), said, strict=False))
    yes["wang"] = yes["Wang"]
    words = [_approval(one, *(NAMES if yes[one] else ())) for one in order]

    states = [_state(policy, *words[:count]) for count in range(len(words) + 1)]
    ends = {type(one) for one in states} - {AwaitingApprovals}

    agreed = sum(yes[one] for one in ("Wang", "Zhao", "Qian", "Sun")) >= policy.approvals_needed
    assert ends == {Approved if agreed else Declined}
    assert isinstance(states[-1], Approved | Declined)
    assert "Li" not in states[-1].by


def test_every_order_of_the_same_words_approves_the_same_actions() -> None:
    words = (_approval("Wang", NAMES[0]), _approval("Zhao", *NAMES[:2]), _approval("Qian"))

    states = [_state(THREE, *order) for order in permutations(words)]

    assert {one.actions for one in states if isinstance(one, Approved)} == {PLAN.actions[:1]}
    assert all(isinstance(one, Approved) for one in states)


@pytest.mark.parametrize(
    ("policy", "plan", "says"),
    [
        (_people("Li=alice"), PLAN, "Li (alice (100000000011) is this person's and under suspicion)"),
        (_people("Bo=bob", "Li=alice"), WITH_BOB, "Bo (bob (100000000012) is this person's and in the plan)"),
        (_people("Li=alice", "Wu", needed=2), PLAN, "of the declared approvers 1 may decide"),
        (Policy(approvals_needed=2), PLAN, "2 must approve, and of the declared approvers 0 may decide"),
    ],
    ids=["the suspect alone", "both concerned", "one of two", "two of nobody"],
)
def test_where_nobody_may_decide_it_is_said_and_not_asked(policy: Policy, plan: Plan, says: str) -> None:
    state = _state(policy, plan=plan)

    assert isinstance(state, NobodyLeft)
    assert says in nobody_left(state.of).en
    assert "Declare another approver in the policy file" in nobody_left(state.of).en


def test_a_form_says_who_may_decide_who_has_and_who_may_not() -> None:
    state = _state(_people("Li=alice", "Wu", "Zhao", "Qian", needed=2), _approval("Wu"))
    assert isinstance(state, AwaitingApprovals)

    assert [note.en for note in approval_notes(state.of, state.missing)] == [
        "Still to approve: 2 of Zhao, Qian.",
        "These have decided: Wu.",
        "Li may not decide: alice (100000000011) is this person's and under suspicion.",
    ]
    assert "any name counts" in approval_notes(approvers_of(PLAN, Policy(), suspect=ALICE), 1)[0].en


def test_how_far_it_is_known_who_decides_is_settled_in_one_place() -> None:
    declared, anybody = (approvers_of(PLAN, policy, suspect=ALICE) for policy in (PEOPLE, Policy()))
    typed = Presented(name=" wang")

    assert proof_of_person(typed, declared) == Recognised(name="Wang", declared=True, proof="named")
    assert proof_of_person(typed, anybody) == Recognised(name="wang", declared=False, proof="named")
    assert isinstance(proof_of_person(Presented(name="alice li"), declared), Sentence)
    refusal = Sentence(zh="不对", en="wrong code")
    assert proof_of_person(typed, declared, verify=lambda _, name: refusal if name == "Wang" else "named") == refusal


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
