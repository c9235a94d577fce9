"""What makes a login unusual, from a table; and what habits are made of."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide.anomaly.baseline import ADDRESSES_MAX, HABITS_MAX, KEPT, baseline_of, pruned, with_login
from tasks.decide.anomaly.detect import NO_TIME, anomalies
from tasks.model.watch import Anomaly, AnomalyKind, Profile
from tests.decide.anomaly.logins_in_words import NOW, WHERE, baseline, failures, login, policy, principal, reputation

ROWS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "watch" / "watch_logins_cases.yaml").read_text(encoding="utf-8")
)


def reasons(row: dict[str, Any]) -> tuple[Anomaly, ...]:
    return anomalies(
        login(row["login"]),
        baseline(row["past"]),
        policy(row.get("policy", {})),
        reputation(row.get("kinds", [])),
        failures(row.get("failed", [])),
        now=NOW + timedelta(minutes=5),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["say"])
def test_a_login_is_unusual_for_the_reasons_of_the_table(row: dict[str, Any]) -> None:
    found = reasons(row)

    assert [each.kind.value for each in found] == row["reasons"]
    assert all(each.why.zh and each.why.en for each in found)


def test_the_table_has_every_reason_and_says_each_row_once() -> None:
    names = [row["say"] for row in ROWS]

    assert {each for row in ROWS for each in row["reasons"]} == {each.value for each in AnomalyKind}
    assert len(names) == len(set(names))
    assert {key for row in ROWS for key in row} == {"say", "past", "login", "failed", "kinds", "policy", "reasons"}


def test_a_login_whose_time_is_not_known_counts_as_made_now() -> None:
    undated = login("alice office", at=NO_TIME)

    found = anomalies(undated, baseline(["alice office 20 80-40"]), policy({}), reputation([]), now=NOW)

    assert [each.kind for each in found] == [AnomalyKind.AFTER_QUIET]


@pytest.mark.parametrize("ip", ["", "not an address", "198.51.100.999"])
def test_an_address_that_can_not_be_read_is_in_no_declared_network(ip: str) -> None:
    everywhere = policy({"networks": [{"name": "half", "cidr": "0.0.0.0/1"}, {"name": "half", "cidr": "128.0.0.0/1"}]})
    odd = login("alice amsterdam", ip=ip)

    found = anomalies(odd, baseline(["alice office 20 60-1"]), everywhere, reputation([]), now=NOW)

    assert [each.kind for each in found] == [AnomalyKind.NEW_COUNTRY]


def test_a_record_without_a_place_is_of_an_unknown_place() -> None:
    nowhere = login("alice nowhere", place=None)

    found = anomalies(nowhere, baseline(["alice office 20 60-1"]), policy({}), reputation([]), now=NOW)

    assert [each.kind for each in found] == [AnomalyKind.UNKNOWN_PLACE]


def test_what_was_done_at_the_door_is_never_silenced_by_a_declaration() -> None:
    everywhere = {
        "networks": [{"name": name, "cidr": f"{ip}/{128 if ':' in ip else 32}"} for name, (ip, _) in WHERE.items()],
        "usual_places": [{"place": place} for place in ("中国", "荷兰")],
    }
    for row in ROWS:
        own = [each for each in row.get("failed", []) if each.startswith(" ".join(row["login"].split()[:2]))]
        found = reasons(row | {"policy": everywhere, "failed": own})

        assert {each.kind for each in found} <= {AnomalyKind.AFTER_FAILURES, AnomalyKind.WITHOUT_MFA}, row["say"]
        assert (AnomalyKind.WITHOUT_MFA in {each.kind for each in found}) == ("without_mfa" in row["reasons"]), row[
            "say"
        ]


@given(st.lists(st.sampled_from(sorted(WHERE)), max_size=30))
def test_habits_hold_every_login_once_and_do_not_grow_without_end(where: list[str]) -> None:
    made = [login(f"alice {each}", at=NOW - timedelta(days=90 - day)) for day, each in enumerate(where)]

    found = baseline_of(made, whole=True)

    habits = [each for profile in found.profiles.values() for each in profile.habits]
    assert sum(each.count for each in habits) == len(made)
    assert all(len(each.addresses) <= ADDRESSES_MAX and each.first <= each.last for each in habits)


def test_somebody_who_is_everywhere_has_a_bounded_memory() -> None:
    profile = Profile(principal=principal("alice"))
    for number in range(HABITS_MAX + 5):
        there = {"country": f"country {number}"}
        profile = with_login(profile, login("alice office", place=there), at=NOW, usual=False)

    assert len(profile.habits) == HABITS_MAX
    assert profile.habits[0].place is not None
    assert profile.habits[0].place.country == f"country {HABITS_MAX + 4}"


def test_failed_logins_are_no_habit() -> None:
    assert baseline_of([login("alice office", succeeded=False)], whole=True).profiles == {}


def test_who_did_not_log_in_for_long_is_forgotten_and_nobody_else() -> None:
    days = KEPT.days

    kept = pruned(baseline([f"alice office 2 {days + 9}-{days + 1}", f"bob office 2 {days + 9}-{days - 1}"]), NOW)

    assert [profile.principal.name for profile in kept.profiles.values()] == ["bob"]
