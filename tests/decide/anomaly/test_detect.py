"""What makes a login unusual, from a table; and what habits are made of."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide.anomaly.baseline import KEPT, baseline_of, everything, key_of, pruned, with_login
from tasks.decide.anomaly.detect import NO_TIME, anomalies
from tasks.decide.anomaly.habits import ADDRESSES_MAX, HABITS_MAX, uses_of
from tasks.decide.anomaly.learning import learned
from tasks.decide.anomaly.recent import ALIKE_A_DAY, RECENT_MAX
from tasks.model.watch import Anomaly, AnomalyKind, Baseline, Profile
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


@given(st.lists(st.sampled_from(sorted(WHERE)), max_size=120))
def test_the_baseline_holds_every_login_once_and_does_not_grow_without_end(where: list[str]) -> None:
    made = [login(f"alice {each}", at=NOW - timedelta(days=120 - day)) for day, each in enumerate(where)]

    found = baseline_of(made, whole=True, now=NOW)

    known = [each for profile in found.profiles.values() for each in everything(profile)]
    assert sum(each.count for each in known) == len(made)
    assert all(len(each.addresses) <= ADDRESSES_MAX and each.first <= each.last for each in known)
    assert all(len(each.addresses) == len(each.uses) for each in known)


def test_somebody_who_is_everywhere_has_a_bounded_memory() -> None:
    profile = Profile(principal=principal("alice"))
    for number in range(RECENT_MAX + 5):
        there = {"id": f"event {number}", "place": {"country": f"country {number}"}}
        profile = with_login(profile, login("alice office", **there), at=NOW)
    recent = profile.recent
    baseline = learned(Baseline(profiles={"alice": profile}), {}, NOW + timedelta(days=8))
    habits = baseline.profiles["alice"].habits

    assert len(recent) == RECENT_MAX
    assert len(habits) == HABITS_MAX
    assert habits[0].place is not None
    assert habits[0].place.country == f"country {RECENT_MAX + 4}"


def test_a_program_that_logs_in_all_day_has_a_bounded_memory() -> None:
    profile = Profile(principal=principal("alice"))
    for number in range(1000):
        profile = with_login(profile, login("alice office", id=f"event {number}"), at=NOW)

    assert len(profile.recent) == ALIKE_A_DAY


def test_the_networks_that_are_used_most_are_remembered() -> None:
    baseline = baseline_of(
        [login("alice office", at=NOW - timedelta(days=80 - day), id=f"office {day}") for day in range(10)]
        + [
            login("alice office", at=NOW - timedelta(days=60 - day), id=str(day), ip=f"192.0.2.{day}")
            for day in range(ADDRESSES_MAX + 10)
        ],
        whole=True,
        now=NOW,
    )
    habits = baseline.profiles[key_of(principal("alice"))].habits

    assert uses_of(habits, WHERE["office"][0]) == 10
    assert uses_of(habits, f"192.0.2.{ADDRESSES_MAX + 9}") == 1


def test_failed_logins_are_no_habit() -> None:
    assert baseline_of([login("alice office", succeeded=False)], whole=True, now=NOW).profiles == {}


def test_who_did_not_log_in_for_long_is_forgotten_and_nobody_else() -> None:
    days = KEPT.days

    kept = pruned(baseline([f"alice office 2 {days + 9}-{days + 1}", f"bob office 2 {days + 9}-{days - 1}"]), NOW)

    assert [profile.principal.name for profile in kept.profiles.values()] == ["bob"]
