"""The people of a home: they answer by Prefect's API what each login's course lets them say."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

from tasks.chaos.engine_view import UNREACHED, EngineView, Form, form_of, incident_of, key_of, submit, waiting
from tasks.chaos.form import approves, fill
from tasks.chaos.plan import Course
from tasks.chaos.seen import Answered

POLL_S = 1.0


class People:
    """Whoever answers, until told to stop.

    Args:
        course_of: what is said of an incident; None while it is not known whose it is.
    """

    def __init__(self, engine: EngineView, course_of: Callable[[str], Course | None], stop: threading.Event) -> None:
        self._engine = engine
        self._course_of = course_of
        self._stop = stop
        self._done: set[tuple[str, str]] = set()
        self.answered: list[Answered] = []
        self.approved: dict[str, datetime] = {}
        self.refused: list[str] = []

    def answer(self) -> None:
        """Answer what waits, for as long as there is something to answer; a server that is away is asked again."""
        asyncio.run(self._answer())

    async def _answer(self) -> None:
        while not self._stop.is_set():
            try:
                async with self._engine.client() as client:
                    await self._look(client)
            except UNREACHED:
                pass
            await asyncio.sleep(POLL_S)

    async def _look(self, client: httpx.AsyncClient) -> None:
        while not self._stop.is_set():
            for run in await waiting(client):
                await self._say(client, run)
            await asyncio.sleep(POLL_S)

    async def _say(self, client: httpx.AsyncClient, run: Mapping[str, object]) -> None:
        course, key = self._course_of(incident_of(run)), key_of(run)
        if course is None or course is Course.SILENT or (str(run["id"]), key) in self._done:
            return
        form = await form_of(client, run)
        if form is not None:
            await self._submit(client, form, course)

    async def _submit(self, client: httpx.AsyncClient, form: Form, course: Course) -> None:
        filled, at = fill(form.schema, course, key=form.key), datetime.now(UTC)
        if approves(filled):  # it counts from here on: whether the server heard it may never be known
            self.approved.setdefault(form.incident, at)
        if await submit(client, form, filled):
            self.answered.append(Answered(incident=form.incident, key=form.key, at=at))
            self._done.add((form.run, form.key))
        else:
            self.refused.append(f"{form.incident} {form.key}")
