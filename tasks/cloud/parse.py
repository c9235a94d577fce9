"""CloudAudit records into events: tolerant, for the vendor's own examples are not all valid JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tasks.cloud.identifiers import created_ids, resource_names, scalars, target_ids
from tasks.cloud.mask import MARK, fingerprint, opened
from tasks.cloud.values import beijing_or_unix, digits, line, text
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.place import Place
from tasks.model.principal import Principal, PrincipalKind

NO_TIME = datetime.fromtimestamp(0, UTC)
FINE = frozenset({"", "0", "None", "null", "Success", "success"})
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
_FLAGS = {"1": True, "0": False}

PlaceOf = Callable[[str], Place]
Raw = dict[str, Any]


def parse_event(raw: Raw, *, place_of: PlaceOf) -> AuditEvent:
    """Read one record of DescribeEvents or LookUpEvents, masked and unfolded or as it came; never raises."""
    inner = _object(raw.get("CloudAuditEvent"))
    who = _object(inner.get("userIdentity"))
    session = _object(who.get("sessionContext"))
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
    return AuditEvent(
        id=text(raw.get("EventId") or inner.get("eventID") or raw.get("RequestID")),
        at=at or NO_TIME,
        service=service,
        name=line(raw.get("EventName") or inner.get("eventName")),
        title=line(raw.get("EventNameCn")),
        actor=_actor(raw, who, account),
        account=account,
        ip=text(inner.get("sourceIPAddress") or raw.get("SourceIPAddress") or session.get("userIp")),
        place=place_of(line(place)) if place else None,
        region=region,
        access_key=text(raw.get("SecretId") or who.get("secretId")),
        console=_console(inner),
        write=write,
        sensitive=text(inner.get("sensitiveAction")) == "1",
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


def _created(inner: Raw) -> tuple[str, ...]:
    return created_ids(scalars(_object(inner.get("responseElements"))))


def _object(value: Any) -> Raw:
    """The object, also where it stands as JSON in a string; empty where it is neither."""
    if type(value) is dict:
        return value
    found = opened(value.strip()) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}


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
    resources = raw.get("Resources")
    outer = resources.get("ResourceType") if isinstance(resources, dict) else None
    return line(inner.get("resourceType") or outer).lower()


def _write(inner: Raw) -> bool | None:
    return _WRITES.get(text(inner.get("actionType")).lower())


def _console(inner: Raw) -> bool | None:
    return _CONSOLE.get(text(inner.get("eventType")).lower())


def _error(raw: Raw, inner: Raw) -> str:
    """The first code that is none of the many ways to say "fine"; CAM's come after the product's own."""
    codes = (inner.get("apiErrorCode"), inner.get("errorCode"), raw.get("ErrorCode"))
    return next((line(code) for code in map(text, codes) if code not in FINE), "")


def _flag(value: Any) -> bool | None:
    return _FLAGS.get(text(value))


def _session(token: Any) -> str:
    """What tells sessions apart: a fingerprint that the mask has left, or one made here."""
    found = text(token)
    if not found:
        return ""
    return (found if found.startswith(MARK) else fingerprint(found)).removeprefix(MARK)
