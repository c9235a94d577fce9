"""The account, whatever happened in it: parts that every runbook composes its gathering of."""

import asyncio
from datetime import datetime
from functools import partial

from tasks.cloud import csip, identity
from tasks.cloud import policies as rights
from tasks.cloud.parse import PlaceOf
from tasks.lookup import egress, labels, people, permissions, protections
from tasks.lookup.collector import Collector
from tasks.lookup.people import People
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Alarm, Caller, OwnAddress
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind

FIRST = 0.6  # share of the time for sources that others wait for
SECOND = 0.9  # for those that wait; the hunt has all of it
OWN_SHARE = 0.5  # how long the hunt waits for the own addresses, without which it would follow the whole office


class Account:
    """Sources about the account; those that others wait for begin at once.

    Args:
        claimed: the account that the alert names; empty where it names none.
    """

    def __init__(
        self, collector: Collector, policy: Policy, place_of: PlaceOf, *, claimed: str, group: asyncio.TaskGroup
    ) -> None:
        self._collector = collector
        self._policy = policy
        self._place_of = place_of
        self._claimed = claimed
        self._everybody = collector.account(FIRST)
        begin = group.create_task
        self.identity = begin(collector.quietly(FIRST, self._who_calls()))
        self._root = begin(self._main_account())
        self.people = begin(people.list_people(collector, self._everybody, self._uin))
        self.egress = begin(collector.fact(labels.EGRESS, FIRST + 0.2, egress.look_for_own(collector, policy)))

    async def caller(self) -> Known[Caller] | Unknown:
        """The identity that we call with, and its policies; the main account has none."""
        found = await self._collector.soon(self.identity)
        if not isinstance(found, Known) or found.value.kind is PrincipalKind.MAIN:
            return found or late()
        who = Principal(kind=found.value.kind, uin=found.value.uin, name=found.value.uin)
        source = self._collector.account(SECOND)
        parts = await self._collector.each([partial(rights.attached_policies, source, who)])
        names = tuple(policy.name for part in parts.found for policy in part)
        value = found.value.model_copy(update={"policies": names})
        return Known[Caller](value=value, evidence=found.evidence + source.evidence, gaps=parts.gaps)

    def with_lacks(self, found: Known[Caller] | Unknown) -> Known[Caller] | Unknown:
        """The caller, with the permissions that turned out to be missing until now."""
        if isinstance(found, Unknown):
            return found
        value = found.value.model_copy(update={"lacks": tuple(sorted(self._collector.lacks))})
        return found.model_copy(update={"value": value})

    async def co_users(self) -> Known[tuple[CoUser, ...]] | Unknown:
        """Everybody who can act in the account, with their last logins."""
        listed, source = await self._listed(), self._collector.account(SECOND)
        logins, gaps = await people.last_logins(self._collector, source, listed.accounts)
        root = await self._main()
        value = people.co_users(listed, logins, root)
        evidence = self._everybody.evidence + source.evidence
        reasons = (*listed.gaps, *gaps, *([root] if isinstance(root, Sentence) else []))
        return Known[tuple[CoUser, ...]](value=value, evidence=evidence, gaps=tuple(dict.fromkeys(reasons)))

    async def protections(self, suspect: Principal | None) -> protections.State:
        """The three protections of the owner, the suspect and the caller."""
        listed, root = await self._listed(), await self._main()
        caller = await self._collector.soon(self.identity)
        known = caller.value if isinstance(caller, Known) else None
        return await protections.look_at_protections(self._collector, known, suspect, listed.accounts, root)

    async def keys(self, suspect: Principal | None) -> permissions.Keys:
        """The suspect's access keys."""
        return await permissions.look_at_keys(self._collector, suspect)

    async def rights(self, suspect: Principal | None) -> permissions.Held:
        """What the suspect may do."""
        return await permissions.look_at_rights(self._collector, suspect)

    async def administrators(self) -> Known[tuple[Principal, ...]] | Unknown:
        """Who may do everything in the account."""
        source = self._collector.account(SECOND)
        found = await self._collector.run(rights.administrators, source)
        return Known[tuple[Principal, ...]](value=tuple(found), evidence=source.evidence)

    async def alarms(self, since: datetime) -> Known[tuple[Alarm, ...]] | Unknown:
        """Alarms of the security centre since a time."""
        source = self._collector.source(SECOND)
        found = await self._collector.run(csip.alarms, source, since=since, until=self._collector.now)
        return Known[tuple[Alarm, ...]](value=tuple(found), evidence=source.evidence)

    async def own_addresses(self) -> tuple[OwnAddress, ...]:
        """Addresses that a hunt leaves alone: the account's own; those that are declared where the others take long."""
        own = await self._collector.soon(self.egress, OWN_SHARE)
        return own.value if isinstance(own, Known) else egress.declared(self._policy)

    async def runner_uin(self) -> str:
        """Uin of the identity that we call with; empty where it is not known."""
        caller = await self._collector.soon(self.identity)
        return caller.value.uin if isinstance(caller, Known) else ""

    def listed_by_now(self) -> tuple[Principal, ...]:
        """Principals that are known already."""
        return self.people.result().principals if self.people.done() else ()

    async def _who_calls(self) -> Known[Caller] | Unknown:
        source = self._collector.account(FIRST)
        found = await self._collector.run(identity.caller, source)
        return Known[Caller](value=found, evidence=source.evidence)

    async def _uin(self) -> str:
        found = await self._collector.soon(self.identity)
        return found.value.account if isinstance(found, Known) else self._claimed

    async def _main_account(self) -> csip.RootState | Sentence:
        account = await self._uin()
        if not account:
            return Sentence(zh="不知道主账号是哪个。", en="Which main account it is, is not known.")
        return await people.root_state(self._collector, self._everybody, account, self._place_of)

    async def _main(self) -> csip.RootState | Sentence:
        return await self._collector.soon(self._root) or late().reason

    async def _listed(self) -> People:
        """The list of people; its failure is the failure of whoever can't do without."""
        found = await self._collector.soon(self.people)
        if found is None or found.failed:
            raise (found.failed if found and found.failed else TimeoutError)
        return found


def late() -> Unknown:
    """What was not known when the time was over."""
    return Unknown(reason=Sentence(zh="在规定时间内没有查完。", en="The time was over before it was known."))
