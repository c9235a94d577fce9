"""How soon what a fault had stopped was driven again."""

from collections.abc import Mapping, Sequence

from tasks.model.base import Value


class Progress(Value):
    """Where incidents stand at one moment.

    Args:
        entries: how many entries each incident's timeline has.
        closed: which are over.
        leased: owner of the lease of those at work.
    """

    entries: Mapping[str, int]
    closed: frozenset[str]
    leased: Mapping[str, str]


class Sample(Value):
    """One incident that was at work when a fault came, and the seconds until it went on."""

    fault: int
    incident: str
    seconds: float


class Recovery:
    """Waits, for each fault, for the incidents that it stopped."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, str], tuple[float, int]] = {}
        self.samples: list[Sample] = []

    @property
    def waiting(self) -> int:
        """How many have not gone on yet."""
        return len(self._waiting)

    def began(self, fault: int, progress: Progress, *, at_s: float, owner: str = "") -> None:
        """A fault has begun.

        Args:
            owner: part of the name of the process that it befell; empty for all of them.
        """
        for incident, who in progress.leased.items():
            if owner in who and incident not in progress.closed:
                self._waiting[fault, incident] = at_s, progress.entries.get(incident, 0)

    def seen(self, progress: Progress, *, at_s: float) -> None:
        """Look who has gone on since."""
        for (fault, incident), (since_s, entries) in list(self._waiting.items()):
            if incident in progress.closed or progress.entries.get(incident, 0) > entries:
                del self._waiting[fault, incident]
                self.samples.append(Sample(fault=fault, incident=incident, seconds=at_s - since_s))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which so great a share lies; NaN of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
