"""What the networks (autonomous systems) of the internet are used for, from a table that was reviewed row by row."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tasks.model.address import is_within

_FILE = "autonomous_systems.csv"

CELLULAR = ("117.136.0.0/16", "223.104.0.0/16", "39.144.0.0/16")
"""China Mobile's gateways for phones, which have no number of their own.

In each of these blocks lie addresses of more than a dozen provinces side by side, and two libraries agree on no city:
seen on 300 addresses of each on 2026-11-28, with ip2region of 2025-09 and DB-IP of 2026-09.
"""

PHONES = "移动网络"
"""What ip2region calls the operator of a carrier's addresses of phones, since it has IPv6."""


class UsedFor(NamedTuple):
    """What a network is used for, by a kind of `tasks.decide.networks`, and what it is called."""

    kind: str
    name: str


def network_of(asn: int | None) -> UsedFor | None:
    """What is known of a network by its number; None where nothing is."""
    return None if asn is None else _table().get(asn)


def is_cellular(ip: str) -> bool:
    """Whether an address is one of a carrier's gateways for phones."""
    return any(is_within(ip, network) for network in CELLULAR)


@cache
def _table() -> dict[int, UsedFor]:
    """The table, read on first use."""
    text = files("tasks.ipinfo").joinpath(_FILE).read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(row["asn"]): UsedFor(row["kind"], row["name"]) for row in rows}
