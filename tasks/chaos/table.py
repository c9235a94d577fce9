"""What is printed when all is over."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tasks.chaos.judge import Breach, Violation
from tasks.chaos.plan import Kind
from tasks.chaos.play import Outcome
from tasks.chaos.recovery import quantile

WIDTHS = (26, 7, 9, 8, 8, 8)
HEADINGS = ("fault", "times", "stopped", "p50 s", "p95 s", "max s")


def lines_of(outcomes: Sequence[Outcome], violations: Sequence[Violation]) -> Iterator[str]:
    """The tables: faults with how soon work went on, then what was counted, then what was violated."""
    yield _row(HEADINGS)
    seconds = _seconds(outcomes)
    times = Counter(fault.kind for one in outcomes for fault in one.befell)
    for kind in Kind:
        if times[kind]:
            yield _row((kind.value, f"{times[kind]}", *_figures(seconds[kind])))
    yield _row(("all", f"{times.total()}", *_figures([each for found in seconds.values() for each in found])))
    yield ""
    yield _counts(outcomes)
    found = Counter(violation.breach for violation in violations)
    yield ", ".join(f"{breach.value} {found[breach]}" for breach in Breach)


def _counts(outcomes: Sequence[Outcome]) -> str:
    seen = [one.seen for one in outcomes]
    parts = {
        "incidents": sum(len(one.rows) for one in seen),
        "alerts accepted": sum(len(one.taken) for one in seen),
        "sent again": sum(one.refused for one in outcomes),
        "answers": sum(len(one.answered) for one in seen),
        "changes of the cloud": sum(len(one.deeds) for one in seen),
        "closed": sum(row.closed for one in seen for row in one.rows),
        "waiting with a form": sum(why == "form" for one in seen for why in one.standing.values()),
        "told": sum(why == "told" for one in seen for why in one.standing.values()),
    }
    return ", ".join(f"{name} {number}" for name, number in parts.items())


def _seconds(outcomes: Sequence[Outcome]) -> dict[Kind, list[float]]:
    found = defaultdict[Kind, list[float]](list)
    for one in outcomes:
        kinds = {fault.number: fault.kind for fault in one.befell}
        for sample in one.samples:
            found[kinds[sample.fault]].append(sample.seconds)
    return found


def _figures(seconds: Sequence[float]) -> tuple[str, ...]:
    if not seconds:
        return ("0", "-", "-", "-")
    return (f"{len(seconds)}", *(f"{quantile(seconds, share):.1f}" for share in (0.5, 0.95, 1.0)))


def _row(cells: Sequence[str]) -> str:
    first, *others = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return "".join((first.strip().ljust(WIDTHS[0]), *others)).rstrip()
