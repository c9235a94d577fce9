"""Which reports mean the same login."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.model.sighting import Sighting
from tasks.runbooks.unusual_login.correlation import joins
from tests.scene import AT

CASES = yaml.safe_load((Path(__file__).parent / "correlation_cases.yaml").read_text(encoding="utf-8"))


def sighting(incident_id: str, said: dict[str, Any]) -> Sighting:
    login = AT + timedelta(seconds=said["login"]) if "login" in said else None
    return Sighting(
        incident_id=incident_id,
        sha256=said.get("sha", ""),
        account=said.get("account", ""),
        principal=said.get("who", ""),
        ip=said.get("ip", ""),
        happened_at=login,
        at=AT + timedelta(seconds=said.get("at", 0)),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_report_joins_as_the_table_says(case: dict[str, Any]) -> None:
    known = [sighting(f"i{number}", said) for number, said in enumerate(case["known"], start=1)]

    assert joins(sighting("", case["new"]), known) == case["joins"]
