"""What could not be done, seen from outside: only what no later try did."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.chaos.ledger_view import still_failed
from tests.scene import AT


def act(status: str, minute: int | None, kind: str = "quarantine") -> dict[str, Any]:
    at = None if minute is None else AT + timedelta(minutes=minute)
    return {"kind": kind, "target": "1", "status": status, "confirmed_at": at}


@pytest.mark.parametrize(
    ("acts", "failed"),
    [
        ([act("failed", 1)], {"quarantine:1"}),
        ([act("failed", 1), act("verified", 2)], set()),
        ([act("verified", 2), act("failed", 1)], set()),
        ([act("verified", 1), act("failed", 2)], {"quarantine:1"}),
        ([act("failed", 1), act("claimed", None)], {"quarantine:1"}),
        ([act("failed", 1), act("verified", 2, "reset_password")], {"quarantine:1"}),
    ],
    ids=["once", "then done", "out of order", "then failed", "at it again", "another done"],
)
def test_only_the_last_try_counts(acts: list[dict[str, Any]], failed: set[str]) -> None:
    assert still_failed(acts) == failed
