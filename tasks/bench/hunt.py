"""How fast the hunt goes through an audit log: its own functions, from the API's pages to the trail."""

import asyncio
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import lru_cache
from multiprocessing import get_context

from tasks.bench.audit_pages import IP, NAME, WHO, Pages
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.ipinfo.places import place_of
from tasks.lookup.collector import Collector, silent
from tasks.lookup.trail import Hunt
from tasks.model.base import Value
from tasks.model.fact import Known
from tasks.model.hunt import HuntStart
from tasks.model.principal import Principal, PrincipalKind

EVENTS = (10_000, 100_000)
DEADLINE_S = 3600.0  # the machine may be slow: it is measured, not judged
BACK = timedelta(hours=2)
MEGABYTE = 1e6
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes of one in ru_maxrss
HEADINGS = ("events", "seconds", "events/s", "CPU s", "peak MB")


class HuntRow(Value):
    """One size.

    Args:
        events: counted in the trail that was found.
        cpu_s: of all threads; making the pages is in it, about a hundredth.
        peak_mb: of the whole process, Python and imports included.
    """

    events: int
    seconds: float
    cpu_s: float
    peak_mb: float

    @property
    def line(self) -> str:
        """The row as it is printed."""
        rate = self.events / self.seconds
        cells = (f"{self.events}", f"{self.seconds:.2f}", f"{rate:.0f}", f"{self.cpu_s:.2f}", f"{self.peak_mb:.0f}")
        return aligned(cells)


def bench_hunt(*, sizes: Sequence[int] = EVENTS) -> None:
    """Print the table; each size in a fresh process, whose peak is its own."""
    tell("Hunting: pages of DescribeEvents, opened, masked, parsed, classified and followed as a run does it.")
    tell(aligned(HEADINGS))
    for size in sizes:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
            tell(process.submit(measure, size).result().line)


def measure(size: int) -> HuntRow:
    """Hunt through a log of that many events in this process."""
    pages = Pages(size)
    started, cpu = time.perf_counter(), time.process_time()
    found = asyncio.run(_hunt(pages))
    return HuntRow(
        events=found,
        seconds=time.perf_counter() - started,
        cpu_s=time.process_time() - cpu,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / MEGABYTE,
    )


async def _hunt(pages: Pages) -> int:
    collector = Collector(pages, now=pages.at, deadline_s=DEADLINE_S, keep=None, progress=silent, lang="en")
    hunt = Hunt(collector, pages.at - BACK, lru_cache(maxsize=4096)(place_of))
    suspect = Principal(kind=PrincipalKind.SUB_USER, uin=WHO, name=NAME)
    hunted = await hunt.follow(HuntStart(suspect=suspect, ip=IP))
    return hunted.value.events if isinstance(hunted, Known) else 0
