"""How long facts and answers are good for: what is older than the policy lets it be is gathered and asked anew."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tasks.decide.sentences import both
from tasks.model.answer import Statement
from tasks.model.base import Sentence
from tasks.model.policy import Policy
from tasks.model.progress import Gathered

HOUR = timedelta(hours=1)


def has_lapsed(progress: Gathered) -> bool:
    """Whether facts or answers were too old when people were heard last; nothing is to be done on them then."""
    case, at = progress.case, progress.heard_at
    return case.answers_lapse and at is not None and is_past(oldest(progress), at, case.policy)


def oldest(progress: Gathered) -> datetime:
    """Since when the oldest stands of what the case rests on: facts, and what people said."""
    return min((progress.facts.gathered_at, *(word.at for word in progress.words)))


def is_past(since: datetime, at: datetime, policy: Policy) -> bool:
    """Whether what was seen or said then has lapsed by now."""
    hours = policy.answers_good_for_hours
    return hours is not None and at - since > hours * HOUR


def still_good(words: Iterable[Statement], at: datetime, policy: Policy) -> tuple[Statement, ...]:
    """What people said that still counts."""
    return tuple(word for word in words if not is_past(word.at, at, policy))


def gathered_anew(since: datetime, at: datetime, policy: Policy, lapsed: int) -> Sentence:
    """What people are told of it.

    Args:
        since: when the facts were gathered that lapsed, or the oldest answer that did was given.
        lapsed: how many answers lapsed.
    """
    good, old = f"{policy.answers_good_for_hours:g}", f"{(at - since) / HOUR:.1f}"
    again = ("，过期的回答要重新询问", ", answers that lapsed are asked again") if lapsed else ("", "")
    return both(
        f"所依据的事实或回答已有 {old} 小时，超过策略的 {good} 小时（answers_good_for_hours）：已重新查询{again[0]}。",
        f"What it rested on was {old} hours old, the policy allows {good} (answers_good_for_hours): "
        f"facts were gathered anew{again[1]}.",
    )
