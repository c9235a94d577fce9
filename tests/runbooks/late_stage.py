"""A run whose login the audit log does not show yet, and a clock that a test sets on."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch
from uuid import UUID

from flows.unusual_login import unusual_login
from tasks.cli.drill import person_at_console
from tasks.cli.prepared_answers import answers_type
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.engine.questions import Accepted, Refused, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, create_run, view
from tasks.engine.session import deploy
from tasks.ledger.rows import ChainOk, Incident
from tasks.sandbox.server import Sandbox
from tasks.steps.keep_looking import look_at_all
from tests.upgrade import stage

LATE = "login-late-in-audit"


@contextmanager
def later(minutes: float) -> Iterator[None]:
    """Let the runbook's clock be so many minutes ahead; the cloud keeps the real one."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            found = datetime.now(tz) + timedelta(minutes=minutes)
            return cls.fromtimestamp(found.timestamp(), tz)

    with patch("tasks.context.datetime", Clock):
        yield


@dataclass
class Late:
    """One incident whose login is late.

    Args:
        run: its run, once it has begun.
    """

    sandbox: Sandbox
    api_url: str
    home: Path
    run: UUID | None = None

    def begin(self, **changes: Any) -> None:
        """Create the run with the drill's alert; a changed one has no text, for that would tell the old fields."""
        told = self.sandbox.alert() | ({"text": ""} | changes if changes else {})
        text = json.dumps(told)

        async def create() -> UUID:
            return (await create_run(await deploy(unusual_login, self.api_url), {"alert": text})).id

        self.run = asyncio.run(create())

    def walk(self, **given: Any) -> RunState:
        """Run it, and answer as far as there are answers."""
        assert self.run is not None
        answers = answers_type().model_validate(given)
        return asyncio.run(stage.walk(self.run, answers, person_at_console(self.sandbox)))

    def looked(self, minutes: float) -> None:
        """Let a process look so many minutes later at what is due, and tell what turned up."""
        with later(minutes):
            asyncio.run(look_at_all(settings().endpoint or ""))

    def waiting(self) -> Waiting:
        """The question that it waits with."""
        assert self.run is not None
        found = asyncio.run(waiting_question(self.run))
        assert isinstance(found, Waiting), found
        return found

    def say(self, key: str, **form: Any) -> Accepted | Refused:
        """Answer the question of this name."""
        assert self.run is not None
        return asyncio.run(answer(self.run, form, key=key))

    def state(self) -> RunState:
        """Where the run stands."""
        assert self.run is not None
        return asyncio.run(view(self.run)).state

    def named(self) -> str:
        """What the UI calls it."""
        assert self.run is not None
        return asyncio.run(view(self.run)).name

    @property
    def incident(self) -> Incident:
        """Its incident."""
        found = ledger().incident_of_run(str(self.run))
        assert found is not None
        return found

    def record(self) -> dict[str, Any]:
        """The record as it is now."""
        found = ledger().record(self.incident.id)
        assert isinstance(found, dict)
        return found

    def what(self, *kinds: str) -> list[str]:
        """Entries of these kinds in the timeline."""
        return [entry.what for entry in ledger().timeline(self.incident.id) if entry.what in kinds]

    def answered(self) -> list[str]:
        """The keys that have an answer."""
        return [each.key for each in ledger().answers(self.incident.id)]

    def chain_holds(self) -> bool:
        """Whether the timeline is what was written."""
        return isinstance(ledger().verify_chain(self.incident.id), ChainOk)


Begin = Callable[..., Late]
