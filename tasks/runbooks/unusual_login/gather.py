"""Which source waits for which."""

import asyncio
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple

from tasks.cloud import csip, identity
from tasks.cloud import policies as rights
from tasks.cloud.api import Api
from tasks.cloud.parse import PlaceOf
from tasks.cloud.single_flight import SingleFlight
from tasks.ipinfo.places import place_of
from tasks.ipinfo.reputation import reputation_of
from tasks.lookup import egress, history, labels, login, people, permissions, protections, trail
from tasks.lookup.collector import DEADLINE_S, Collector, Keep, Progress, silent
from tasks.lookup.people import People
from tasks.model.alert import Alert
from tasks.model.audit import AuditEvent
from tasks.model.base import Lang, Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Alarm, Caller, Facts, History, Login, Reputation
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.runbooks.unusual_login.login import named, refined

FIRST = 0.6  # share of the time for sources that others wait for
SECOND = 0.9  # for those that wait; the hunt has all of it
PEOPLE_S = 1.5  # how long a login that was found waits for the list of people, which only says it more exactly
OWN_SHARE = 0.5  # how long the hunt waits for the own addresses, without which it would follow the whole office
ALARMS_BACK = timedelta(hours=24)


class LoginMatch(NamedTuple):
    """Who logged in: by the record, else by the alert's own words."""

    suspect: Principal | None
    record: Known[AuditEvent] | Unknown

    @property
    def event(self) -> AuditEvent | None:
        """The record, where there is one."""
        return self.record.value if isinstance(self.record, Known) else None


class Gathering:
    """All sources of one incident, each a task that starts at once and waits for what it needs."""

    def __init__(self, collector: Collector, alert: Alert, policy: Policy, place_of: PlaceOf) -> None:
        self._collector = collector
        self._alert = alert
        self._policy = policy
        self._place_of = place_of
        self._everybody = collector.account(FIRST)

    async def facts(self) -> Facts:
        """Start everything, and put it together when the last source has ended."""
        async with asyncio.TaskGroup() as group:
            begin, fact = group.create_task, self._collector.fact
            # What others wait for goes first: all begin at once, and each call takes a moment to send.
            self._record = begin(
                self._collector.quietly(FIRST, login.match_login(self._collector, self._alert, self._place_of))
            )
            self._identity = begin(self._collector.quietly(FIRST, self._who_calls()))
            self._root = begin(self._main_account())
            self._people = begin(people.list_people(self._collector, self._everybody, self._account))
            self._sighting = begin(self._sight())
            self._egress = begin(fact(labels.EGRESS, FIRST + 0.2, egress.look_for_own(self._collector, self._policy)))
            caller = begin(fact(labels.CALLER, SECOND, self._caller()))
            found = begin(fact(labels.LOGIN, SECOND, self._login()))
            past = begin(fact(labels.HISTORY, SECOND, self._history()))
            users = begin(fact(labels.CO_USERS, SECOND, self._co_users()))
            states = begin(fact(labels.PROTECTIONS, SECOND, self._protections()))
            keys = begin(fact(labels.KEYS, SECOND, self._keys()))
            rights = begin(fact(labels.RIGHTS, SECOND, self._rights()))
            alarms = begin(fact(labels.ALARMS, SECOND, self._alarms()))
            repute = begin(fact(labels.REPUTATION, SECOND, self._reputation()))
            hunted = begin(fact(labels.TRAIL, 1.0, self._trail()))
        facts = Facts(
            gathered_at=self._collector.now,
            caller=self._with_lacks(caller.result()),
            login=found.result(),
            history=past.result(),
            co_users=people.with_places(users.result(), past.result(), found.result()),
            egress=self._egress.result(),
            protections=states.result(),
            keys=keys.result(),
            rights=rights.result(),
            trail=hunted.result(),
            alarms=alarms.result(),
            reputation=repute.result(),
        )
        return _of_this_account(facts, self._alert)

    async def _who_calls(self) -> Known[Caller] | Unknown:
        source = self._collector.account(FIRST)
        found = await self._collector.run(identity.caller, source)
        return Known[Caller](value=found, evidence=source.evidence)

    async def _account(self) -> str:
        found = await self._collector.soon(self._identity)
        return found.value.account if isinstance(found, Known) else self._alert.account or ""

    async def _caller(self) -> Known[Caller] | Unknown:
        """The identity with its policies; the main account has none."""
        found = await self._collector.soon(self._identity)
        if not isinstance(found, Known) or found.value.kind is PrincipalKind.MAIN:
            return found or _late()
        who = Principal(kind=found.value.kind, uin=found.value.uin, name=found.value.uin)
        source = self._collector.account(SECOND)
        parts = await self._collector.each([partial(rights.attached_policies, source, who)])
        names = tuple(policy.name for part in parts.found for policy in part)
        value = found.value.model_copy(update={"policies": names})
        return Known[Caller](value=value, evidence=found.evidence + source.evidence, gaps=parts.gaps)

    def _with_lacks(self, found: Known[Caller] | Unknown) -> Known[Caller] | Unknown:
        if isinstance(found, Unknown):
            return found
        value = found.value.model_copy(update={"lacks": tuple(sorted(self._collector.lacks))})
        return found.model_copy(update={"value": value})

    async def _main_account(self) -> csip.RootState | Sentence:
        account = await self._account()
        if not account:
            return Sentence(zh="不知道主账号是哪个。", en="Which main account it is, is not known.")
        return await people.root_state(self._collector, self._everybody, account, self._place_of)

    async def _main(self) -> csip.RootState | Sentence:
        return await self._collector.soon(self._root) or _late().reason

    async def _sight(self) -> LoginMatch:
        """Don't wait long for the list of people if the record itself says who it was."""
        record = await self._collector.soon(self._record) or _late()
        event = record.value if isinstance(record, Known) else None
        if event is None or not event.actor.uin:
            listed = await self._collector.soon(self._people, FIRST)
        else:
            done, _ = await asyncio.wait({self._people}, timeout=PEOPLE_S)
            listed = self._people.result() if done else None
        users = [each.user for each in listed.accounts] if listed else []
        if not isinstance(record, Known):
            return LoginMatch(named(self._alert, users), record)
        known = refined(record.value, users)
        return LoginMatch(known.actor, record.model_copy(update={"value": known}))

    async def _seen(self) -> LoginMatch:
        return await self._collector.soon(self._sighting) or LoginMatch(None, _late())

    async def _login(self) -> Known[Login] | Unknown:
        return await login.look_around(self._collector, (await self._seen()).record, self._place_of)

    async def _history(self) -> Known[History] | Unknown:
        """Everybody's logins first, for they wait for nothing; the suspect's own if those were too many."""
        source, (_, until) = self._collector.source(SECOND), login.span(self._alert, self._collector.now)
        everybody = self._collector.account(SECOND)
        logins = await history.everybody(self._collector, everybody, source, until, place_of=self._place_of)
        seen = await self._seen()
        if logins.cut and seen.suspect and seen.suspect.uin:
            own = await history.of_one(self._collector, source, until, seen.suspect, place_of=self._place_of)
            logins.found.update(own.found)
        before = seen.event.at if seen.event else self._alert.login_time or self._collector.now
        evidence = everybody.evidence + source.evidence
        return history.history_of(
            logins.found.values(), before=before, this=seen.event, evidence=evidence, cut=logins.cut
        )

    async def _listed(self) -> People:
        """The list of people; its failure is the failure of whoever can't do without."""
        found = await self._collector.soon(self._people)
        if found is None or found.failed:
            raise (found.failed if found and found.failed else TimeoutError)
        return found

    async def _co_users(self) -> Known[tuple[CoUser, ...]] | Unknown:
        listed, source = await self._listed(), self._collector.account(SECOND)
        logins, gaps = await people.last_logins(self._collector, source, listed.accounts)
        root = await self._main()
        value = people.co_users(listed, logins, root)
        evidence = self._everybody.evidence + source.evidence
        reasons = (*listed.gaps, *gaps, *([root] if isinstance(root, Sentence) else []))
        return Known[tuple[CoUser, ...]](value=value, evidence=evidence, gaps=tuple(dict.fromkeys(reasons)))

    async def _protections(self) -> protections.State:
        listed, seen, root = await self._listed(), await self._seen(), await self._main()
        caller = await self._collector.soon(self._identity)
        known = caller.value if isinstance(caller, Known) else None
        return await protections.look_at_protections(self._collector, known, seen.suspect, listed.accounts, root)

    async def _keys(self) -> permissions.Keys:
        return await permissions.look_at_keys(self._collector, (await self._seen()).suspect)

    async def _rights(self) -> permissions.Held:
        return await permissions.look_at_rights(self._collector, (await self._seen()).suspect)

    async def _alarms(self) -> Known[tuple[Alarm, ...]] | Unknown:
        source = self._collector.source(SECOND)
        since = (self._alert.login_time or self._collector.now) - ALARMS_BACK
        found = await self._collector.run(csip.alarms, source, since=since, until=self._collector.now)
        return Known[tuple[Alarm, ...]](value=tuple(found), evidence=source.evidence)

    async def _reputation(self) -> Known[Reputation] | Unknown:
        ip = await self._ip()
        if ip is None:
            return Unknown(reason=Sentence(zh="不知道登录地址。", en="The address of the login is not known."))
        return Known[Reputation](value=await self._collector.run(reputation_of, ip))

    async def _ip(self) -> str | None:
        """The alert's address; without one, that of the record."""
        if self._alert.ip:
            return str(self._alert.ip)
        event = (await self._seen()).event
        return event.ip or None if event else None

    async def _trail(self) -> trail.Hunted:
        """The first reads need only the login; which addresses to leave alone is looked up meanwhile."""
        seen, ip = await self._seen(), await self._ip()
        hunt = trail.Hunt(self._collector, seen.event.at if seen.event else self._alert.login_time, self._place_of)
        hunt.begin(seen.suspect, ip)
        own = await self._collector.soon(self._egress, OWN_SHARE)
        caller = await self._collector.soon(self._identity)
        start = trail.Start(
            suspect=seen.suspect,
            ip=ip,
            own=own.value if isinstance(own, Known) else egress.declared(self._policy),
            people=self._people.result().principals if self._people.done() else (),
            runner_uin=caller.value.uin if isinstance(caller, Known) else "",
        )
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


def _late() -> Unknown:
    return Unknown(reason=Sentence(zh="在规定时间内没有查完。", en="The time was over before it was known."))


def _of_this_account(facts: Facts, alert: Alert) -> Facts:
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
    return facts.model_copy(update={name: other for name in Facts.model_fields if name not in kept})


async def gather(
    cloud: Api,
    alert: Alert,
    policy: Policy,
    *,
    now: datetime,
    deadline_s: float = DEADLINE_S,
    keep: Keep | None = None,
    progress: Progress = silent,
    lang: Lang = "zh",
    shared: SingleFlight | None = None,
) -> Facts:
    """All facts about the login that the alert reports; never later than the deadline.

    Args:
        cloud: whom to ask.
        alert: what was reported.
        policy: networks that are declared.
        now: the run's time.
        deadline_s: when the last source is given up.
        keep: stores a masked answer as evidence and returns its id; called in threads.
        progress: is told of each source as it ends.
        lang: language of those lines.
        shared: the same cloud, for what gatherings of one account may share; without it this one is on its own.
    """
    collector = Collector(cloud, now=now, deadline_s=deadline_s, keep=keep, progress=progress, lang=lang, shared=shared)
    try:
        return await Gathering(collector, alert, policy, lru_cache(maxsize=4096)(place_of)).facts()
    except ExceptionGroup as exc:  # a ledger that can't be written, or a defect: say that, not how we run things
        raise exc.exceptions[0] from exc


def start_of(alert: Alert, facts: Facts) -> trail.Start:
    """Where the hunt starts, from facts that were gathered before."""
    event = facts.login.value.event if isinstance(facts.login, Known) else None
    users = facts.co_users.value if isinstance(facts.co_users, Known) else ()
    ip = str(alert.ip) if alert.ip else (event.ip if event else None)
    return trail.Start(
        suspect=event.actor if event else named(alert, users),
        ip=ip or None,
        at=event.at if event else alert.login_time,
        keys=tuple(key.key_id for key in facts.keys.value) if isinstance(facts.keys, Known) else (),
        own=facts.egress.value if isinstance(facts.egress, Known) else (),
        people=tuple(user.principal for user in users),
        runner_uin=facts.caller.value.uin if isinstance(facts.caller, Known) else "",
    )
