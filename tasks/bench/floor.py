"""The floor under a response: the calls that it made, by the vendor's client alone in a warm process."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from tasks.cloud.client import Cloud
from tasks.cloud.products import Product
from tasks.cloud.raw_sdk import RawCall, answered, raw_call
from tasks.sandbox.engine import SeenCall
from tasks.sandbox.registry import lookup

THREADS = 100  # more than one incident has calls that wait for nothing


@dataclass(frozen=True)
class Replay:
    """One response, as calls: the chain one after another, the others beside it, then the acts one after another."""

    chain: Sequence[SeenCall]
    others: Sequence[SeenCall]
    acts: Sequence[SeenCall]


@dataclass
class Floor:
    """Makes calls with connections that stay open; keeps nothing, decides nothing, retries nothing."""

    cloud: Cloud
    threads: int = THREADS
    _idle: dict[tuple[str, str], deque[RawCall]] = field(default_factory=lambda: defaultdict(deque), init=False)
    _pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="floor")

    def one(self, replay: Replay) -> None:
        """Respond once."""
        beside = [self._pool.submit(self.call, each) for each in replay.others]
        self.all(replay.chain)
        wait(beside)
        self.all(replay.acts)
        _raise_first(beside)

    def all(self, calls: Iterable[SeenCall]) -> None:
        """Make calls one after another."""
        for each in calls:
            self.call(each)

    def storm(self, replays: Sequence[Replay], common: Sequence[SeenCall]) -> None:
        """Respond to all at once, each on a thread of its own; calls for nobody in particular are made beside."""
        beside = [self._pool.submit(self.call, each) for each in common]
        with ThreadPoolExecutor(len(replays), thread_name_prefix="incident") as pool:
            _raise_first([pool.submit(self.one, each) for each in replays])
        _raise_first(beside)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def call(self, call: SeenCall) -> None:
        """Make one call; an error that the cloud answers is an answer, as it was the first time."""
        key = (call.service, call.region)
        try:
            bare = self._idle[key].pop()
        except IndexError:
            version = lookup(call.service, call.action).version
            cloud = replace(self.cloud, region=call.region or self.cloud.region)
            bare = raw_call(cloud, Product(call.service, version))
        answered(bare, call.action, call.parameters)
        self._idle[key].append(bare)


def _raise_first(done: Iterable[Future[None]]) -> None:
    for each in done:
        each.result()
