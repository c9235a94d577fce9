"""What the suspect holds: access keys and rights."""

import asyncio
from functools import partial

from tasks.cloud import keys
from tasks.cloud import policies as rights
from tasks.cloud.api import Site
from tasks.lookup.collector import Collector
from tasks.lookup.unavailable import NOBODY, unknown
from tasks.model.fact import Known, Unknown
from tasks.model.facts import AccessKey, Rights
from tasks.model.principal import Principal, PrincipalKind

Keys = Known[tuple[AccessKey, ...]] | Unknown
Held = Known[Rights] | Unknown


async def look_at_keys(collector: Collector, who: Principal | None) -> Keys:
    """The suspect's long-lived keys with the day of their last use; a role has none."""
    if who is None or not (who.uin.isdecimal() or who.kind is PrincipalKind.ROLE):
        return Unknown(reason=NOBODY)
    if who.kind is PrincipalKind.ROLE:
        return Known[tuple[AccessKey, ...]](value=())
    source = collector.source(share=0.9)
    lists = await collector.each(partial(read, source, who) for read in _lists(who, source.site))
    if not lists.found:
        return unknown(lists.errors[0])
    found = {key.key_id: key for part in lists.found for key in part}
    chunks = [list(found)[at : at + keys.CHUNK] for at in range(0, len(found), keys.CHUNK)]
    uses = await collector.each(partial(keys.last_used, source, chunk) for chunk in chunks)
    used = {key_id: day for part in uses.found for key_id, day in part.items()}
    value = tuple(key.model_copy(update={"last_used": used.get(key.key_id, "")}) for key in found.values())
    gaps = (*lists.gaps, *uses.gaps)
    return Known[tuple[AccessKey, ...]](value=value, evidence=source.evidence, gaps=gaps)


async def look_at_rights(collector: Collector, who: Principal | None) -> Held:
    """The suspect's policies and boundary; the main account may do everything."""
    if who is None or not who.uin:
        return Unknown(reason=NOBODY)
    if who.kind is PrincipalKind.MAIN:
        return Known[Rights](value=Rights(admin=True))
    source = collector.source(share=0.9)
    policies, limits = await asyncio.gather(
        collector.run(rights.attached_policies, source, who), collector.each([partial(rights.boundary, source, who)])
    )
    limit = limits.found[0] if limits.found else rights.Boundary("", "")
    value = Rights(
        policies=tuple(policy.name for policy in policies),
        admin=any(policy.admin for policy in policies),
        boundary=limit.name or None,
        boundary_id=limit.id or None,
    )
    return Known[Rights](value=value, evidence=source.evidence, gaps=limits.gaps)


def _lists(who: Principal, site: Site) -> tuple[keys.Lister, ...]:
    """The main account's console keys are in a list of their own, on the Chinese site."""
    return (
        (keys.access_keys, keys.root_keys) if who.kind is PrincipalKind.MAIN and site == "cn" else (keys.access_keys,)
    )
