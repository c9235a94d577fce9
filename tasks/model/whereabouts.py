"""Where several sources place an address, and how far they agree."""

from datetime import date
from enum import StrEnum

from tasks.model.address import Ip
from tasks.model.base import Line, Value
from tasks.model.place import Place


class Role(StrEnum):
    """What a source is heard for."""

    VENDOR = "vendor"
    """The cloud's own word, in the audit record."""
    CHINA = "china"
    """Province and city in China."""
    WORLD = "world"
    """The country, and places abroad."""
    NETWORK = "network"
    """Whose network it is."""


class Certainty(StrEnum):
    """How sure a place is."""

    AGREED = "agreed"
    """Two sources or more say so, and none says otherwise."""
    SINGLE = "single"
    """One source says so, and none says otherwise."""
    DISPUTED = "disputed"
    """Sources name different countries or provinces; the place is what they have in common."""
    STALE = "stale"
    """Only data that are too old say so."""
    HUB = "hub"
    """A carrier's gateway or backbone, behind which people of a whole province are; the place ends there."""
    UNKNOWN = "unknown"
    """No source says anything."""


class Voice(Value):
    """What one source says of an address.

    Args:
        name: the source's name, such as `ip2region`, `DB-IP` or `Tencent`.
        role: what it is heard for.
        dated: the day of its data; None where it is asked live.
        stale: whether its data are too old to prove anything.
        place: where it places the address; nothing where it does not know.
        asn: the number of the network (autonomous system); None where it does not say.
        operator: the network's name.
    """

    name: Line
    role: Role
    dated: date | None = None
    stale: bool = False
    place: Place = Place()
    asn: int | None = None
    operator: Line = ""


class Whereabouts(Value):
    """Where an address is, as far as the sources agree.

    Args:
        place: what they agree on, as deep as they agree.
        voices: all of them, also those that know nothing.
        asn, operator: number and name of the network; None and empty where no source knows.
        to_province: whether that is a network whose places are good for the province only.
    """

    ip: Ip
    place: Place = Place()
    certainty: Certainty = Certainty.UNKNOWN
    voices: tuple[Voice, ...] = ()
    asn: int | None = None
    operator: Line = ""
    to_province: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether the place proves nothing: it is disputed, too old, or not known at all."""
        return self.certainty in {Certainty.DISPUTED, Certainty.STALE, Certainty.UNKNOWN}
