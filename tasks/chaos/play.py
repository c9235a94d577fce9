"""One home's plan played: its alerts sent, its faults done, its people answering, until all has settled."""

import asyncio
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from tasks.chaos.answering import People
from tasks.chaos.cloud import Victim, deeds
from tasks.chaos.engine_view import UNREACHED, runs, with_forms
from tasks.chaos.faults import Faults
from tasks.chaos.house import Programs
from tasks.chaos.ledger_view import LedgerView
from tasks.chaos.plan import Course, Fault, House, Login, Report, lasts_s
from tasks.chaos.recovery import Sample
from tasks.chaos.seen import Seen
from tasks.chaos.sending import Senders
from tasks.chaos.watching import Onlooker
from tasks.cli.children import Children
from tasks.errors import LedgerError

QUIET_S = 75.0
"""Nothing has been written for so long: what is not at its end never will be."""
SETTLE_S = 3600.0
"""The longest that is waited after the last fault, though something is still written: on a slow machine, work is."""
SEND_S = 150.0
"""How long after the schedule's end a sender goes on."""
POLL_S = 1.0
SENDERS = 8
"""Messages on their way at once."""


Event = Fault | tuple[Login, Report]
"""What the schedule has at a time: a fault, or a report of a login."""


class Outcome(NamedTuple):
    """What became of a home.

    Args:
        befell: the faults that could be done.
        refused: how often a sender was not answered 202.
    """

    house: House
    seen: Seen
    befell: tuple[Fault, ...]
    samples: tuple[Sample, ...]
    refused: int
    lasted_s: float


def play(house: House, home: Path, children: Children, stop: threading.Event, *, database: str = "") -> Outcome:
    """Play one home's plan to its end.

    Args:
        database: of a PostgreSQL server, or `postgresql` for one of our own; by default the ledger is SQLite.

    Raises:
        EngineError: its programs did not start.
    """
    began = time.monotonic()
    programs = Programs(house, home, children, stop, database)
    played = _Played(house, programs, stop)
    try:
        programs.start()
        played.through()
        seen = played.seen()
    finally:
        played.over.set()
        programs.kill()
    onlooker = played.onlooker
    lasted_s = time.monotonic() - began
    samples = tuple(onlooker.recovery.samples)
    return Outcome(house, seen, tuple(onlooker.befell), samples, played.senders.refusals, lasted_s)


class _Played:
    """One home while it is played."""

    def __init__(self, house: House, programs: Programs, stop: threading.Event) -> None:
        self.over = threading.Event()
        self._house = house
        self._programs = programs
        self._stop = stop
        self._unwell: list[str] = []
        self._victims = programs.cloud.victims
        self._courses = {self._victim(login).uin: login.course for login in house.logins}
        self._ledger = LedgerView(programs.ledger_url)
        self._people = People(programs.engine, self._course_of, self.over)
        self.senders = Senders(programs.urls, programs.token, stop)
        self.onlooker = Onlooker(self._ledger, programs.serves, stop=self.over, unwell=self._unwell.append)
        self._faults = Faults(
            programs,
            self._ledger,
            stop=stop,
            began=self.onlooker.began,
            unwell=self._unwell.append,
        )

    def through(self) -> None:
        """Play the schedule, and wait until all has settled."""
        beside = [threading.Thread(target=each, daemon=True) for each in (self._people.answer, self.onlooker.look_on)]
        for thread in beside:
            thread.start()
        began = time.monotonic()
        until_s = began + lasts_s(len(self._house.logins)) + SEND_S
        with ThreadPoolExecutor(SENDERS) as senders, ThreadPoolExecutor(max(1, len(self._house.faults))) as faults:
            waiting: list[Future[None]] = []
            for at_s, event in self._schedule():
                if self._stop.wait(max(0.0, began + at_s - time.monotonic())):
                    return
                waiting.append(self._begun(event, senders, faults, until_s))
            wait(waiting)
        for done in waiting:
            done.result()
        self._settle()
        self.over.set()
        for thread in beside:
            thread.join()

    def seen(self) -> Seen:
        """What is to be judged; everything is ended before it is read."""
        standing = asyncio.run(self._standing())
        self._unwell += self._programs.end()
        rows, acts = self._ledger.rows(self._programs.cloud), self._ledger.acts(self._programs.cloud)
        self._ledger.close()
        if not self._programs.verified():
            self._unwell.append(f"`runbooks verify` found what was changed: {self._programs.home / 'verify.log'}")
        return Seen(
            auto=self._house.mode == "auto",
            courses=self._courses,
            taken=tuple(self.senders.taken),
            unsent=tuple(self.senders.unsent),
            answered=tuple(self._people.answered),
            approved=self._people.approved,
            rows=rows,
            acts=acts,
            deeds=deeds(self._programs.home, self._programs.cloud),
            standing=standing,
            meddled=frozenset(self._faults.meddled),
            unwell=tuple(self._unwell),
        )

    def _begun(self, event: Event, senders: Executor, faults: Executor, until_s: float) -> Future[None]:
        if isinstance(event, Fault):
            return faults.submit(self._faults.do, event)
        login, report = event
        return senders.submit(self.senders.send, self._victim(login), report, until_s=until_s)

    def _schedule(self) -> list[tuple[float, Event]]:
        """Reports and faults in the order of their times."""
        events: list[tuple[float, Event]] = [(one.at_s, one) for one in self._house.faults]
        events += [(report.at_s, (login, report)) for login in self._house.logins for report in login.reports]
        return sorted(events, key=lambda each: each[0])

    def _settle(self) -> None:
        """Wait until each incident is closed, told, or waits though nobody answers; or until nothing moves any more."""
        began = self.onlooker.moved_s = time.monotonic()
        while not self._stop.wait(POLL_S):
            now = time.monotonic()
            if now - self.onlooker.moved_s > QUIET_S or now - began > SETTLE_S or self._is_settled():
                return

    def _is_settled(self) -> bool:
        try:
            standing = asyncio.run(self._standing())
        except (SQLAlchemyError, LedgerError):
            return False  # the database was killed last, and is not up yet
        return all(
            one in standing and (standing[one] != "form" or self._course_of(one) is Course.SILENT)
            for one in self._ledger.runs()
        )

    async def _standing(self) -> dict[str, str]:
        """Why each open incident is well, of those that are."""
        found = dict.fromkeys(self._ledger.told(), "told")
        bound = {run: incident for incident, run in self._ledger.runs().items() if run is not None}
        try:
            async with self._programs.engine.client() as client:
                waiting = await runs(client, {"state": {"type": {"any_": ["PAUSED"]}}})
                ours = [run for run in waiting if run["id"] in bound]
                asked = await with_forms(client, ours)
        except UNREACHED:
            return found
        return dict.fromkeys(asked, "form") | found

    def _course_of(self, incident: str) -> Course | None:
        victim = next((one.victim for one in list(self.senders.taken) if one.incident == incident), None)
        return self._courses.get(victim) if victim is not None else None

    def _victim(self, login: Login) -> Victim:
        return self._victims[login.victim]
