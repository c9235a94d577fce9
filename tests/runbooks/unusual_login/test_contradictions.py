"""Each fact that speaks against a word does so, and its harmless twin does not."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.ipinfo.places import place_of
from tasks.model.base import Sentence
from tasks.model.fact import Known
from tasks.model.facts import AddressKind, Severity
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.contradictions import contradictions, doubts
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import suspect_of
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, BOB, ROOT
from tests.scene import AT, STRANGER

OWN = (build.said(Question.OWN_LOGIN, "yes"),)


def _against(facts: LoginFacts, *, co_user: str = "", policy: Policy = build.POLICY) -> tuple[str, ...]:
    answers = (build.said(Question.CO_USER, co_user),) if co_user else OWN
    return tuple(one.en for one in contradictions(suspect_of(build.ALERT, facts), facts, answers, policy))


def _last_login(principal: Any, place: Any, *, hours: float, ip: str = "198.51.100.9") -> dict[str, Any]:
    user = build.co_user(principal, last_login=AT - timedelta(hours=hours), last_ip=ip, last_place=place)
    return {"co_users": Known(value=(build.co_user(ROOT), user)), "history": build.history()}


SPEAKS: dict[str, tuple[str, dict[str, Any]]] = {
    "a sensitive write after the login": ("sensitive things", {"trail": build.trail(build.sensitive())}),
    "a write of which the log does not say so": ("sensitive", {"trail": build.trail(build.sensitive(write=None))}),
    "a grave read": (
        "sensitive",
        {"trail": build.trail(build.sensitive("GetSecretValue", write=False, severity=Severity.HIGH))},
    ),
    "a key made right after": (
        "Keys, factors",
        {"trail": build.trail(build.sensitive("CreateAccessKey", service="cam"))},
    ),
    "the phone changed right after": (
        "Keys, factors",
        {"trail": build.trail(build.sensitive("ModifyPhoneNum", service="account"))},
    ),
    "a key made two days after": (
        "sensitive things",
        {"trail": build.trail(build.sensitive("CreateAccessKey", service="cam", after=timedelta(days=2)))},
    ),
    "a Tor address": ("classified as Tor;", {"reputation": build.reputation("tor")}),
    "a hosting address": ("classified as hosting;", {"reputation": build.reputation("hosting", "unknown")}),
    "a VPN address": ("classified as VPN service;", {"reputation": build.reputation("vpn")}),
    "a login from Frankfurt an hour before": (
        "nobody travels",
        {"history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24))},
    ),
    "a last login from Frankfurt an hour before": (
        "nobody travels",
        _last_login(ALICE, build.FRANKFURT, hours=1),
    ),
    "a last login from Frankfurt an hour after": (
        "nobody travels",
        _last_login(ALICE, build.FRANKFURT, hours=-1),
    ),
    "another country hours before, its city unknown": (
        "nobody travels",
        _last_login(ALICE, build.GERMANY, hours=3),
    ),
    "a login from Frankfurt an hour after": (
        "nobody travels",
        {"history": build.history(later=(build.past(ALICE, build.FRANKFURT, days=-1 / 24),))},
    ),
    "a login from Frankfurt in the same minute": (
        "nobody travels",
        {"history": build.history(later=(build.past(ALICE, build.FRANKFURT, days=0),))},
    ),
    "a login from Frankfurt an hour before, by an address that was looked at": (
        "nobody travels",
        {"history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24), looked=("residential",))},
    ),
    "a last login from Frankfurt an hour before, by an address that was looked at": (
        "nobody travels",
        _last_login(ALICE, build.FRANKFURT, hours=1, ip="198.51.100.5")
        | {"history": build.history(looked=("unknown",))},
    ),
    "a leaked key": ("leaked keys", {"alarms": build.alarm("AccessKeyLeak")}),
    "a leaked key, in Chinese": ("leaked keys", {"alarms": build.alarm("密钥泄漏")}),
    "five failures": ("5 logins failed", {"login": build.login(failures=5)}),
}

SILENT: dict[str, dict[str, Any]] = {
    "a quiet login": {},
    "a sensitive write before the login": {"trail": build.trail(build.sensitive(after=timedelta(minutes=-1)))},
    "the login itself": {"trail": build.trail(build.sensitive("ConsoleLogin"))},
    "a harmless read": {"trail": build.trail(build.sensitive("DescribeKeys", write=False))},
    "an unread trail": {"trail": build.NOT_READ},
    "a home address": {"reputation": build.reputation("residential", "unknown")},
    "a relay such as a phone's own": {"reputation": build.reputation("relay")},
    "an address without reputation": {"reputation": build.NOT_READ},
    "a login from Beijing a day before": {"history": build.history(build.past(ALICE, build.BEIJING, days=1))},
    "a login from nearby a minute before": {
        "history": build.history(build.past(ALICE, build.NANJING.model_copy(update={"latitude": 32.5}), days=1 / 1440))
    },
    "somebody else's login from Frankfurt": {"history": build.history(build.past(BOB, build.FRANKFURT, days=1 / 24))},
    "a far place by the address itself": {
        "history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24, ip=STRANGER))
    },
    "a far place by another address of the subscriber's": {
        "login": build.login(ip="2001:db8:0:1::7"),
        "history": build.history(
            build.past(ALICE, build.FRANKFURT, days=1 / 24, ip="2001:db8:0:1:aa::8"),
        ),
    },
    "another country a day before, its city unknown": _last_login(ALICE, build.GERMANY, hours=24),
    "a login from Frankfurt a day after": {
        "history": build.history(later=(build.past(ALICE, build.FRANKFURT, days=-1),)),
    },
    "a login from another city of the province in the same minute": {
        "history": build.history(build.past(ALICE, place_of("中国 江苏省 徐州市 中国电信"), days=0)),
    },
    "a login from the next province in the same minute": {
        "history": build.history(build.past(ALICE, place_of("中国 安徽省 合肥市 中国电信"), days=0)),
    },
    "a login from Frankfurt an hour before, now by a phone's relay": {
        "history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24)),
        "reputation": build.reputation("relay"),
    },
    "a login from Frankfurt an hour before, now by satellite": {
        "history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24)),
        "reputation": build.reputation("satellite"),
    },
    **{
        f"a login from Frankfurt an hour before, by {kind}": {
            "history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24), looked=(kind,)),
        }
        for kind in ("vpn", "relay", "proxy", "satellite", "hosting", "tor", "mobile")
    },
    "a login from Frankfurt an hour after, by a VPN": {
        "history": build.history(later=(build.past(ALICE, build.FRANKFURT, days=-1 / 24),), looked=("vpn",)),
    },
    "a last login from Frankfurt an hour before, by a VPN": (
        _last_login(ALICE, build.FRANKFURT, hours=1, ip="198.51.100.5") | {"history": build.history(looked=("vpn",))}
    ),
    "a last login from Frankfurt an hour before, by an address that nobody looked at": (
        _last_login(ALICE, build.FRANKFURT, hours=1) | {"history": build.history(looked=("residential",))}
    ),
    "a last login from Frankfurt an hour before, whose place the history calls disputed": (
        _last_login(ALICE, build.FRANKFURT, hours=1, ip="198.51.100.5")
        | {"history": build.history(build.past(ALICE, None, days=1 / 24), looked=("residential",))}
    ),
    "a login by phone from a network at home, and one abroad": {
        "history": build.history(build.past(ALICE, place_of("德国 法兰克福 T-Mobile"), days=1 / 24)),
    },
    "a login from a place unknown": {"history": build.history(build.past(ALICE, None, days=1 / 24))},
    "the login's place unknown": {
        "login": build.login(place=None),
        "history": build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24)),
    },
    "the reminder as an alarm": {"alarms": build.alarm("AbnormalLogin")},
    "unread alarms": {"alarms": build.NOT_READ},
    "four failures": {"login": build.login(failures=4)},
}


@pytest.mark.parametrize("name", SPEAKS)
def test_it_speaks_against_a_word(name: str) -> None:
    words, changed = SPEAKS[name]

    (said,) = _against(build.facts(**changed))

    assert words in said


@pytest.mark.parametrize("name", SILENT)
def test_it_does_not_speak_against_a_word(name: str) -> None:
    assert _against(build.facts(**SILENT[name])) == ()


@pytest.mark.parametrize(
    ("changed", "policy"),
    [
        ({}, build.network()),
        ({"egress": build.own(AddressKind.CUSTOMER_GATEWAY)}, build.POLICY),
        ({"egress": build.own(AddressKind.DECLARED, "203.0.113.0/24")}, build.POLICY),
    ],
)
def test_a_declared_network_may_be_a_hosting_providers(changed: dict[str, Any], policy: Policy) -> None:
    facts = build.facts(reputation=build.reputation("hosting"), **changed)

    assert _against(facts, policy=policy) == ()


def test_an_own_host_does_not_excuse_its_hosting_address() -> None:
    facts = build.facts(reputation=build.reputation("hosting"), egress=build.own(AddressKind.EIP))

    assert len(_against(facts)) == 1


def test_the_named_co_users_own_login_elsewhere_speaks_against_him() -> None:
    facts = build.facts(login=build.login(ROOT), **_last_login(BOB, build.FRANKFURT, hours=1))

    (said,) = _against(facts, co_user="bob")

    assert said.startswith("bob (100000000012) logged in from")


def test_a_co_users_login_from_the_same_city_says_nothing() -> None:
    facts = build.facts(login=build.login(ROOT), **_last_login(BOB, build.NANJING, hours=1))

    assert _against(facts, co_user="bob") == ()


def test_a_sub_users_own_login_is_not_a_colleagues() -> None:
    (said,) = _against(build.facts(), co_user="bob")

    assert said == "It was alice (100000000011) that logged in, not bob (100000000012) as was said."


def test_the_main_accounts_login_may_be_a_colleagues() -> None:
    assert _against(build.facts(login=build.login(ROOT)), co_user="bob") == ()


def test_the_same_co_user_is_nobody_else() -> None:
    assert _against(build.facts(), co_user="alice") == ()


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 0),
        ({"login": build.NOT_READ}, 1),
        ({"trail": build.NOT_READ}, 1),
        ({"trail": build.trail(closed=False)}, 1),
        ({"login": build.NOT_READ, "trail": build.NOT_READ}, 2),
        ({"reputation": build.NOT_READ, "alarms": build.NOT_READ}, 0),
    ],
)
def test_what_could_not_be_seen_is_a_doubt(changed: dict[str, Any], count: int) -> None:
    found = doubts(build.facts(**changed))

    assert len(found) == count
    assert all(isinstance(one, Sentence) for one in found)


def test_the_question_shows_each_contradiction_and_bars_who_vouched() -> None:
    facts = build.facts(login=build.login(failures=6), reputation=build.reputation("tor"))
    policy = Policy.model_validate(
        {"usual_places": [{"place": "南京"}], "people": [{"name": "Alice Li", "principals": ["alice"]}]}
    )

    decision = build.decided(build.ALERT, facts, (build.statement(Question.OWN_LOGIN, "yes"),), policy)

    assert decision.ask is not None
    assert decision.ask.key == "confirm:own_login"
    assert decision.ask.barred == ("Wang", "Alice Li", "alice", ALICE.uin)
    assert all(one.en in decision.ask.text.en and one.zh in decision.ask.text.zh for one in decision.contradictions)
    assert len(decision.contradictions) == 2


@pytest.mark.parametrize("name", ["Wang", " wang ", "WANG", "alice li", "", "  "])
def test_who_vouched_or_is_suspected_or_has_no_name_cannot_confirm(name: str) -> None:
    policy = Policy.model_validate(
        {"usual_places": [{"place": "南京"}], "people": [{"name": "Alice Li", "principals": ["alice"]}]}
    )
    words = (build.statement(Question.OWN_LOGIN, "yes"), build.statement(Question.CONFIRM, "yes", name))

    decision = build.decided(build.ALERT, build.facts(reputation=build.reputation("tor")), words, policy)

    assert decision.course == "ask"


MADE_KEY = build.sensitive("CreateAccessKey", created=("AKIDexampleMade1",), targets=(BOB.uin,))
TO_BOB = build.facts(
    reputation=build.reputation("tor"),
    trail=build.trail(MADE_KEY, actors=(build.actor(ALICE), build.actor(BOB, keys=("AKIDexampleMade1",)))),
)


@pytest.mark.parametrize(
    ("people", "course", "barred"),
    [
        ({"Wang": "", "Bo": "bob", "Zhao": ""}, "ask", ("Wang", "Bo")),
        ({"Wang": "", "Bo": "bob"}, "needs_person", None),
        ({"Alice Li": "alice", "Wang": "carol"}, "needs_person", None),
    ],
    ids=["the owner of a key in the plan is barred", "nobody else is left", "the suspect is the other one"],
)
def test_the_word_of_who_is_concerned_is_weighed_and_confirms_nothing(
    people: dict[str, str], course: str, barred: tuple[str, ...] | None
) -> None:
    declared = [{"name": name, "principals": [own] if own else [], "approver": True} for name, own in people.items()]
    policy = Policy.model_validate({"usual_places": [{"place": "南京"}], "people": declared})

    decision = build.decided(build.ALERT, TO_BOB, (build.statement(Question.OWN_LOGIN, "yes"),), policy)

    assert decision.course == course
    assert (decision.ask.barred if decision.ask else None) == barred
    if course == "needs_person":
        assert "none of the declared people may" in decision.reasons[-1].en


def test_reasons_say_who_said_it_and_who_confirmed_it() -> None:
    words = (build.statement(Question.OWN_LOGIN, "yes", "Wang"), build.statement(Question.CONFIRM, "yes", "Li"))

    decision = build.decided(build.ALERT, build.facts(reputation=build.reputation("tor")), words, build.usual())

    assert decision.course == "ignore"
    told = " ".join(reason.en for reason in decision.reasons)
    assert "Wang answered" in told
    assert "Li answered" in told
