"""What failed is tried again when it is due: by one process, and with the state from before the first try."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.config.settings import settings
from tasks.contain.execute import contain
from tasks.contain.responder import Responder
from tasks.contain.undo import undo
from tasks.context import cloud_at, ledger, utc_now
from tasks.decide.tries import HELD, TRIES_AFTER
from tasks.ledger.derived import differences
from tasks.model.plan import Action, ActionKind, Outcome
from tasks.sandbox.server import Sandbox
from tasks.steps import try_again
from tasks.steps.tries import _taken
from tests import incidents
from tests.contain.containment_stage import act
from tests.people import ALICE, ALICE_KEY, RUNNER

QUARANTINE = act(ActionKind.QUARANTINE, ALICE)
PASSWORD = act(ActionKind.RESET_PASSWORD, ALICE)
KEY = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)


class House:
    """A cloud, an incident in it, and a clock that can be put forward."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.incident = incidents.opened(ledger(), utc_now(), mode="approve", endpoint=sandbox.url).id
        self.later = timedelta()

    def contain(self, action: Action) -> Outcome:
        return contain(self._responder, action, plan_hash="plan00000001", by="olivia")

    def undo(self, outcome: Outcome) -> Outcome:
        return undo(self._responder, outcome, by="olivia")

    def after(self, wait: timedelta) -> None:
        """Let time pass, and whatever is due be tried by two processes at once."""
        self.later += wait

        async def both() -> None:
            await asyncio.gather(try_again.try_all(self.sandbox.url), try_again.try_all(self.sandbox.url))

        asyncio.run(both())

    def entries(self, what: str) -> list[dict[str, object]]:
        found = (entry for entry in ledger().timeline(self.incident) if entry.what == what)
        return [entry.detail for entry in found if isinstance(entry.detail, dict)]

    def done(self, action: str) -> int:
        """How often the runner's call succeeded."""
        mine = (call for call in self.sandbox.calls() if (call.principal, call.action) == (RUNNER.name, action))
        return sum(not call.code for call in mine)

    @property
    def _responder(self) -> Responder:
        return Responder(cloud_at(self.sandbox.url, "cn"), ledger(), self.incident, "run-1", utc_now)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with Sandbox.start("stolen-sub-account") as running:
        here = {"RUNBOOKS_HOME": str(tmp_path), "RUNBOOKS_CLOUD_ENDPOINT": running.url}
        for name, value in (running.credentials() | here).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        built = House(running)
        monkeypatch.setattr(try_again, "utc_now", lambda: utc_now() + built.later)
        yield built
        ledger().close()


def test_a_permission_that_is_granted_meanwhile_is_used_at_the_next_try_and_once(house: House) -> None:
    house.sandbox.faults.set(deny=["cam:AttachUserPolicy"])
    first = house.contain(QUARANTINE)
    house.after(timedelta(seconds=30))
    early = house.entries("tried_again")
    house.after(TRIES_AFTER[0])
    house.sandbox.faults.clear()
    house.after(TRIES_AFTER[1])
    house.after(TRIES_AFTER[2])
    (last,) = _taken(house.incident, "policy")

    assert (first.status, first.again, early) == ("failed", True, [])
    assert [entry["status"] for entry in house.entries("tried_again")] == ["failed", "verified"]
    assert (last.status, last.by, last.before) == ("verified", "olivia", first.before)
    assert (house.done("CreatePolicy"), house.done("AttachUserPolicy")) == (1, 1)
    assert house.undo(last).status == "verified"
    assert differences(ledger().dossier(house.incident)) == ()


def test_after_the_last_try_nothing_more_is_tried_and_that_is_known(house: House) -> None:
    house.sandbox.faults.set(deny=["cam:UpdateAccessKey"])
    house.contain(KEY)
    for wait in (*TRIES_AFTER, timedelta(days=1)):
        house.after(wait)
    (last,) = _taken(house.incident, "policy")

    assert [entry["made"] for entry in house.entries("tried_again")] == [1, 2, 3]
    assert house.entries("tried_again")[-1]["due_at"] is None
    assert (last.status, "cam:UpdateAccessKey" in last.detail.en) == ("failed", True)


@pytest.mark.parametrize(
    ("action", "faults"),
    [
        (act(ActionKind.DISABLE_ACCESS_KEY, ALICE, "AKIDexampleNobody"), {}),
        (act(ActionKind.QUARANTINE, RUNNER), {}),
        (PASSWORD, {"lost_answer": {"cam:UpdateUser": 1}}),
    ],
    ids=["not-there", "ourselves", "perhaps-done"],
)
def test_what_is_impossible_or_perhaps_done_unseen_is_not_tried_again(
    house: House, action: Action, faults: dict[str, object]
) -> None:
    house.sandbox.faults.set(**faults)
    outcome = house.contain(action)

    assert (outcome.status, outcome.again) == ("failed", False)
    assert ledger().tries(house.incident) == ()


def test_a_password_whose_reset_was_refused_is_reset_once_that_is_allowed(house: House) -> None:
    house.sandbox.faults.set(deny={"cam:UpdateUser": 1})
    house.contain(PASSWORD)
    house.after(TRIES_AFTER[0])

    assert [one.status for one in _taken(house.incident, "policy")] == ["done"]
    assert house.done("UpdateUser") == 1


def test_a_process_that_died_within_a_try_is_followed_by_another_that_looks_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.sandbox.faults.set(deny={"cam:UpdateAccessKey": 1})
    house.contain(KEY)

    with monkeypatch.context() as dying:
        dying.setattr("tasks.ledger.store.Ledger.confirm_action", lambda *_: (_ for _ in ()).throw(OSError("died")))
        house.after(TRIES_AFTER[0])
    house.after(HELD - timedelta(seconds=30))
    held = house.entries("tried_again")
    house.after(timedelta(minutes=1))
    (last,) = _taken(house.incident, "policy")

    assert held == []
    assert (last.status, last.before) == ("verified", {"active": True})
    assert house.done("UpdateAccessKey") == 1


def test_of_a_closed_incident_and_after_it_was_stopped_nothing_is_tried(house: House) -> None:
    house.sandbox.faults.set(deny={"cam:UpdateAccessKey": 1, "cam:AttachUserPolicy": 1})
    house.contain(KEY)
    ledger().stop_tries(house.incident, "olivia", utc_now())
    house.after(TRIES_AFTER[0])
    house.contain(QUARANTINE)
    ledger().close_incident(house.incident, "declined", utc_now())
    house.after(TRIES_AFTER[0])

    assert (house.done("UpdateAccessKey"), house.done("AttachUserPolicy")) == (0, 0)
