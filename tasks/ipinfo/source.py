"""One file of an IP library, opened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tasks.errors import RunbookError
from tasks.model.address import Address
from tasks.model.place import Place
from tasks.model.whereabouts import Role, Voice

FRESH = timedelta(days=548)
"""How old data may be and still prove something: 18 months.

Blocks change hands: of two libraries that were compared on 2,000 addresses abroad in November 2026, the one that was 14
months old named another country than the majority for 7 %, the one that was 3 months old for 1 %.
"""


class NoLibrary(RunbookError):  # noqa: N818 - it is named by what the file is
    """The file can't be read as a library: `NoLibrary(path, reason)`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Found:
    """What a file has of one address; empty where it has nothing."""

    place: Place = field(default_factory=Place)
    asn: int | None = None
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be asked.

    Args:
        name: whose data it is, such as `ip2region`.
        role: what it is heard for.
        versions: of IP, that it has addresses of.
        dated: the day of its data, as the file says.
        path: the file.
        find: what it has of an address; raises `NoLibrary` where its content is broken.
    """

    name: str
    role: Role
    versions: frozenset[int]
    dated: date
    path: Path
    find: Callable[[Address], Found]

    def is_stale(self, today: date) -> bool:
        """Whether its data are too old to prove anything."""
        return today - self.dated > FRESH

    def voice(self, address: Address, today: date) -> Voice:
        """What it says of an address."""
        found = self.find(address)
        return Voice(
            name=self.name,
            role=self.role,
            dated=self.dated,
            stale=self.is_stale(today),
            place=found.place,
            asn=found.asn,
            operator=found.operator,
        )
