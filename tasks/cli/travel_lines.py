"""A journey on one line."""

from datetime import datetime

from tasks.decide.sentences import both, moment
from tasks.ledger.rows import JourneyRow
from tasks.model.base import Sentence
from tasks.model.policy import Travel


def over_at(row: JourneyRow) -> datetime:
    """When a journey is over: as announced, or ended before that."""
    return min(row.until, row.ended_at) if row.ended_at else row.until


def line_of(row: JourneyRow, now: datetime) -> Sentence:
    """A journey of the ledger, with who announced it and when, and how it ended."""
    since, until, added = moment(row.since), moment(row.until), moment(row.added_at)
    why, over = f" · {row.why}" if row.why else "", _state(row, now)
    return both(
        f"{row.id} · {row.principal} · {row.place} · {since.zh} 至 {until.zh} · {row.added_by} {added.zh} 登记{why}"
        f"{over.zh}",
        f"{row.id} · {row.principal} · {row.place} · {_bare(since)} to {_bare(until)} · announced by {row.added_by} "
        f"{added.en}{why}{over.en}",
    )


def _state(row: JourneyRow, now: datetime) -> Sentence:
    if row.ended_at:
        when = moment(row.ended_at)
        return both(f" · {row.ended_by} {when.zh} 提前结束", f" · ended by {row.ended_by} {when.en}")
    return both(" · 已过期", " · over") if row.until <= now else both("", "")


def line_of_file(one: Travel) -> Sentence:
    """A journey of the policy file."""
    since, until = moment(one.since), moment(one.until)
    return both(
        f"策略文件 · {one.principal} · {one.place} · {since.zh} 至 {until.zh}",
        f"policy file · {one.principal} · {one.place} · {_bare(since)} to {_bare(until)}",
    )


def _bare(when: Sentence) -> str:
    return when.en.removeprefix("at ")
