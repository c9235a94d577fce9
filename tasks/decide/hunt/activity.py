"""What the chain did: events, writes, sensitive operations and resources, counted once each and within limits."""

from datetime import datetime
from heapq import nsmallest

from tasks.decide.hunt.catalogue import classify
from tasks.decide.hunt.explanations import overflow_text
from tasks.decide.hunt.extension import Extension
from tasks.decide.hunt.relations import is_login
from tasks.decide.sentences import both
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.facts import SensitiveEvent, Severity, Touched

# Sensitive events kept whole, the most severe first: each holds about 3 KB, and nobody reads more.
MAX_SENSITIVE = 5000
# Resources kept by name, the earliest first.
MAX_RESOURCES = 20_000
# Pruning costs a sort: it waits until a quarter too many are there.
_SLACK = 1.25
_OPERATIONS = both("敏感操作", "sensitive operations")
_RESOURCES = both("受影响的资源", "affected resources")
_MOST_SEVERE_FIRST = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


def count(work: Extension, event: AuditEvent) -> None:
    """Count an event of the chain, once however often it is read."""
    chain, known = work.chain, event.id or f"{event.at} {event.request_id} {event.name}"
    if known in chain.events:
        return
    chain.events[known] = wrote = event.write is True and event.succeeded and not is_login(event)
    earliest = chain.addresses.get(event.ip)
    if event.ip and (earliest is None or event.at < earliest):
        chain.addresses[event.ip] = event.at
    # A login is how the chain came in, not what it did.
    if (found := classify(event)) is not None and found.tactic != "initial_access":
        chain.sensitive[known] = found
    if wrote:
        _touch(work, event)
    if len(chain.sensitive) > MAX_SENSITIVE * _SLACK or len(chain.resources) > MAX_RESOURCES * _SLACK:
        prune(work)


def prune(work: Extension) -> None:
    """Drop what is beyond the limits, and say so."""
    sensitive, resources = work.chain.sensitive, work.chain.resources
    if len(sensitive) > MAX_SENSITIVE:
        kept = nsmallest(MAX_SENSITIVE, sensitive.items(), key=lambda item: (*_rank(item[1]), item[0]))
        sensitive.clear()
        sensitive.update(kept)
        work.chain = work.chain.with_gap(overflow_text(_OPERATIONS, MAX_SENSITIVE))
    if len(resources) > MAX_RESOURCES:
        earliest = nsmallest(MAX_RESOURCES, resources.items(), key=lambda item: (item[1].at, item[0]))
        resources.clear()
        resources.update(earliest)
        work.chain = work.chain.with_gap(overflow_text(_RESOURCES, MAX_RESOURCES))


def _touch(work: Extension, event: AuditEvent) -> None:
    resources = work.chain.resources
    by = event.actor.label
    for resource in _resources_of(event):
        key = (resource.kind, resource.name, resource.region, event.name, by)
        old = resources.get(key)
        if old is None or event.at < old.at:
            resources[key] = Touched(resource=resource, operation=event.name, at=event.at, by=by)


def _resources_of(event: AuditEvent) -> tuple[ResourceRef, ...]:
    """What the record names, and what the answer says was created."""
    named = {resource.name for resource in event.resources}
    created = (each for each in event.created if each not in named)
    return event.resources + tuple(ResourceRef(kind=event.service, name=each, region=event.region) for each in created)


def _rank(found: SensitiveEvent) -> tuple[int, datetime]:
    return (_MOST_SEVERE_FIRST[found.severity], found.event.at)
