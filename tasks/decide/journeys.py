"""Journeys that were announced: whose they are, when they count, and what is said of them.

A journey counts for a login that was made while it lasted, so that it lapses by itself, also in an incident whose
policy is fixed: its login was made when it was made. And it counts only if it was announced before the login: nobody
explains a login by a journey that was entered afterwards. That is shown, as somebody's statement.
"""

from collections.abc import Iterable
from datetime import datetime

from tasks.decide.identity import is_called, persons_of
from tasks.decide.sentences import both, moment
from tasks.model.base import Sentence
from tasks.model.policy import Policy, Travel
from tasks.model.principal import Principal


def is_theirs(travel: Travel, principal: Principal, policy: Policy) -> bool:
    """Whether somebody's journey was announced: by a name or uin of the identity, or by the declared person's name."""
    return is_called(principal, travel.principal) or travel.principal in persons_of(principal, policy)


def lasts(travel: Travel, at: datetime) -> bool:
    """Whether the journey was on at that time."""
    return travel.since <= at <= travel.until


def counts(travel: Travel, at: datetime) -> bool:
    """Whether the journey was on at that time, and announced by then; the policy file does not say when it was."""
    return lasts(travel, at) and (travel.added_at is None or travel.added_at <= at)


def announced(travel: Travel) -> Sentence:
    """Who announced a journey, when and why; empty for one of the policy file."""
    if travel.added_at is None:
        return both("", "")
    why = (f"，理由：{travel.why}", f", because: {travel.why}") if travel.why else ("", "")
    when = moment(travel.added_at)
    return both(f"（{travel.added_by} {when.zh} 登记{why[0]}）", f" (announced by {travel.added_by} {when.en}{why[1]})")


def statements(travels: Iterable[Travel], principal: Principal, at: datetime, policy: Policy) -> tuple[Sentence, ...]:
    """What was announced about somebody for that time, with by whom and when; what came too late says so."""
    theirs = (one for one in travels if is_theirs(one, principal, policy) and lasts(one, at))
    return tuple(_statement(one, late=not counts(one, at)) for one in theirs)


def _statement(travel: Travel, *, late: bool) -> Sentence:
    by, since, until = announced(travel), moment(travel.since), moment(travel.until)
    zh = f"行程：{travel.principal} {since.zh} 至 {until.zh} 在「{travel.place}」{by.zh}"
    en = f"Journey: {travel.principal} in “{travel.place}” from {_bare(since)} to {_bare(until)}{by.en}"
    if late:
        return both(
            f"{zh}。登记晚于这次登录，只是一种说法，不作为依据。",
            f"{en}. It was announced after this login: a statement, which settles nothing.",
        )
    return both(f"{zh}。", f"{en}.")


def _bare(when: Sentence) -> str:
    return when.en.removeprefix("at ")
