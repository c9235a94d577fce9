"""What the suspect holds: access keys and rights."""

import asyncio
from functools import partial

from tasks.cloud import keys, policies
from tasks.cloud.limits import KEYS_PER_CALL
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
    lists = await collector.each(partial(read, source, who) for read in keys.lists_of(who, source.site))
    if not lists.found:
        return unknown(lists.errors[0])
    found = {key.key_id: key for part in lists.found for key in part}
    chunks = [list(found)[at : at + KEYS_PER_CALL] for at in range(0, len(found), KEYS_PER_CALL)]
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
    attached, boundaries = await asyncio.gather(
        collector.run(policies.attached_policies, source, who),
        collector.each([partial(policies.boundary, source, who)]),
    )
    boundary = boundaries.found[0] if boundaries.found else None
    value = Rights(
        policies=tuple(policy.name for policy in attached),
        admin=any(policy.admin for policy in attached),
        boundary=boundary.name or None if boundary else None,
        boundary_id=str(boundary.id) if boundary and boundary.id else None,
    )
    return Known[Rights](value=value, evidence=source.evidence, gaps=boundaries.gaps)
