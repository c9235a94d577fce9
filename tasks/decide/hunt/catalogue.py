"""Which audited operations matter in a break-in, and why; the list itself is data."""

from collections import defaultdict
from functools import cache
from importlib.resources import files

from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence, Value
from tasks.model.facts import SensitiveEvent, Severity

_FILE = "sensitive_events.json"
_MARKED = Sentence(
    zh="腾讯云自己把这个操作标为敏感操作。", en="Tencent Cloud itself marks this operation as sensitive."
)


class Family(Value):
    """Operations that matter for the same reason.

    Args:
        operations: names by service, as the audit log writes both.
    """

    id: str
    tactic: str
    severity: Severity
    why: Sentence
    operations: dict[str, tuple[str, ...]]


class Entry(Value):
    """One operation that matters.

    Args:
        service: the audit log's resource type, lower case.
        name: as the audit log or the API writes it.
    """

    service: str
    name: str
    tactic: str
    severity: Severity
    why: Sentence


class Catalogue(Value):
    """The file.

    Args:
        about: what it is and where its names come from.
        same_product: services that the log and the API call by different names.
        other_products_too: names that products outside the catalogue have as well: they need the service to match.
    """

    about: str
    families: tuple[Family, ...]
    same_product: tuple[tuple[str, ...], ...]
    other_products_too: tuple[str, ...]


@cache
def catalogue() -> Catalogue:
    """The catalogue as its file has it."""
    return Catalogue.model_validate_json(files("tasks.decide.hunt").joinpath(_FILE).read_bytes())


@cache
def entries() -> tuple[Entry, ...]:
    """The catalogue, one operation each."""
    return tuple(
        Entry(service=service, name=name, tactic=family.tactic, severity=family.severity, why=family.why)
        for family in catalogue().families
        for service, names in family.operations.items()
        for name in names
    )


@cache
def lookup(service: str, event: str) -> Entry | None:
    """The entry of an operation, in any case of letters; by its name alone where that says enough.

    Cached, for a hunt asks the same few hundred names a hundred thousand times.
    """
    service, name = service.lower(), event.lower()
    for known in (service, *_aliases().get(service, ())):
        if entry := _by_both().get((known, name)):
            return entry
    return None if service and name in _ambiguous() else _by_name().get(name)


def classify(event: AuditEvent) -> SensitiveEvent | None:
    """The operation with the reason why it matters; None for everyday ones."""
    entry = lookup(event.service, event.name)
    if entry is None and not event.sensitive:
        return None
    why, severity, tactic = (entry.why, entry.severity, entry.tactic) if entry else (_MARKED, Severity.MEDIUM, "other")
    if not event.succeeded:
        why, severity = _refused(why, event.error), Severity.LOW
    return SensitiveEvent(event=event, why=why, severity=severity, tactic=tactic)


@cache
def _by_both() -> dict[tuple[str, str], Entry]:
    return {(entry.service, entry.name.lower()): entry for entry in entries()}


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    return {service: same for same in catalogue().same_product for service in same}


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset(name.lower() for name in catalogue().other_products_too)


@cache
def _by_name() -> dict[str, Entry]:
    """Names that mean the same wherever they occur: of the others nobody can say which one is meant."""
    found = defaultdict[str, list[Entry]](list)
    for entry in entries():
        found[entry.name.lower()].append(entry)
    return {name: same[0] for name, same in found.items() if len({entry.why.en for entry in same}) == 1}


def _refused(why: Sentence, error: str) -> Sentence:
    code = error or "-"
    return Sentence(
        zh=f"尝试被拒绝（{code}），没有生效；如果成功：{why.zh}",
        en=f"It was refused ({code}) and had no effect; had it succeeded: {why.en}",
    )
