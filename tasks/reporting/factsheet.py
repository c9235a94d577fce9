"""The fact sheet: what was gathered in sentences, what was not and why."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.report import FactRow

T = TypeVar("T")


def fact_row(
    name: str, label: Sentence, fact: Known[T] | Unknown, lines: Callable[[T], tuple[Sentence, ...]]
) -> FactRow:
    """One fact, told by these lines where it is known."""
    if isinstance(fact, Unknown):
        return FactRow(name=name, label=label, reason=fact.reason, permission=fact.permission)
    return FactRow(name=name, label=label, lines=lines(fact.value), gaps=fact.gaps, evidence=fact.evidence)


def unknown_rows(rows: Iterable[FactRow]) -> tuple[FactRow, ...]:
    """Those that were not obtainable."""
    return tuple(row for row in rows if row.reason is not None)
