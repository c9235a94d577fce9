"""Each indicator of compromise counts once, and its harmless twin does not count."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.model.fact import Known
from tasks.model.facts import SensitiveEvent, Severity
from tasks.runbooks.unusual_login.contradictions import contradictions
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.indicators import indicators
from tasks.runbooks.unusual_login.login import suspect_of
from tests.decide import build
from tests.people import ALICE, BOB
from tests.runbooks.unusual_login.operations import BLINDED, KEY, MACHINES, RIGHTS, USER, operation

TOO_FAST = build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24))
LATER = build.history(later=(build.past(ALICE, build.FRANKFURT, days=-1 / 24),))
BY_VPN = build.history(build.past(ALICE, build.FRANKFURT, days=1 / 24), looked=("vpn",))


def found(facts: LoginFacts) -> list[str]:
    return [one.en for one in indicators(suspect_of(build.ALERT, facts), facts, build.POLICY)]


@pytest.mark.parametrize(
    ("says", "changes"),
    [
        ("obtained or kept access", {"trail": build.trail(KEY)}),
        ("obtained or kept access", {"trail": build.trail(USER, KEY, RIGHTS)}),
        ("evaded detection, destroyed", {"trail": build.trail(MACHINES)}),
        ("evaded detection, destroyed", {"trail": build.trail(MACHINES, BLINDED)}),
        ("classified as Tor;", {"reputation": build.reputation("tor")}),
        ("classified as VPN service;", {"reputation": build.reputation("vpn")}),
        ("nobody travels", {"history": TOO_FAST}),
        ("nobody travels", {"history": TOO_FAST, "reputation": build.NOT_READ}),
        ("classified as VPN service;", {"history": TOO_FAST, "reputation": build.reputation("vpn")}),
        ("nobody travels", {"history": LATER}),
        ("leaked keys", {"alarms": build.alarm("AccessKeyLeak")}),
        ("5 logins failed", {"login": build.login(failures=5)}),
    ],
)
def test_one_thing_is_one_indicator_however_often_it_shows(says: str, changes: dict[str, Any]) -> None:
    (only,) = found(build.facts(**changes))

    assert says in only


def test_indicators_of_different_kinds_add_up() -> None:
    facts = build.facts(
        trail=build.trail(KEY, MACHINES),
        reputation=build.reputation("hosting"),
        alarms=build.alarm("AccessKeyLeak"),
        login=build.login(failures=9),
    )

    assert len(found(facts)) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"trail": build.trail(operation("RunInstances", "resource_hijacking", severity=Severity.MEDIUM))},
        {"trail": build.trail(operation("RunInstances", "resource_hijacking", succeeded=False))},
        {"trail": build.trail(operation("RunInstances", "resource_hijacking", ip="198.51.100.77"))},
        {"trail": build.trail(operation("RunInstances", "resource_hijacking", actor=BOB))},
        {"trail": build.trail(operation("RunInstances", "resource_hijacking", after=timedelta(minutes=-1)))},
        {"trail": build.trail(operation("RenameInstances", "other"))},
        {"history": TOO_FAST, "reputation": build.reputation("relay")},
        {"history": BY_VPN},
        {"alarms": build.alarm("AbnormalLogin")},
        {"login": build.login(failures=4)},
    ],
    ids=[
        "a quiet login",
        "an everyday change",
        "a refused operation",
        "the same identity's program elsewhere",
        "a colleague at the same address",
        "before the login",
        "an operation of no tactic",
        "the place of a phone's relay",
        "the place of an earlier VPN",
        "the reminder itself",
        "mistyped four times",
    ],
)
def test_what_has_a_harmless_explanation_is_no_indicator(changes: dict[str, Any]) -> None:
    assert found(build.facts(**changes)) == []


def test_what_is_unknown_is_no_indicator() -> None:
    unknown = dict.fromkeys(("history", "co_users", "egress", "trail", "alarms", "reputation"), build.NOT_READ)

    assert found(build.facts(**unknown)) == []
    assert found(build.facts(**unknown, login=build.NOT_READ)) == []


@pytest.mark.parametrize("operations", [(), (KEY,), (KEY, MACHINES)])
@pytest.mark.parametrize("kind", ["residential", "tor"])
def test_every_indicator_also_contradicts_a_statement_so_that_a_second_person_is_asked(
    operations: tuple[SensitiveEvent, ...], kind: str
) -> None:
    facts = build.facts(
        trail=build.trail(*operations), reputation=build.reputation(kind), history=TOO_FAST, egress=Known(value=())
    )

    against = contradictions(suspect_of(build.ALERT, facts), facts, (), build.POLICY)
    assert len(against) >= 1
    assert found(facts)
    assert all(one.en for one in against)
