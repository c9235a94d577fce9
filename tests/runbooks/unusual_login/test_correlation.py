"""What a report is to the incidents that there are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.ipinfo.places import place_of
from tasks.model.sighting import Correlated, Sighted, Sighting
from tasks.runbooks.unusual_login.correlation import belongs, joins
from tests.scene import AT

CASES = yaml.safe_load((Path(__file__).parent / "correlation_cases.yaml").read_text(encoding="utf-8"))


def sighting(said: dict[str, Any]) -> Sighting:
    login = AT + timedelta(seconds=said["login"]) if "login" in said else None
    return Sighting(
        sha256=said.get("sha", ""),
        source=said.get("source", "sms"),
        event_id=said.get("id", ""),
        account=said.get("account", ""),
        principal=said.get("who", ""),
        uin=said.get("uin", ""),
        ip=said.get("ip", ""),
        place=place_of(said["place"]) if "place" in said else None,
        happened_at=login,
        at=AT + timedelta(seconds=said.get("at", 0)),
    )


def incident(number: int, told: dict[str, Any]) -> Sighted:
    whole = told if "reports" in told else {"reports": [told]}
    return Sighted(
        incident_id=f"i{number}",
        open=not whole.get("closed", False),
        reports=tuple(sighting(one) for one in whole["reports"]),
        claimed=sighting(whole["claimed"]) if "claimed" in whole else None,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_report_joins_as_the_table_says(case: dict[str, Any]) -> None:
    known = [incident(number, told) for number, told in enumerate(case["known"], start=1)]

    found = joins(sighting(case["new"]), known)

    assert found.joins == case["joins"]
    if "resembles" in case:
        assert found == Correlated(joins=case["joins"], resembles=case["resembles"])


def test_an_incident_without_reports_is_joined_by_its_record_alone() -> None:
    bare = Sighted(incident_id="i1", open=True, reports=(), claimed=sighting({"id": "e1", "ip": "203.0.113.7"}))

    assert joins(sighting({"ip": "203.0.113.7", "login": 0}), [bare]) == Correlated()
    assert joins(sighting({"id": "e1"}), [bare]) == Correlated(joins="i1")


@pytest.mark.parametrize(
    ("report", "still"),
    [
        ({"who": "alice", "ip": "203.0.113.7", "login": 250}, True),
        ({"who": "corp", "login": 0}, True),
        ({"id": "e1"}, True),
        ({"who": "bob", "login": 0}, False),
        ({"ip": "203.0.113.8", "login": 0}, False),
        ({"who": "alice", "ip": "203.0.113.7", "login": 400}, False),
        ({"id": "e2", "who": "alice", "ip": "203.0.113.7", "login": 0}, False),
    ],
)
def test_what_belongs_is_told_once_the_login_is_known(report: dict[str, Any], *, still: bool) -> None:
    opener, claimed = {"who": "corp"}, {"id": "e1", "who": "alice", "ip": "203.0.113.7", "login": 0}

    assert belongs(sighting(report), sighting(opener), sighting(claimed)) == still
