"""Addresses that are the account's own, or declared as its people's."""

import asyncio
from functools import partial

from tasks.cloud import addresses
from tasks.lookup.collector import Collector, Parts, Source
from tasks.lookup.unavailable import unknown
from tasks.model.fact import Known, Unknown
from tasks.model.facts import AddressKind, OwnAddress
from tasks.model.policy import Policy

Egress = Known[tuple[OwnAddress, ...]] | Unknown
Found = list[OwnAddress]


async def look_for_own(collector: Collector, policy: Policy) -> Egress:
    """Everything with a public address in every open region, and the declared networks."""
    source = collector.account(share=0.8)
    networks, machines = await asyncio.gather(
        _regional(collector, source, addresses.cvm_regions, addresses.READS),
        _regional(collector, source, addresses.lighthouse_regions, (addresses.lighthouses,)),
    )
    errors = [*networks.errors, *machines.errors]
    own = [address for part in (*networks.found, *machines.found) for address in part]
    if errors and not own and not networks.found and not machines.found and not policy.networks:
        return unknown(errors[0])
    return Known[tuple[OwnAddress, ...]](
        value=(*declared(policy), *_once(own)), evidence=source.evidence, gaps=Parts(own, errors).gaps
    )


def declared(policy: Policy) -> tuple[OwnAddress, ...]:
    """Networks that the policy names."""
    return tuple(
        OwnAddress(network=str(network.cidr), kind=AddressKind.DECLARED, name=network.name)
        for network in policy.networks
    )


async def _regional(
    collector: Collector, source: Source, regions_of: addresses.Regions, reads: tuple[addresses.Read, ...]
) -> Parts[Found]:
    """Every read in every region; where the list of regions is refused, none, and the refusal is a gap."""
    regions = await collector.each([partial(regions_of, source)])
    names = regions.found[0] if regions.found else []
    parts = await collector.each((partial(read, source, region) for region in names for read in reads), many=True)
    return Parts(parts.found, [*regions.errors, *parts.errors])


def _once(own: Found) -> tuple[OwnAddress, ...]:
    """Each address once; a NAT gateway's or a machine's name says more than that of the bare elastic address."""
    best: dict[str, OwnAddress] = {}
    for address in own:
        if address.network not in best or best[address.network].kind is AddressKind.EIP:
            best[address.network] = address
    return tuple(best.values())
