"""What holds for every case, however odd."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tasks.decide.hunt.created import created_by_chain
from tasks.decide.verdict import verdict
from tasks.model.answer import Statement
from tasks.model.decision import Decision
from tasks.model.fact import Known
from tasks.model.facts import AccessKey, AddressKind, Login
from tasks.model.plan import Plan
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.contradictions import contradictions
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import principal_of, suspect_of
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ACCOUNT, ALICE, BOB, DAVE, ROOT, RUNNER, SVC_BACKUP
from tests.scene import STRANGER

SOFTEST_FIRST = ("ignore", "ask", "needs_person", "contain")
"""The order of suspicion: closed, an open question, a person has to judge, containment."""

PEOPLE = (ROOT, ALICE, BOB, DAVE)
PLACES = (None, build.NANJING, build.BEIJING, build.FRANKFURT, build.GERMANY)

people = st.sampled_from(PEOPLE)
places = st.sampled_from(PLACES)
addresses = st.sampled_from((STRANGER, "198.51.100.5", "2001:db8::5", ""))
logins = st.builds(
    lambda who, place, failures, ip: build.login(who, failures=failures, place=place, ip=ip),
    people,
    places,
    st.integers(0, 9),
    addresses,
)
past_logins = st.builds(
    lambda who, place, hours, ip: build.past(who, place, days=hours / 24, ip=ip),
    people,
    places,
    st.integers(0, 2000),
    addresses,
)
co_users = st.lists(people, unique=True).map(
    lambda found: Known[tuple[CoUser, ...]](value=tuple(build.co_user(one) for one in found))
)
sensitive_events = st.builds(
    lambda name, minutes, who: build.sensitive(name, after=timedelta(minutes=minutes), actor=who, service="cam"),
    st.sampled_from(("CreateAccessKey", "AddUser", "GetPolicy")),
    st.integers(-60, 4000),
    people,
)
actors = st.builds(
    lambda who, maker, number: build.actor(who, by=maker, keys=(f"AKIDexample{number}",)),
    st.sampled_from((*PEOPLE, SVC_BACKUP)),
    st.sampled_from((None, *PEOPLE, SVC_BACKUP)),
    st.integers(1, 3),
)
trails = st.builds(
    lambda found, chain, closed: build.trail(*found, actors=tuple(chain), closed=closed),
    st.lists(sensitive_events, max_size=3),
    st.lists(actors, max_size=4),
    st.booleans(),
)
keys = st.lists(
    st.builds(
        lambda who, number, active: build.key(who, f"AKIDexample{number}", active=active),
        st.sampled_from((*PEOPLE, SVC_BACKUP, RUNNER)),
        st.integers(1, 3),
        st.booleans(),
    ),
    max_size=3,
).map(lambda found: Known[tuple[AccessKey, ...]](value=tuple(found)))
callers = st.sampled_from(
    (
        build.caller(),
        build.caller(PrincipalKind.MAIN, ACCOUNT),
        build.caller(PrincipalKind.MAIN, ACCOUNT, "AKIDexample1"),
        build.caller(uin=ALICE.uin, key_id="AKIDexample2"),
    )
)


def _or_unread(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 5).flatmap(lambda luck: st.just(build.NOT_READ) if luck == 5 else strategy)


facts_ = st.builds(
    build.facts,
    login=_or_unread(logins),
    history=_or_unread(st.lists(past_logins, max_size=4).map(lambda found: build.history(*found))),
    co_users=_or_unread(co_users),
    egress=_or_unread(st.sampled_from(tuple(build.own(kind) for kind in AddressKind))),
    trail=_or_unread(trails),
    keys=_or_unread(keys),
    caller=_or_unread(callers),
    reputation=_or_unread(st.sampled_from((build.reputation(), build.reputation("tor"), build.reputation("hosting")))),
    alarms=_or_unread(st.sampled_from((build.alarm("AbnormalLogin"), build.alarm("Leak"), Known(value=())))),
)
alerts = st.sampled_from(
    (build.ALERT, LoginAlert(), LoginAlert(ip="192.0.2.9", principal="bob"), LoginAlert(principal="nobody"))
)
policies = st.sampled_from(
    (
        build.POLICY,
        build.travel(),
        build.usual(),
        build.network(),
        Policy.model_validate({"people": [{"name": "Li", "principals": ["alice"]}]}),
    )
)
junk = st.lists(
    st.builds(
        build.statement,
        st.sampled_from(tuple(Question)),
        st.sampled_from(("yes", "no", "unknown", "alice", "bob", "root", "rubbish", "")),
        st.sampled_from(("Wang", "Li", "Zhao", "wang ", "")),
    ),
    max_size=3,
)


def _speaking(
    question: Question, *values: str, by: tuple[str, ...] = ("Wang", "Wang", "Li")
) -> st.SearchStrategy[Statement]:
    return st.builds(build.statement, st.just(question), st.sampled_from(values), st.sampled_from(by))


script = st.tuples(
    _speaking(Question.OWN_LOGIN, "yes", "yes", "no", "no", "unknown"),
    _speaking(Question.USUAL_PLACE, "yes", "yes", "no", "unknown"),
    _speaking(Question.CO_USER, "alice", "bob", "root", "no", "no", "unknown"),
    _speaking(Question.CO_USER_AWAY, "yes", "yes", "no", "unknown"),
    _speaking(Question.KNOWN_EGRESS, "yes", "yes", "no", "unknown"),
    _speaking(Question.CONFIRM, "yes", "no", "unknown", by=("Zhao", "Zhao", "Zhao", "Wang")),
)
"""A word on every question, so that walks come to their ends; what is not asked is not heard."""

words_ = st.builds(
    lambda first, spoken, heard: (*first, *spoken[:heard]),
    st.one_of(st.just([]), st.just([]), junk),
    script,
    st.sampled_from((0, 3, 5, 6, 6, 6, 6)),
)

cases = st.tuples(alerts, facts_, words_, policies)
Case = tuple[LoginAlert, LoginFacts, tuple[Statement, ...], Policy]


def _decide(case: Case) -> Decision:
    alert, facts, statements, policy = case
    return build.decided(alert, facts, statements, policy)


@given(cases)
def test_every_case_has_a_course_with_reasons(case: Case) -> None:
    decision = _decide(case)

    assert decision.reasons
    assert all(reason.zh and reason.en for reason in decision.reasons)
    assert (decision.ask is not None) is (decision.course == "ask")


@given(cases)
def test_the_answers_are_those_of_the_path_in_order(case: Case) -> None:
    decision = _decide(case)

    open_ = (decision.ask.question,) if decision.ask else ()
    assert tuple(answer.question for answer in decision.answers) + open_ == decision.path
    assert len(set(decision.path)) == len(decision.path)


@given(cases)
def test_unknown_never_ends_in_ignore(case: Case) -> None:
    decision = _decide(case)

    assert decision.course != "ignore" or all(answer.value != "unknown" for answer in decision.answers)


@given(cases)
def test_no_contradicted_word_is_taken_without_a_second_person(case: Case) -> None:
    alert, facts, _, policy = case
    decision = _decide(case)
    if decision.course != "ignore" or not contradictions(suspect_of(alert, facts), facts, decision.answers, policy):
        return

    confirmed = decision.answers[-1]
    said = {one.by.strip().casefold() for one in decision.answers[:-1] if one.source == "person"}
    assert (confirmed.question, confirmed.value) == (Question.CONFIRM, "yes")
    assert confirmed.by.strip().casefold() not in said | {""}


@given(cases)
def test_the_same_case_is_decided_the_same(case: Case) -> None:
    alert = LoginAlert.model_validate_json(case[0].model_dump_json())
    facts = LoginFacts.model_validate_json(case[1].model_dump_json())
    policy = Policy.model_validate_json(case[3].model_dump_json())

    assert _decide((alert, facts, case[2], policy)) == _decide(case)


@given(cases)
def test_a_questions_key_is_its_name(case: Case) -> None:
    ask = _decide(case).ask
    if ask is None:
        return

    vouched = {f"confirm:{question.value}" for question in Question}
    assert ask.key in (vouched if ask.question == Question.CONFIRM else {ask.question})


@given(cases)
def test_an_answer_to_what_is_asked_moves_the_walk_on(case: Case) -> None:
    decision = _decide(case)
    if decision.ask is None:
        return
    free = next(name for name in ("Qian", "Sun") if name not in decision.ask.barred)

    for choice in decision.ask.choices:
        answered = _decide(
            (*case[:2], (*case[2], build.statement(Question(decision.ask.question), choice.value, free)), case[3])
        )
        assert answered.path[: len(decision.path)] == decision.path
        assert len(answered.answers) > len(decision.answers)


def _login_changed(facts: LoginFacts, **changed: Any) -> LoginFacts:
    if not isinstance(facts.login, Known):
        return facts
    login: Login = facts.login.value.model_copy(update=changed)
    return facts.model_copy(update={"login": Known(value=login)})


def _more_sensitive(facts: LoginFacts) -> LoginFacts:
    if not isinstance(facts.trail, Known):
        return facts.model_copy(update={"trail": build.trail(build.sensitive())})
    found = (*facts.trail.value.sensitive, build.sensitive())
    return facts.model_copy(update={"trail": Known(value=facts.trail.value.model_copy(update={"sensitive": found}))})


def _more_logins(facts: LoginFacts) -> LoginFacts:
    if not isinstance(facts.history, Known):
        return facts
    far = build.past(ALICE, build.FRANKFURT.model_copy(update={"city": "far"}), days=0.01, ip="192.0.2.200")
    logins = (*facts.history.value.logins, far)
    return facts.model_copy(update={"history": Known(value=facts.history.value.model_copy(update={"logins": logins}))})


WORSE: dict[str, Callable[[LoginFacts], LoginFacts]] = {
    "a sensitive write": _more_sensitive,
    "an unread trail": lambda facts: (
        facts.model_copy(update={"trail": build.NOT_READ})
        if isinstance(facts.trail, Known) and facts.trail.value.closed and not facts.trail.value.sensitive
        else facts
    ),
    "a Tor address": lambda facts: facts.model_copy(update={"reputation": build.reputation("tor", "hosting", "vpn")}),
    "a leaked key": lambda facts: facts.model_copy(update={"alarms": build.alarm("Leak")}),
    "many failures": lambda facts: _login_changed(facts, failures_before=50),
    "a login far away": _more_logins,
}


@given(cases, st.sampled_from(sorted(WORSE)))
def test_more_suspicion_never_softens_the_course(case: Case, worse: str) -> None:
    alert, facts, statements, policy = case

    before = _decide(case)
    after = _decide((alert, WORSE[worse](facts), statements, policy))

    assert SOFTEST_FIRST.index(after.course) >= SOFTEST_FIRST.index(before.course)


def _said_no(statements: tuple[Statement, ...], question: Question, value: str) -> tuple[Statement, ...]:
    """These statements, with every yes to this question turned."""
    return tuple(
        one.model_copy(update={"value": value}) if one.question == question and one.value == "yes" else one
        for one in statements
    )


def _without_confirmation(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return tuple(one for one in statements if one.question != Question.CONFIRM)


@given(cases, st.sampled_from((Question.CO_USER_AWAY, Question.KNOWN_EGRESS)), st.sampled_from(("no", "unknown")))
def test_a_yes_withdrawn_never_softens_the_course(case: Case, question: Question, value: str) -> None:
    alert, facts, statements, policy = case
    spoken = _without_confirmation(statements)

    before = _decide((alert, facts, spoken, policy))
    after = _decide((alert, facts, _said_no(spoken, question, value), policy))

    assert after.course != "ignore" or before.course == "ignore"


@given(cases)
def test_a_declaration_withdrawn_never_ends_in_ignore(case: Case) -> None:
    alert, facts, statements, policy = case
    spoken = _without_confirmation(statements)
    bare = policy.model_copy(update={"travel": (), "usual_places": ()})

    before = _decide((alert, facts, (), policy))
    after = _decide((alert, facts, spoken, bare))
    with_it = _decide((alert, facts, spoken, policy))

    assert before.course == "ask"
    if after.course == "ignore":
        assert with_it.course == "ignore"


@given(cases)
def test_the_plan_names_nobody_outside_the_chain(case: Case) -> None:
    alert, facts, _, policy = case
    principal = principal_of(alert, facts)
    plan = build.plan(alert, facts, policy)
    if principal is None:
        assert plan == Plan()
        return

    made = created_by_chain(principal, facts)
    chain = {principal.uin, *(one.uin for one in made.principals)}
    for action in plan.actions:
        assert action.principal.uin in chain or action.target in made.keys
    assert len({action.name for action in plan.actions}) == len(plan.actions)


@given(cases)
def test_the_plan_never_acts_against_the_runbooks_own_identity(case: Case) -> None:
    alert, facts, _, policy = case
    if not isinstance(facts.caller, Known):
        return
    caller = facts.caller.value

    for action in build.plan(alert, facts, policy).actions:
        own = action.principal.uin == caller.uin and action.how == "api"
        assert not own or (action.kind.value == "disable_access_key" and caller.key_id not in ("", action.target))


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("course", SOFTEST_FIRST)
def test_the_cases_come_to_every_end(course: str, *, confirmed: bool) -> None:
    """Else the properties above would hold of nothing."""

    def is_there(case: Case) -> bool:
        decision = _decide(case)
        return (decision.course, Question.CONFIRM in decision.path) == (course, confirmed)

    find(cases, is_there, settings=settings(max_examples=5000, phases=[Phase.generate]))


@given(cases, st.sampled_from(("observe", "approve", "auto")))
def test_what_was_only_decided_is_never_contained(case: Case, mode: Any) -> None:
    alert, facts, _, policy = case
    decision = _decide(case)

    found, reasons = verdict(decision, build.plan(alert, facts, policy), (), (), mode)

    assert found == ("ignored" if decision.course == "ignore" else "needs_person")
    assert reasons
