"""How many addresses a second the IP libraries can be asked: each alone, and all with what they agree on."""

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address

from tasks.bench.process import MEGABYTE, check_proc, load, memory
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.ipinfo.libraries import Libraries
from tasks.lookup.ip_libraries import libraries, reputation_of, whereabouts_of
from tasks.model.address import Address

SEED = 8
LONGEST_NAME = 24
HEADINGS = ("median", "min", "max")


def bench_whereis(*, addresses: int, runs: int) -> None:
    """Print the table, over random addresses of the internet that are the same each time."""
    check_proc()
    before, opened, drawn = memory(os.getpid()), libraries(), draw(addresses)
    tell(f"{addresses} random IPv4 addresses, {runs} times each: addresses a second.")
    tell(" " * LONGEST_NAME + aligned(HEADINGS))
    for name, ask in measured(opened).items():
        rates = [_rate(ask, drawn) for _ in range(runs)]
        figures = (statistics.median(rates), min(rates), max(rates))
        tell(name.ljust(LONGEST_NAME) + aligned([f"{figure:.0f}" for figure in figures]))
    after = memory(os.getpid())
    tell(
        f"RSS {before.rss / MEGABYTE:.0f} MB before, {after.rss / MEGABYTE:.0f} MB after: the files' pages are mapped."
    )
    tell(load())


def draw(count: int) -> list[Address]:
    """Random addresses of the internet, the same each time."""
    chosen = random.Random(SEED)  # noqa: S311 - nothing depends on nobody guessing them
    found = list[Address]()
    while len(found) < count:
        address = IPv4Address(chosen.getrandbits(32))
        found += [address] if address.is_global and not address.is_multicast else []
    return found


def measured(opened: Libraries) -> dict[str, Callable[[Address], object]]:
    """What is asked of an address, by name: each file, then all together."""
    today = datetime.now(UTC).date()
    files = [source for source in opened.sources if IPv4Address(0).version in source.versions]
    return {
        **{f"{source.name} ({source.role})": source.find for source in files},
        "all voices": lambda address: opened.voices(str(address), today=today),
        "whereabouts": lambda address: whereabouts_of(str(address)),
        "reputation": lambda address: reputation_of(str(address)),
    }


def _rate(ask: Callable[[Address], object], addresses: Sequence[Address]) -> float:
    started = time.perf_counter()
    for address in addresses:
        ask(address)
    return len(addresses) / (time.perf_counter() - started)
