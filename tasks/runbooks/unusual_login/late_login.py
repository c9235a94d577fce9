"""A login that the audit log does not show yet: how it is looked for again, and what a late one changes."""

from datetime import datetime, timedelta
from functools import lru_cache

from tasks.decide.sentences import both, moment
from tasks.ipinfo.places import place_of
from tasks.lookup.collector import Collector
from tasks.lookup.login import match_login
from tasks.lookup.people import list_people
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.late_event import Found
from tasks.model.principal import CoUser
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import reported

ROUNDED = timedelta(minutes=2)
"""How far a record's time may be from the alert's for both to be the moment that people were asked about: alerts round
to minutes."""


def awaited(facts: LoginFacts) -> Sentence | None:
    """Why the login is unknown, where it may yet turn up: the audit log was read, and does not show it."""
    return facts.login.reason if isinstance(facts.login, Unknown) and facts.login.not_yet else None


async def look(collector: Collector, alert: LoginAlert) -> Known[Found] | Unknown:
    """Look for the record alone, and for who goes by which name only where nothing else speaks against one."""

    async def owner() -> str:
        return alert.account or ""

    async def everybody() -> tuple[CoUser, ...]:
        listed = await list_people(collector, collector.account(), owner)
        return tuple(each.user for each in listed.accounts)

    found = await match_login(collector, reported(alert), lru_cache(maxsize=256)(place_of), people=everybody)
    if isinstance(found, Unknown):
        return found
    exact = alert.model_copy(update={"login_time": alert.login_time or found.value.at})
    return Known[Found](value=Found(event_id=found.value.id, alert=exact), evidence=found.evidence)


def same(asked: Suspect, found: Suspect) -> bool:
    """Whether who, when and from where were known when people were asked, and are what the record says."""
    if asked.principal is None or found.principal is None or asked.principal.uin != found.principal.uin:
        return False
    if asked.at is None or found.at is None or abs(asked.at - found.at) > ROUNDED:
        return False
    return bool(asked.ips) and set(asked.ips) == set(found.ips)


def told(alert: LoginAlert, facts: LoginFacts, found_at: datetime) -> Sentence:
    """How long after the login its record turned up."""
    if isinstance(facts.login, Unknown):
        return facts.login.reason
    at = facts.login.value.event.at
    minutes, when = max(0, round((found_at - at) / timedelta(minutes=1))), moment(at)
    named = alert.principal or facts.login.value.event.actor.label
    return both(
        f"这次登录（{named}，{when.zh}）在发生 {minutes} 分钟后才出现在操作审计里。",
        f"The login ({named}, {when.en}) appeared in the audit log {minutes} minutes after it was made.",
    )
