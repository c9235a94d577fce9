"""CloudAudit records into events: tolerant, for the vendor's own examples are not all valid JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tasks.cloud.identifiers import created_ids, listed, parts_of, resource_names, scalars, target_ids
from tasks.cloud.mask import HIDDEN, MARK, fingerprint, opened
from tasks.cloud.values import beijing_or_unix, digits, line, text
from tasks.model.address import parse_address
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.place import Place
from tasks.model.principal import Principal, PrincipalKind

WRAPPED_MAX = 6  # lists and strings that an object may stand in, one in the other
NO_TIME = datetime.fromtimestamp(0, UTC)
FINE = frozenset({"", "0", "none", "null", "success", "ok"})
MADE_ANSWER = frozenset({"sts"})  # products whose reads make something: temporary keys

KINDS = {
    "root": PrincipalKind.MAIN,
    "camuser": PrincipalKind.SUB_USER,
    "subuser": PrincipalKind.SUB_USER,
    "subaccount": PrincipalKind.SUB_USER,
    "assumedrole": PrincipalKind.ROLE,
    "camrole": PrincipalKind.ROLE,
    "role": PrincipalKind.ROLE,
    "collaborator": PrincipalKind.COLLABORATOR,
    "wechatcorpuser": PrincipalKind.WECOM,
    "cicuser": PrincipalKind.CIC,
}
"""By `userIdentity.type`: CallRecord of csip in tccli 3.1.189.1 (read 2026-11-28) names root, CAMUser and AssumedRole.

No page lists the others; they are taken from UserType of ListAccounts, and from how other products spell them.
"""

_WRITES = {"write": True, "read": False}
_CONSOLE = {"consolecall": True, "miniprogramcall": True, "apicall": False}
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_NO_ADDRESS = frozenset({"", "-", "unknown", "none", "null"})


_OUTER = (
    *("CloudAuditEvent", "EventId", "EventName", "EventNameCn", "EventTime", "EventRegion", "Username", "RequestID"),
    *("AccountID", "SecretId", "SourceIPAddress", "ErrorCode", "Location", "Resources", "ResourceRegion"),
)
_INNER = (
    *("userIdentity", "eventID", "eventName", "eventTime", "eventRegion", "eventType", "actionType", "sourceIPAddress"),
    *("userAgent", "requestID", "requestParameters", "responseElements", "resourceType", "resourceName", "resourceSet"),
    *("errorCode", "apiErrorCode", "sensitiveAction"),
)
_IDENTITY = ("principalId", "accountId", "secretId", "type", "userName", "sessionContext")
_SESSION = ("token", "mfa", "userIp")

PlaceOf = Callable[[str], Place]
Raw = dict[str, Any]


def parse_event(raw: Raw, *, place_of: PlaceOf) -> AuditEvent:
    """Read one record of DescribeEvents or LookUpEvents, masked and unfolded or as it came; never raises.

    A record that is delivered elsewhere has no outside: it is read like the inside of the others.
    """
    raw = _named(raw, _OUTER)
    inner = _named(_object(raw.get("CloudAuditEvent")) or (raw if "userIdentity" in raw else {}), _INNER)
    who = _named(_object(inner.get("userIdentity")), _IDENTITY)
    session = _named(_object(who.get("sessionContext")), _SESSION)
    request = scalars(_object(inner.get("requestParameters")))
    service, write = _service(raw, inner), _write(inner)
    account = digits(who.get("accountId")) or digits(raw.get("AccountID"))
    at = beijing_or_unix(inner.get("eventTime")) or beijing_or_unix(raw.get("EventTime"))
    error = _error(raw, inner)
    region = line(inner.get("eventRegion") or raw.get("EventRegion"))
    created = _created(inner) if write is not False or service in MADE_ANSWER else ()
    where = line(raw.get("ResourceRegion")) or region
    names = resource_names(raw, inner, request, created)
    place = text(raw.get("Location"))
    event = AuditEvent(
        id=text(raw.get("EventId") or inner.get("eventID") or raw.get("RequestID") or inner.get("requestID")),
        at=at or NO_TIME,
        service=service,
        name=line(raw.get("EventName") or inner.get("eventName")),
        title=line(raw.get("EventNameCn")),
        actor=_actor(raw, who, account),
        account=account,
        ip=_ip(inner.get("sourceIPAddress"), raw.get("SourceIPAddress"), session.get("userIp")),
        place=place_of(line(place)) if place else None,
        region=region,
        access_key=text(raw.get("SecretId") or who.get("secretId")),
        console=_console(inner),
        write=write,
        sensitive=_flag(inner.get("sensitiveAction")) is True,
        succeeded=not error,
        error=error,
        mfa=_flag(session.get("mfa")),
        resources=tuple(_resource(service, name, where) for name in names),
        created=created,
        targets=target_ids(request, service),
        session=_session(session.get("token")),
        user_agent=line(inner.get("userAgent")),
        request_id=text(raw.get("RequestID") or inner.get("requestID")),
        parsed=bool(inner) and at is not None,
    )
    return event if event.id else event.model_copy(update={"id": _made_id(event)})


def _created(inner: Raw) -> tuple[str, ...]:
    return created_ids(scalars(_object(inner.get("responseElements"))))


def _named(found: Raw, names: tuple[str, ...]) -> Raw:
    """The object with these keys spelled so: old records, and those of other tools, spell some otherwise."""
    pairs = _misspelled(tuple(found), names)
    return {**found, **{name: found[key] for key, name in pairs if found.get(name) in (None, "")}} if pairs else found


# Records of one event have the same keys in the same order.
@lru_cache(maxsize=1024)
def _misspelled(keys: tuple[str, ...], names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    right = {name.lower(): name for name in names}
    return tuple((key, right[key.lower()]) for key in keys if right.get(key.lower(), key) != key)


def _object(value: Any) -> Raw:
    """The object, also where it is the only one of a list, or JSON in a string, itself in a string or not."""
    for _ in range(WRAPPED_MAX):
        if type(value) is dict:
            return value
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        elif isinstance(value, str):
            value = opened(value)
        else:
            break
    return value if isinstance(value, dict) else {}


def _ip(inner: Any, outer: Any, browser: Any) -> str:
    """The first that is an address; else the first that is at all, for a service's name may stand in its place.

    The session's address is where its browser was: it says nothing of a call that a service made.
    """
    written = [text(each[0]) if isinstance(each, list) and each else text(each) for each in (inner, outer)]
    if found := next((each for each in written if parse_address(each)), None):
        return found
    return next((each for each in written if each.strip().lower() not in _NO_ADDRESS), text(browser))


def _made_id(event: AuditEvent) -> str:
    """An id for a record that has none, of what makes it this one: without an id, all of them would be one."""
    parts = (event.at.isoformat(), event.name, event.actor.uin, event.actor.name, event.account, event.ip, event.error)
    return fingerprint("\0".join((*parts, event.access_key, event.session))).removeprefix(MARK)


def _actor(raw: Raw, who: Raw, account: str) -> Principal:
    """Who called; a record whose inside can't be read has the name alone, and an id only for root."""
    uin = digits(who.get("principalId"))
    name = line(who.get("userName") or raw.get("Username") or uin)
    kind = KINDS.get(text(who.get("type")).lower(), PrincipalKind.OTHER)
    if kind is PrincipalKind.MAIN or (uin and uin == account) or (name == "root" and not uin):
        return _principal(PrincipalKind.MAIN, uin or account, "root")
    return _principal(kind, uin, name)


# Few people do all that a log holds: events that share their values are made faster, and take less memory.
@lru_cache(maxsize=1024)
def _principal(kind: PrincipalKind, uin: str, name: str) -> Principal:
    return Principal(kind=kind, uin=uin, name=name)


@lru_cache(maxsize=4096)
def _resource(kind: str, name: str, region: str) -> ResourceRef:
    return ResourceRef(kind=kind, name=name, region=region)


def _service(raw: Raw, inner: Raw) -> str:
    logged = (each.get("ResourceType") for each in listed(raw.get("Resources")) if isinstance(each, dict))
    found = parts_of(inner.get("resourceType") or next(logged, None))
    return found[0].lower() if found else ""


def _write(inner: Raw) -> bool | None:
    return _WRITES.get(text(inner.get("actionType")).lower())


def _console(inner: Raw) -> bool | None:
    return _CONSOLE.get(text(inner.get("eventType")).lower())


def _error(raw: Raw, inner: Raw) -> str:
    """The first code that is none of the many ways to say "fine"; CAM's come after the product's own."""
    codes = (inner.get("apiErrorCode"), inner.get("errorCode"), raw.get("ErrorCode"))
    return next((line(code) for code in map(text, codes) if code.lower() not in FINE), "")


def _flag(value: Any) -> bool | None:
    return _FLAGS.get(text(value).lower())


def _session(token: Any) -> str:
    """What tells sessions apart: a fingerprint that the mask has left, or one made here."""
    found = text(token)
    if found in ("", HIDDEN):  # what was hidden wholly is not told apart, and so is no session
        return ""
    return (found if found.startswith(MARK) else fingerprint(found)).removeprefix(MARK)
