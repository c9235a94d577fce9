"""What is asked shows the evidence first, and offers choices."""

from datetime import timedelta

import pytest

from tasks.model.answer import Ask, Statement
from tasks.model.fact import Known
from tasks.model.facts import AddressKind
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.choices import accepted
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, BOB, DAVE, ROOT
from tests.scene import AT, STRANGER

NOBODY = Suspect(principal=None)
NOT_OWN = build.statement(Question.OWN_LOGIN, "no")


def _asked(facts: LoginFacts, *words: Statement, alert: LoginAlert = build.ALERT, policy: Policy = build.POLICY) -> Ask:
    ask = build.decided(alert, facts, words, policy).ask
    assert ask is not None
    return ask


def _user(number: int, name: str = "") -> Principal:
    return Principal(kind=PrincipalKind.SUB_USER, uin=f"2000000{number:05}", name=name or f"user{number:04}")


@pytest.mark.parametrize("name", ["no", "No", "NO", "no.", "-no-", "ＮＯ", "Unknown", "YES", "否"])
def test_a_user_who_is_called_like_an_answer_is_chosen_by_uin(name: str) -> None:
    users = (CoUser(principal=_user(1, name)), CoUser(principal=_user(2, "nora")))
    facts = build.facts(co_users=Known[tuple[CoUser, ...]](value=users))
    ask = _asked(facts, NOT_OWN)

    values = {choice.value for choice in ask.choices}
    said = {
        value: accepted(Question.CO_USER, value, facts, NOBODY)
        for value in (name, "no", "nora", users[0].principal.uin)
    }

    assert ({users[0].principal.uin, "nora", "no", "unknown"} <= values, name in values - {"no"}) == (True, False)
    assert said == {name: None, "no": "no", "nora": "nora", users[0].principal.uin: users[0].principal.uin}


def test_the_evidence_stands_before_the_question() -> None:
    text = _asked(build.facts(login=build.login(failures=2, mfa=False))).text

    assert text.en == (
        "alice (100000000011) logged in at 2026-11-23 10:10 (UTC+8) from 203.0.113.7 (中国 江苏省 南京市), "
        "without a multi-factor check, after 2 failures, address kind: residential. "
        "Last logins: 中国 北京市 2026-11-20 10:10 (UTC+8), 中国 北京市 2026-11-19 10:10 (UTC+8), "
        "中国 北京市 2026-11-18 10:10 (UTC+8). Did the owner make this login?"
    )
    assert text.zh.startswith(
        "alice (100000000011) 2026-11-23 10:10 (UTC+8) 从 203.0.113.7（中国 江苏省 南京市）登录，"
    )
    assert text.zh.endswith("这次登录是本人操作吗？")


def test_what_is_not_known_is_said_to_be_so() -> None:
    facts = build.facts(login=build.NOT_READ, history=build.NOT_READ, co_users=build.NOT_READ)

    text = _asked(facts, alert=LoginAlert(principal="**mallory**", place="南京")).text

    assert "“**mallory**” (not found in the account) logged in at an unknown time from an unknown address" in text.en
    assert "so says the alert only, not CloudAudit (permission denied)" in text.en
    assert "The login history can't be read: permission denied." in text.en


@pytest.mark.parametrize(
    ("mfa", "words"),
    [(True, "passed a multi-factor check"), (False, "without a multi-factor check"), (None, "check unknown")],
)
def test_the_second_factor_is_told(*, mfa: bool | None, words: str) -> None:
    assert words in _asked(build.facts(login=build.login(mfa=mfa))).text.en


def test_an_account_without_earlier_logins_says_so() -> None:
    assert "There is no earlier login within 90 days." in _asked(build.facts(history=build.history())).text.en


def test_every_question_but_the_co_user_is_answered_by_yes_no_or_unknown() -> None:
    assert [choice.value for choice in _asked(build.facts()).choices] == ["yes", "no", "unknown"]


def test_co_users_are_offered_by_name_the_logins_own_first() -> None:
    users = (
        build.co_user(ROOT, console=True),
        build.co_user(DAVE.model_copy(update={"name": "dave@example.com"}), last_login=AT),
        build.co_user(BOB, console=True, last_login=AT - timedelta(days=9)),
        build.co_user(_user(1), console=True, last_login=AT - timedelta(days=1)),
        build.co_user(ALICE),
    )

    ask = _asked(build.facts(co_users=Known(value=users)), NOT_OWN)

    assert [one.value for one in ask.choices] == ["alice", "user0001", "bob", "dave@example.com", "no", "unknown"]
    assert ask.choices[2].label.en == "bob (100000000012), last login at 2026-11-14 10:10 (UTC+8)"


def test_the_main_account_is_a_choice_only_where_it_logged_in() -> None:
    ask = _asked(build.facts(login=build.login(ROOT)), NOT_OWN)

    assert ask.choices[0].value == "root"
    assert "who shares the main account" in ask.choices[0].label.en


def test_the_logins_own_principal_is_offered_though_co_users_are_not_known() -> None:
    ask = _asked(build.facts(co_users=build.NOT_READ), NOT_OWN)

    assert [one.value for one in ask.choices] == ["alice", "no", "unknown"]


def test_of_a_thousand_co_users_forty_are_listed_and_the_rest_can_be_named() -> None:
    users = Known[tuple[CoUser, ...]](value=tuple(build.co_user(_user(number)) for number in range(1000)))
    facts = build.facts(co_users=users)

    ask = _asked(facts, NOT_OWN)
    named = build.decided(
        build.ALERT, facts, (NOT_OWN, build.statement(Question.CO_USER, "user0999")), build.POLICY, now=build.NOW
    )

    assert len(ask.choices) == 42
    assert "961 more can be named in the terminal" in ask.text.en
    assert named.answers[-1].value == "user0999"


@pytest.mark.parametrize("name", ["bob", "no", "unknown", "yes", ""])
def test_a_name_that_is_not_ones_own_or_a_word_of_ours_gives_way_to_the_uin(name: str) -> None:
    twin = Principal(kind=PrincipalKind.COLLABORATOR, uin="100000000077", name=name)
    facts = build.facts(co_users=Known(value=(build.co_user(BOB), build.co_user(twin))))

    values = [one.value for one in _asked(facts, NOT_OWN).choices]
    named = build.decided(
        build.ALERT, facts, (NOT_OWN, build.statement(Question.CO_USER, twin.uin)), build.POLICY, now=build.NOW
    )

    assert twin.uin in values
    assert len(values) == len(set(values))
    assert named.answers[-1].value == twin.uin


def test_a_name_that_two_bear_is_no_answer() -> None:
    twin = Principal(kind=PrincipalKind.COLLABORATOR, uin="100000000077", name="bob")
    facts = build.facts(co_users=Known(value=(build.co_user(BOB), build.co_user(twin))))

    assert _asked(facts, NOT_OWN, build.statement(Question.CO_USER, "bob")).question == Question.CO_USER


@pytest.mark.parametrize("value", ["maybe", "YES", "", "alice"])
def test_a_word_that_is_not_among_the_choices_is_none(value: str) -> None:
    assert _asked(build.facts(), build.statement(Question.OWN_LOGIN, value)).question == Question.OWN_LOGIN


@pytest.mark.parametrize("value", ["yes", "nobody", ""])
def test_a_stranger_is_no_co_user(value: str) -> None:
    assert _asked(build.facts(), NOT_OWN, build.statement(Question.CO_USER, value)).question == Question.CO_USER


def test_the_first_word_is_final() -> None:
    words = (NOT_OWN, build.statement(Question.OWN_LOGIN, "yes", "Li"))

    decision = build.decided(build.ALERT, build.facts(), words, build.POLICY)

    assert [(one.value, one.by) for one in decision.answers] == [("no", "Wang")]


def test_a_word_does_not_overrule_a_fact() -> None:
    words = (build.statement(Question.OWN_LOGIN, "yes"), build.statement(Question.USUAL_PLACE, "yes"))

    decision = build.decided(build.ALERT, build.facts(), words, build.POLICY)

    assert (decision.answers[1].value, decision.answers[1].source) == ("no", "fact")


@pytest.mark.parametrize("kind", [AddressKind.EIP, AddressKind.NAT, AddressKind.VPN, AddressKind.INSTANCE])
def test_an_own_host_is_told_and_asked(kind: AddressKind) -> None:
    ask = _asked(build.facts(egress=build.own(kind)), NOT_OWN, build.statement(Question.CO_USER, "no"))

    assert ask.question == Question.KNOWN_EGRESS
    host = f"The login came through the account's own {kind.value} {kind.value}-example ap-guangzhou: a jump host"
    assert host in ask.text.en


def test_an_announced_journey_is_told_beside_whose_login_it_was() -> None:
    announced = build.travel(place="新加坡", added_at=AT - timedelta(days=1), added_by="Wang")

    text = _asked(build.facts(), policy=announced).text

    assert "Journey: alice in “新加坡”" in text.en
    assert "announced by Wang" in text.en
    assert "settles nothing" not in text.en
    assert "行程：alice" in text.zh


def test_a_journey_that_was_announced_after_the_login_is_a_statement_beside_the_question() -> None:
    late = build.travel(added_at=build.NOW, added_by="alice", why="I forgot")
    words = (NOT_OWN, build.statement(Question.CO_USER, "alice"))

    ask = _asked(build.facts(), *words, policy=late)

    assert ask.question == Question.CO_USER_AWAY
    assert "announced by alice at 2026-11-23 10:30 (UTC+8), because: I forgot" in ask.text.en
    assert "a statement, which settles nothing" in ask.text.en
    assert "不作为依据" in ask.text.zh


def test_a_journey_of_somebody_else_or_of_another_time_is_not_told() -> None:
    others, over = build.travel(principal="bob"), build.travel(days=-1)

    assert "Journey" not in _asked(build.facts(), policy=others).text.en + _asked(build.facts(), policy=over).text.en


def test_a_login_later_than_now_proves_no_journey() -> None:
    words = (NOT_OWN, build.statement(Question.CO_USER, "alice"))
    long_before = AT - timedelta(hours=1)

    on_time = build.decided(build.ALERT, build.facts(), words, build.travel())
    too_late = build.decided(build.ALERT, build.facts(), words, build.travel(), now=long_before)

    assert on_time.course == "ignore"
    assert too_late.ask is not None
    assert too_late.ask.key == "co_user_away"


@pytest.mark.parametrize(
    ("login_ip", "past_ip", "usual"),
    [
        (STRANGER, STRANGER, True),
        (STRANGER, "203.0.113.8", False),
        ("2001:db8:0:1::7", "2001:db8:0:1:aa::8", True),
        ("2001:db8:0:1::7", "2001:db8:0:2::7", False),
    ],
)
def test_the_subscribers_network_is_usual_though_nobody_knows_its_place(
    login_ip: str,
    past_ip: str,
    usual: bool,  # noqa: FBT001 - a column
) -> None:
    again = build.history(*(build.past(ALICE, None, days=day, ip=past_ip) for day in (8, 9, 10)))
    facts = build.facts(history=again, login=build.login(ip=login_ip, place=None))
    alert = build.ALERT.model_copy(update={"ip": None})

    decision = build.decided(alert, facts, (build.statement(Question.OWN_LOGIN, "yes"),), build.POLICY)

    assert ("usual_place" in {one.question for one in decision.answers}) is usual


def test_later_logins_make_no_place_usual() -> None:
    later = build.history(*(build.past(ALICE, build.NANJING, days=-day) for day in (8, 9, 10)))

    decision = build.decided(
        build.ALERT,
        build.facts(history=later),
        (build.statement(Question.OWN_LOGIN, "yes"),),
        build.POLICY,
        now=build.NOW,
    )

    assert decision.answers[1].no


def test_a_colleagues_logins_make_no_place_usual() -> None:
    theirs = build.history(*(build.past(BOB, build.NANJING, days=day) for day in (8, 9, 10)))

    decision = build.decided(
        build.ALERT,
        build.facts(history=theirs),
        (build.statement(Question.OWN_LOGIN, "yes"),),
        build.POLICY,
        now=build.NOW,
    )

    assert decision.answers[1].no


@pytest.mark.parametrize(("whose", "value"), [(None, "yes"), ("alice", "yes"), ("100000000011", "yes"), ("bob", "no")])
def test_a_declared_place_is_everybodys_or_one_persons(whose: str | None, value: str) -> None:
    words = (build.statement(Question.OWN_LOGIN, "yes"),)

    decision = build.decided(build.ALERT, build.facts(), words, build.usual(principal=whose))

    assert decision.answers[1].value == value


def test_the_alerts_own_place_proves_nothing() -> None:
    alert = build.ALERT.model_copy(update={"place": "中国 江苏省 南京市", "principal": "alice"})
    words = (build.statement(Question.OWN_LOGIN, "yes"),)

    assert _asked(build.facts(login=build.NOT_READ), *words, alert=alert, policy=build.usual()).key == "usual_place"


def test_both_addresses_have_to_be_declared_where_alert_and_log_differ() -> None:
    words = (NOT_OWN, build.statement(Question.CO_USER, "no"))
    elsewhere = build.facts(login=build.login(ip="198.51.100.77"))

    assert _asked(elsewhere, *words, policy=build.network()).key == "known_egress"


def test_an_unread_list_of_co_users_with_gaps_proves_nobody_absent() -> None:
    gap = build.NOT_READ.reason
    only_root = Known[tuple[CoUser, ...]](value=(build.co_user(ROOT),), gaps=(gap,))

    ask = _asked(build.facts(login=build.login(ROOT), co_users=only_root), NOT_OWN)

    assert ask.key == "co_user"
