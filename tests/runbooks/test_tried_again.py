"""A run waits for what is tried again in the background, with a form, before it calls itself incomplete."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.steps.tries import patiently
from tests.answers import STOLEN

pytestmark = pytest.mark.prefect


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further tries are due at once."""
    soon = (timedelta(), timedelta(), timedelta())
    monkeypatch.setattr("tasks.decide.tries.TRIES_AFTER", soon)
    monkeypatch.setattr("tasks.contain.responder.TRIES_AFTER", soon)
    monkeypatch.setattr("tasks.steps.try_again.SWEEP_S", 0.2)


def refusing(count: int) -> Any:
    def prepare(sandbox: Any) -> None:
        sandbox.faults.set(deny={"cam:AttachUserPolicy": count})

    return prepare


@pytest.mark.parametrize(
    ("refused", "verdict", "status", "tries"),
    [(2, "contained", 0, ["failed", "verified"]), (-1, "containment_incomplete", 4, ["failed"] * 3)],
    ids=["granted", "never granted"],
)
def test_the_run_goes_on_by_itself_once_it_is_done_or_was_tried_for_the_last_time(
    respond: Any, refused: int, verdict: str, status: int, tries: list[str]
) -> None:
    with patiently():
        ended = respond("stolen-collaborator", STOLEN, prepare=refusing(refused), timeout_s=300.0)

    made = [entry["detail"]["status"] for entry in ended.record["timeline"] if entry["what"] == "tried_again"]
    names = [one["kind"] + one["target"] for one in ended.record["actions"]]
    assert (ended.record["verdict"], ended.status, made) == (verdict, status, tries)
    assert len(names) == len(set(names))
    assert ended.writes().count("AttachUserPolicy") == len(tries) + 1


def test_a_script_is_not_kept_waiting(respond: Any) -> None:
    ended = respond("stolen-collaborator", STOLEN, prepare=refusing(-1))

    assert (ended.record["verdict"], ended.status) == ("containment_incomplete", 4)
