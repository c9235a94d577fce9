"""Who is next: incidents that wait for a place, the worst of each source first, and those that have one."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tasks.model.alert import Alert
from tasks.serving.turns import Turns

PERSON_WAITS = 100
"""Above every incident's urgency: somebody has just answered, or pressed "Run", and looks at the screen."""


@dataclass(eq=False)
class Job:
    """A run to be run here, or an incident that will have one.

    Args:
        since: when it came; of two that are equally urgent the older goes first.
        urgency: the larger, the sooner.
        incident_id: None for a run from elsewhere, which opens its incident itself.
        alert: what the incident was opened with.
        run_id: None until the run is registered.
        flow: name of the flow that the run is of.
    """

    since: datetime
    urgency: int
    flow: str
    incident_id: str | None = None
    alert: Alert | None = None
    run_id: UUID | None = None
    registered: asyncio.Event = field(default_factory=asyncio.Event)
    ahead: bool = False
    """Whether its facts are gathered, or being gathered, before it has a place, or are its run's to gather."""

    @property
    def source(self) -> str | None:
        """Who brought the alert; None where a person waits for it."""
        if self.urgency >= PERSON_WAITS:
            return None
        return self.alert.source if self.alert else ""

    @property
    def order(self) -> tuple[int, datetime]:
        """What jobs of one source are sorted by; the smallest goes first."""
        return -self.urgency, self.since

    def register(self, run_id: UUID) -> None:
        """Say which run it is."""
        self.run_id = run_id
        self.registered.set()


class Roster:
    """Jobs that wait, jobs that have a place, and jobs that stand back because the worst of them is over; each once.

    Args:
        places: how many may be at work at once.
    """

    def __init__(self, places: int = 1) -> None:
        self.waiting: list[Job] = []
        self.at_work: set[Job] = set()
        self.back: set[Job] = set()
        self.let_go: set[str] = set()
        """Runs that stopped here by an error: whatever the server says of them, nobody here is at work at them."""
        self._places = places
        self._turns = Turns()
        self._came = asyncio.Event()
        self._left = asyncio.Event()
        self._closed = False

    def close(self) -> None:
        """Give no more places."""
        self._closed = True
        self._changed()

    async def empty(self) -> None:
        """Wait until nothing is at work, and nothing stands back."""
        while self.at_work or self.back:
            self._left.clear()
            await self._left.wait()

    async def calm(self) -> None:
        """Wait until nobody waits for a place or has one, or none is given any more."""
        while not self._closed and (self.waiting or self.at_work):
            self._left.clear()
            await self._left.wait()

    def stand_back(self, job: Job) -> None:
        """Give a job's place to others; it is still this process's."""
        if job in self.at_work:
            self.at_work.discard(job)
            self.back.add(job)
            self._changed()

    def add(self, job: Job) -> bool:
        """Let a job wait for a place, unless it does already or is at work."""
        if any(_is_same(job, known) for known in self._all()):
            return False
        self.waiting.append(job)
        self._changed()
        return True

    def _all(self) -> tuple[Job, ...]:
        return (*self.waiting, *self.at_work, *self.back)

    def _changed(self) -> None:
        self._came.set()
        self._left.set()

    def find(self, incident_id: str) -> Job | None:
        """The job of an incident, if there is one."""
        return next((job for job in self._all() if job.incident_id == incident_id), None)

    def knows_run(self, run_id: UUID) -> bool:
        """Whether a run waits here or is at work."""
        return self.job_of(run_id) is not None

    def job_of(self, run_id: UUID) -> Job | None:
        """The job of a run, if there is one."""
        return next((job for job in self._all() if job.run_id == run_id), None)

    async def next(self) -> Job:
        """Wait for a job and a free place, and give it to the one whose turn it is, until `done` or `stand_back`."""
        while self._closed or not self.waiting or len(self.at_work) >= self._places:
            self._came.clear()
            await self._came.wait()
        job = self._turns.sorted(self.waiting)[0]
        self._turns.took(job)
        self.waiting.remove(job)
        self.at_work.add(job)
        return job

    def done(self, job: Job) -> None:
        """Take a job's place away."""
        self.at_work.discard(job)
        self.back.discard(job)
        self._changed()

    def ahead_of_time(self, count: int) -> list[Job]:
        """The next jobs whose facts may be gathered while they wait, at most so many at a time."""
        first = self._turns.sorted(job for job in self.waiting if job.alert is not None)[:count]
        return [job for job in first if not job.ahead]


def _is_same(one: Job, other: Job) -> bool:
    same_run = one.run_id is not None and one.run_id == other.run_id
    return same_run or (one.incident_id is not None and one.incident_id == other.incident_id)
