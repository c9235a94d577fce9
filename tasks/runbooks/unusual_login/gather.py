"""Gather all facts about one login: every source at once, as soon as what it needs is known.

A source that fails gives `Unknown` with the reason, and the others go on. The slowest chain: the record, then the
hunt that starts from it.
"""

import asyncio
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tasks.cloud.parse import PlaceOf
from tasks.decide.travel import reach
from tasks.errors import SettingsError
from tasks.ipinfo.places import place_of
from tasks.lookup import history, labels, login, people, permissions, protections, trail
from tasks.lookup.account import FIRST, SECOND, Account, late
from tasks.lookup.collector import Collector
from tasks.lookup.ip_libraries import placed, reputation_of, whereabouts_of
from tasks.lookup.other_addresses import with_addresses
from tasks.lookup.role_sessions import ROLE_SESSIONS
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Alarm, History, Login, Reputation
from tasks.model.hunt import HuntStart
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal
from tasks.model.whereabouts import Whereabouts
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import named, refined

PEOPLE_S = 1.5  # how long a login that was found waits for the list of people, which only says it more exactly
ALARMS_BACK = timedelta(hours=24)
NO_ADDRESS = Unknown(reason=Sentence(zh="不知道登录地址。", en="The address of the login is not known."))


class LoginMatch(NamedTuple):
    """Who logged in: by the record, else by the alert's own words."""

    suspect: Principal | None
    record: Known[AuditEvent] | Unknown

    @property
    def event(self) -> AuditEvent | None:
        """The record, where there is one."""
        return self.record.value if isinstance(self.record, Known) else None


async def gather(collector: Collector, alert: LoginAlert, policy: Policy) -> LoginFacts:
    """All facts about the login that the alert reports; never later than the collector's deadline."""
    try:
        return await Gathering(collector, alert, policy, lru_cache(maxsize=4096)(place_of)).facts()
    except ExceptionGroup as exc:  # a ledger that can't be written, or a defect: say that, not how we run things
        raise exc.exceptions[0] from exc


def start_of(alert: LoginAlert, facts: LoginFacts) -> HuntStart:
    """Where the hunt starts, from facts that were gathered before."""
    event = facts.login.value.event if isinstance(facts.login, Known) else None
    users = facts.co_users.value if isinstance(facts.co_users, Known) else ()
    ip = str(alert.ip) if alert.ip else (event.ip if event else None)
    return HuntStart(
        suspect=event.actor if event else named(alert, users),
        ip=ip or None,
        at=event.at if event else alert.login_time,
        keys=tuple(key.key_id for key in facts.keys.value) if isinstance(facts.keys, Known) else (),
        own=facts.egress.value if isinstance(facts.egress, Known) else (),
        people=tuple(user.principal for user in users),
        runner_uin=facts.caller.value.uin if isinstance(facts.caller, Known) else "",
    )


def reported(alert: LoginAlert) -> login.Reported:
    """What the alert says of the login, as its record is looked for."""
    return login.Reported(
        ip=str(alert.ip) if alert.ip else None,
        at=alert.login_time,
        principal=alert.principal,
        place=place_of(alert.place) if alert.place else None,
        account=alert.account,
        event=alert.method if alert.method in ROLE_SESSIONS else login.LOGIN[1],
        event_id=alert.event_id,
    )


class Gathering:
    """All sources of one login, each a task that starts at once and waits for what it needs."""

    def __init__(self, collector: Collector, alert: LoginAlert, policy: Policy, place_of: PlaceOf) -> None:
        self._collector = collector
        self._alert = alert
        self._policy = policy
        self._place_of = place_of
        self._reported = reported(alert)

    async def facts(self) -> LoginFacts:
        """Start everything, and put it together when the last source has ended."""
        collector = self._collector
        async with asyncio.TaskGroup() as group:
            begin, fact = group.create_task, collector.fact
            # What others wait for goes first: all begin at once, and each call takes a moment to send.
            match = login.match_login(collector, self._reported, self._place_of, people=self._people)
            self._record = begin(collector.quietly(FIRST, match))
            claimed = self._alert.account or ""
            account = Account(collector, self._policy, self._place_of, claimed=claimed, group=group)
            self._account = account
            self._sighting = begin(self._sight())
            caller = begin(fact(labels.CALLER, SECOND, account.caller()))
            found = begin(fact(labels.LOGIN, SECOND, self._login()))
            past = begin(fact(labels.HISTORY, SECOND, self._history()))
            users = begin(fact(labels.CO_USERS, SECOND, account.co_users()))
            states = begin(fact(labels.PROTECTIONS, SECOND, self._protections()))
            keys = begin(fact(labels.KEYS, SECOND, self._keys()))
            rights = begin(fact(labels.RIGHTS, SECOND, self._rights()))
            admins = begin(fact(labels.ADMINISTRATORS, SECOND, account.administrators()))
            alarms = begin(fact(labels.ALARMS, SECOND, self._alarms()))
            repute = begin(fact(labels.REPUTATION, SECOND, self._reputation()))
            where = begin(fact(labels.WHEREABOUTS, SECOND, self._whereabouts()))
            hunted = begin(fact(labels.TRAIL, 1.0, self._trail()))
        facts = LoginFacts(
            gathered_at=collector.now,
            caller=account.with_lacks(caller.result()),
            login=found.result(),
            history=await self._with_addresses(past.result(), users.result()),
            co_users=people.with_places(users.result(), past.result(), found.result()),
            egress=account.egress.result(),
            protections=states.result(),
            keys=keys.result(),
            rights=rights.result(),
            trail=hunted.result(),
            alarms=alarms.result(),
            administrators=admins.result(),
            reputation=repute.result(),
            whereabouts=where.result(),
        )
        return _of_this_account(facts, self._alert)

    async def _sight(self) -> LoginMatch:
        """Don't wait long for the list of people if the record itself says who it was."""
        record = await self._collector.soon(self._record) or late()
        event = record.value if isinstance(record, Known) else None
        if event is None or not event.actor.uin:
            users = await self._people()
        else:
            done, _ = await asyncio.wait({self._account.people}, timeout=PEOPLE_S)
            users = await self._people() if done else ()
        if not isinstance(record, Known):
            return LoginMatch(named(self._alert, users), record)
        known = refined(record.value, users)
        return LoginMatch(known.actor, record.model_copy(update={"value": known}))

    async def _people(self) -> tuple[CoUser, ...]:
        listed = await self._collector.soon(self._account.people, FIRST)
        return tuple(each.user for each in listed.accounts) if listed else ()

    async def _seen(self) -> LoginMatch:
        return await self._collector.soon(self._sighting) or LoginMatch(None, late())

    async def _login(self) -> Known[Login] | Unknown:
        return await login.look_around(self._collector, (await self._seen()).record, self._place_of)

    async def _history(self) -> Known[History] | Unknown:
        """Everybody's logins first, for they wait for nothing; the suspect's own if those were too many."""
        within = reach(self._policy)
        source, until = self._collector.source(SECOND), self._until(within)
        everybody = self._collector.account(SECOND)
        logins = await history.everybody(self._collector, everybody, source, until, place_of=self._place_of)
        seen, own_whole = await self._seen(), False
        if logins.cut and seen.suspect and seen.suspect.uin:
            own = await history.of_one(self._collector, source, until, seen.suspect, place_of=self._place_of)
            logins.found.update(own.found)
            own_whole = not own.cut
        before = seen.event.at if seen.event else self._alert.login_time or self._collector.now
        evidence, barred = everybody.evidence + source.evidence, await self._collector.run(self._collector.barred)
        past = history.history_of(
            logins.found.values(),
            before=before,
            this=seen.event,
            evidence=evidence,
            cut=logins.cut,
            own_whole=own_whole,
            barred=barred,
            within=within,
        )
        return await self._collector.run(placed, past)

    def _until(self, within: timedelta) -> datetime:
        """Until when logins are read: as long after this one as another can speak against it."""
        _, until = login.span(self._reported, self._collector.now)
        later = self._alert.login_time + within if self._alert.login_time else until
        return max(until, min(later, self._collector.now))

    async def _with_addresses(
        self, past: Known[History] | Unknown, users: Known[tuple[CoUser, ...]] | Unknown
    ) -> Known[History] | Unknown:
        seen = await self._seen()
        at = seen.event.at if seen.event else self._alert.login_time or self._collector.now
        within, run = reach(self._policy), self._collector.run
        return await run(
            with_addresses, past, users, at, suspect=seen.suspect, within=within, reputation_of=reputation_of
        )

    async def _protections(self) -> protections.State:
        return await self._account.protections((await self._seen()).suspect)

    async def _keys(self) -> permissions.Keys:
        return await self._account.keys((await self._seen()).suspect)

    async def _rights(self) -> permissions.Held:
        return await self._account.rights((await self._seen()).suspect)

    async def _alarms(self) -> Known[tuple[Alarm, ...]] | Unknown:
        return await self._account.alarms((self._alert.login_time or self._collector.now) - ALARMS_BACK)

    async def _reputation(self) -> Known[Reputation] | Unknown:
        ip = await self._ip()
        return NO_ADDRESS if ip is None else Known[Reputation](value=await self._collector.run(reputation_of, ip))

    async def _whereabouts(self) -> Known[Whereabouts] | Unknown:
        """Of the record's address, whose place the record says too; without a record, of the alert's."""
        seen = await self._seen()
        event = seen.event if seen.event and seen.event.ip else None
        ip = event.ip if event else await self._ip()
        if ip is None:
            return NO_ADDRESS
        try:
            found = await self._collector.run(whereabouts_of, ip, event.place if event else None)
        except SettingsError as exc:  # of this machine, not of the incident: it goes on without
            return Unknown(reason=Sentence(zh=f"IP 库无法读取：{exc}", en=f"An IP library can't be read: {exc}"))
        evidence = seen.record.evidence if event and isinstance(seen.record, Known) else ()
        return Known[Whereabouts](value=found, evidence=evidence)

    async def _ip(self) -> str | None:
        """The alert's address; without one, that of the record."""
        if self._alert.ip:
            return str(self._alert.ip)
        event = (await self._seen()).event
        return event.ip or None if event else None

    async def _trail(self) -> trail.Hunted:
        """The first reads need only the login; which addresses to leave alone is looked up meanwhile."""
        seen, ip = await self._seen(), await self._ip()
        at = seen.event.at if seen.event else self._alert.login_time
        hunt = trail.Hunt(self._collector, at, self._place_of)
        hunt.begin(seen.suspect, ip)
        own, runner_uin = await self._account.own_addresses(), await self._account.runner_uin()
        known = self._account.listed_by_now()
        start = HuntStart(suspect=seen.suspect, ip=ip, at=at, own=own, people=known, runner_uin=runner_uin)
        hunted = await hunt.follow(start)
        return hunted if seen.event else _not_sure(hunted)


def _not_sure(hunted: trail.Hunted) -> trail.Hunted:
    """Where the audit log does not show the login, its silence about what followed proves nothing."""
    if isinstance(hunted, Unknown):
        return hunted
    gap = Sentence(
        zh="操作审计中没有这次登录，其后的操作也可能尚未出现。",
        en="CloudAudit does not show the login, so it may not show yet what followed.",
    )
    open_ = hunted.value.model_copy(update={"closed": False, "gaps": (*hunted.value.gaps, gap)})
    return hunted.model_copy(update={"value": open_, "gaps": (*hunted.gaps, gap)})


def _of_this_account(facts: LoginFacts, alert: LoginAlert) -> LoginFacts:
    """Facts about another account than the alert's are none about this login."""
    if not isinstance(facts.caller, Known) or alert.account in (None, facts.caller.value.account):
        return facts
    mine = facts.caller.value.account
    other = Unknown(
        reason=Sentence(
            zh=f"提醒说的是账号 {alert.account}，而所用凭证属于账号 {mine}。",
            en=f"The alert is about account {alert.account}, but the credential belongs to account {mine}.",
        )
    )
    kept = {"gathered_at", "caller", "reputation"}
    return facts.model_copy(update={name: other for name in LoginFacts.model_fields if name not in kept})
