"""What all sources share: the cloud, the clock, where evidence is kept and who is told."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.cloud.mask import mask_answer
from tasks.cloud.retry import RetryingClient
from tasks.cloud.single_flight import SingleFlight
from tasks.errors import CloudError, Denied
from tasks.lookup.threads import Threads
from tasks.lookup.unavailable import reason, unknown
from tasks.model.base import Lang, Sentence
from tasks.model.fact import Known, Unknown

DEADLINE_S = 20.0


Keep = Callable[..., str]
"""`keep(source, request_id, at, body)`: stores masked evidence and returns its id; called in threads."""
Progress = Callable[[str], None]
Barred = Callable[[], Mapping[str, str]]
"""By a past event's id, the incident because of which it makes nothing usual; called in threads."""
T = TypeVar("T")

CAUGHT = (CloudError, TimeoutError, ValueError, TypeError, LookupError)
"""What leaves a fact unknown: the cloud's failures, and answers of a shape that nobody expected."""


class Parts(NamedTuple, Generic[T]):
    """What many calls brought, and what went wrong in others."""

    found: list[T]
    errors: list[Exception]

    @property
    def gaps(self) -> tuple[Sentence, ...]:
        """Why something is missing, each reason once."""
        return tuple(dict.fromkeys(reason(error) for error in self.errors))


class Collector:
    """One gathering of facts: where each source asks, how long it may take, and who is told of it."""

    def __init__(
        self,
        cloud: Api,
        *,
        now: datetime,
        deadline_s: float = DEADLINE_S,
        keep: Keep | None = None,
        progress: Progress | None = None,
        lang: Lang = "zh",
        shared: SingleFlight | None = None,
        barred: Barred | None = None,
    ) -> None:
        """Start the clock.

        Args:
            cloud: whom to ask.
            now: the run's time.
            deadline_s: when the last source is given up.
            keep: stores a masked answer as evidence and returns its id; called in threads.
            progress: is told of each source as it ends.
            lang: language of those lines.
            shared: the same cloud, for what gatherings of one account may share; without it this one is on its own.
            barred: which past logins belong to incidents that make them count for nothing; without it none does.
        """
        self._cloud = cloud
        self._account = shared or SingleFlight(cloud)
        self.now = now
        self.barred = barred or _none
        self._threads, self._many = Threads(), Threads()
        self.lacks: set[str] = set()
        self._started = time.monotonic()
        self._deadline_s = deadline_s
        self._keep = keep
        self._progress = progress or silent
        self._lang = lang

    def left(self, share: float = 1.0) -> float:
        """Seconds until that share of the whole time is over."""
        return max(0.0, self._started + self._deadline_s * share - time.monotonic())

    def source(self, share: float = 1.0) -> "Source":
        """A way to the cloud that keeps what it says as evidence of one fact."""
        return self._source(self._cloud, share)

    def account(self, share: float = 1.0) -> "Source":
        """A way to the cloud for what is no incident's own: many gatherings at once share one answer."""
        return self._source(self._account, share)

    def _source(self, cloud: Api, share: float) -> "Source":
        return Source(RetryingClient(cloud, deadline_s=self.left(share)), keep=self._keep, lacks=self.lacks)

    async def run(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a function that blocks."""
        return await self._threads.run(function, *args, **kwargs)

    async def each(self, calls: Iterable[Callable[[], T]], *, many: bool = False) -> "Parts[T]":
        """Call functions that block, all at once; those that fail as expected leave a gap.

        Args:
            calls: functions without arguments.
            many: whether they are so many that others would have to wait for a thread, and go on threads of their own.
        """
        run = (self._many if many else self._threads).run
        answers = await asyncio.gather(*(run(call) for call in calls), return_exceptions=True)
        found: list[T] = []
        errors: list[Exception] = []
        for answer in answers:
            if isinstance(answer, CAUGHT):
                errors.append(answer)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found.append(answer)
        return Parts(found, errors)

    async def soon(self, task: "asyncio.Task[T]", share: float = 1.0) -> T | None:
        """Another source's result, None if it takes longer than that; others may wait for it too."""
        done, _ = await asyncio.wait({task}, timeout=self.left(share))
        return task.result() if done else None

    async def fact(
        self, label: Sentence, share: float, work: Coroutine[Any, Any, Known[T] | Unknown]
    ) -> Known[T] | Unknown:
        """The fact, or why there is none; never fails, and ends with its share of the time."""
        found = await self.quietly(share, work)
        self.tell(label, found)
        return found

    async def quietly(self, share: float, work: Coroutine[Any, Any, Known[T] | Unknown]) -> Known[T] | Unknown:
        """The fact, or why there is none, without a line of progress; never fails, and ends with its share of time."""
        try:
            async with asyncio.timeout(self.left(share)):
                return await work
        except CAUGHT as exc:
            return unknown(exc)

    def tell(self, label: Sentence, found: Known[T] | Unknown) -> None:
        """One line of progress."""
        seconds = f"{time.monotonic() - self._started:.1f} s"
        zh, en = ("已查明", "known") if isinstance(found, Known) else (found.reason.zh, found.reason.en)
        self._progress(f"{label.zh} · {zh} · {seconds}" if self._lang == "zh" else f"{label.en} · {en} · {seconds}")


class Source(Wrapper):
    """The cloud, for one fact: masks each answer, keeps it and remembers its id."""

    def __init__(self, cloud: Api, *, keep: Keep | None, lacks: set[str]) -> None:
        super().__init__(cloud)
        self._keep = keep
        self._lacks = lacks
        self._lock = threading.Lock()
        self._evidence: list[str] = []

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of what was kept so far, each once."""
        with self._lock:
            return tuple(dict.fromkeys(self._evidence))

    def call(self, call: Call) -> Answer:
        """Call, mask and keep; a permission that is lacking is noted."""
        try:
            answer = self.inner.call(call)
        except Denied as exc:
            self._lacks.add(exc.action)
            raise
        found = mask_answer(answer)
        if self._keep:
            kept = self._keep(found.action, found.request_id, found.at, found.body)
            with self._lock:
                self._evidence.append(kept)
        return found


def _none() -> Mapping[str, str]:
    return {}


def silent(_: str) -> None:
    """Tell nobody."""
