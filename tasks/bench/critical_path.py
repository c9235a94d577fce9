"""The floor under the facts: the longest chain of calls of which each needs the answer before."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.cloud.audit import BACK, Search, events, windows
from tasks.decide.hunt.attack_chain import Lead
from tasks.decide.hunt.trail import extend, first_leads
from tasks.ipinfo.places import place_of
from tasks.lookup.history import ALL_PAGES
from tasks.lookup.login import LOGIN, MAX_PAGES, span
from tasks.lookup.trail import ATTRIBUTE, MARGIN, UNDATED
from tasks.model.audit import AuditEvent
from tasks.model.fact import Known
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import reported, start_of

Calls = tuple[dict[str, Any], ...]
"""Parameters of DescribeEvents, which every call of these chains is."""


class _Log(Wrapper):
    """The audit log, read search by search; says which calls each took."""

    def __init__(self, cloud: Api, now: datetime) -> None:
        super().__init__(cloud)
        self._now = now
        self._calls: list[dict[str, Any]] = []

    def call(self, call: Call) -> Answer:
        self._calls.append(dict(call.params))
        return self.inner.call(call)

    def read(self, search: Search) -> tuple[list[AuditEvent], Calls]:
        """The events of a search, and its calls: a page needs the token of the one before."""
        self._calls.clear()
        found = list(events(self, search, place_of=place_of, now=self._now))
        return found, tuple(self._calls)


def longest_chain(cloud: Api, alert: LoginAlert, facts: LoginFacts, *, now: datetime) -> Calls:
    """The calls of the login's search and the hunt's rounds, or of one window of the history if those are more.

    The other sources need one to three calls, of which none is slower.

    Args:
        facts: gathered before; what the hunt starts from.
    """
    log = _Log(cloud, now)
    return max((_hunt(log, alert, facts, now), *_history(log, alert, now)), key=len)


def _hunt(log: _Log, alert: LoginAlert, facts: LoginFacts, now: datetime) -> Calls:
    """The login, then each round by its longest lead; a lead is read once, however often it is asked for."""
    since, until = span(reported(alert), now)
    address = (("SourceIPAddress", str(alert.ip)),) if alert.ip else ()
    _, calls = log.read(Search(since, until, (LOGIN, *address), max_pages=MAX_PAGES))
    for found in _rounds(log, alert, facts, now):
        calls += max(found, key=len, default=())
    return calls


def _rounds(log: _Log, alert: LoginAlert, facts: LoginFacts, now: datetime) -> Iterator[list[Calls]]:
    start = start_of(alert, facts)
    if start.suspect is None:
        return
    own = tuple(each.network for each in start.own)
    chain, leads = first_leads(
        start.suspect, start.ip, own_addresses=own, runner_uin=start.runner_uin, people=start.people
    )
    known: dict[Lead, list[AuditEvent]] = {}
    while leads:
        fresh = {lead: log.read(_search(lead, alert, facts, now)) for lead in leads if lead not in known}
        known |= {lead: found for lead, (found, _) in fresh.items()}
        chain, leads = extend(chain, [event for lead in leads for event in known[lead]])
        yield [calls for _, calls in fresh.values()]


def _search(lead: Lead, alert: LoginAlert, facts: LoginFacts, now: datetime) -> Search:
    login_at = facts.login.value.event.at if isinstance(facts.login, Known) else alert.login_time
    since = login_at - MARGIN if login_at else now - UNDATED
    return Search(since, now, ((ATTRIBUTE[lead.kind], lead.value),))


def _history(log: _Log, alert: LoginAlert, now: datetime) -> Iterator[Calls]:
    _, until = span(reported(alert), now)
    for start, end in windows(now - BACK, until, now):
        yield log.read(Search(start, end, (LOGIN,), max_pages=ALL_PAGES))[1]
