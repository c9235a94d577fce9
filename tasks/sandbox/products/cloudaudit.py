"""CloudAudit: the audit log and its deliveries."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.audit import Event
from tasks.sandbox.errors import ApiError
from tasks.sandbox.find import clock_text
from tasks.sandbox.record import outer
from tasks.sandbox.shapes import an_object, objects, shape
from tasks.sandbox.state import Track
from tasks.sandbox.world import Request

VERSION = "2019-03-19"
DAY_S = 86400
PAGE_MAX = 50
BACK_MAX_S = 90 * DAY_S
SPAN_LIMIT_S = 30 * DAY_S  # a query must span less
LEGACY_SPAN_S = 7 * DAY_S

Test = Callable[[Event, str], bool]
KEYS: dict[str, Test] = {
    "RequestId": lambda event, value: event.request_id == value,
    "EventName": lambda event, value: event.name == value,
    "ActionType": lambda event, value: ("Write" if event.write else "Read") == value,
    "PrincipalId": lambda event, value: event.who == value,
    "ResourceType": lambda event, value: event.service == value,
    "ResourceId": lambda event, value: event.resource == value,
    "ResourceName": lambda event, value: event.resource == value,
    "AccessKeyId": lambda event, value: event.secret_id == value,
    "SensitiveAction": lambda event, value: event.sensitive == (value == "1"),
    "ApiErrorCode": lambda event, value: event.failed == value,
    "CamErrorCode": lambda event, value: event.denied == value,
    "SourceIPAddress": lambda event, value: event.ip == value,
    "Tags": lambda _, value: value == "[]",
    "OnlyRecordNotSeen": lambda _, value: value == "0",
    "EventPlatform": lambda _, value: value == "0",
}
FIELDS = {"EventName": "name", "PrincipalId": "who", "AccessKeyId": "secret_id", "SourceIPAddress": "ip"}
"""Keys of a search that the log has an index for."""

LEGACY_KEYS: dict[str, Test] = {
    **{name: KEYS[name] for name in ("RequestId", "EventName", "ResourceType", "ResourceName", "AccessKeyId")},
    "ReadOnly": lambda event, value: (not event.write) == (value == "true"),
    "Username": lambda event, value: event.user == value,
}


def describe_events(request: Request) -> Answer:
    """Search the audit log of the last 90 days, newest first."""
    start, end, size = _window(request)
    if end - start >= SPAN_LIMIT_S:
        raise ApiError("InvalidParameter", "The time span must be less than 30 days.")
    if start < request.at - BACK_MAX_S:
        raise ApiError("InvalidParameter", "StartTime must be within the last 90 days.")
    if not 1 <= size <= PAGE_MAX:
        raise ApiError("InvalidParameter", f"MaxResults must be from 1 to {PAGE_MAX}.")
    match = _matcher(request, KEYS, ApiError("InvalidParameter", "The AttributeKey is not supported."))
    events, more = _read(request, start, end, size, request.get("NextToken", 0), match)
    place = request.get("IsReturnLocation", 0) == 1
    answer: Answer = {"ListOver": not more, "Events": _lines(request, events, place=place)}
    return answer | {"TotalCount": len(events)} | ({"NextToken": events[-1].key} if more else {})


def look_up_events(request: Request) -> Answer:
    """Search the audit log in the older way: seven days, fewer keys, a token that is text."""
    start, end, size = _window(request)
    if end - start > LEGACY_SPAN_S:
        raise ApiError("LimitExceeded.OverTime", "The time range for search is limited to 7 days.")
    if not 1 <= size <= PAGE_MAX:
        raise ApiError("InvalidParameterValue.MaxResult", f"MaxResults must be from 1 to {PAGE_MAX}.")
    wrong = ApiError("InvalidParameterValue.attributeKey", "The AttributeKey is not supported.")
    match = _matcher(request, LEGACY_KEYS, wrong)
    token = request.get("NextToken", "")
    if token and not token.isdecimal():
        raise ApiError("InvalidParameter.Time", "NextToken is not valid.")
    events, more = _read(request, start, end, size, int(token or 0), match)
    return {
        "NextToken": str(events[-1].key) if more else "",
        "Events": _lines(request, events, place=False),
        "ListOver": not more,
        "TotalCount": len(events),
    }


def describe_tracks(request: Request) -> Answer:
    """List the deliveries."""
    page, size = request.params["PageNumber"], request.params["PageSize"]
    tracks = request.cloud.tracks
    shown = [{**_shown(one), "TrackId": one.id} for one in tracks[(page - 1) * size : page * size]]
    return {"Tracks": shown, "TotalCount": len(tracks)}


def describe_track(request: Request) -> Answer:
    """Tell one delivery."""
    found = _track(request)
    return {**_shown(found), "TrackForAllMembers": found.all_members, "Filters": {"ResourceFields": []}}


def modify_track(request: Request) -> Answer:
    """Change a delivery, or switch it off."""
    found = _track(request)
    if request.get("Name", found.name) != found.name:
        raise ApiError("InvalidParameterValue.AuditTrackNameNotSupportModify", "The name cannot be changed.")
    found.on = bool(request.get("Status", int(found.on)))
    found.action_type = request.get("ActionType", found.action_type)
    found.resource_type = request.get("ResourceType", found.resource_type)
    found.event_names = request.get("EventNames", found.event_names)
    found.all_members = request.get("TrackForAllMembers", found.all_members)
    _store(found, request.get("Storage", {}))
    return {}


def stop_logging(request: Request) -> Answer:
    """Switch a delivery off by name."""
    found = next((one for one in request.cloud.tracks if one.name == request.params["AuditName"]), None)
    if found is None:
        raise ApiError("ResourceNotFound.AuditNotExist", "The tracking set does not exist.")
    found.on = False
    return {"IsSuccess": 1}


def _store(found: Track, storage: dict[str, Any]) -> None:
    found.storage = storage.get("StorageType", found.storage)
    found.region = storage.get("StorageRegion", found.region)
    found.bucket = storage.get("StorageName", found.bucket)
    found.prefix = storage.get("StoragePrefix", found.prefix)


def _window(request: Request) -> tuple[int, int, int]:
    start, end = request.params["StartTime"], request.params["EndTime"]
    if start > end:
        raise ApiError("InvalidParameter", "StartTime must not be later than EndTime.")
    return start, end, request.get("MaxResults", 10)


def _matcher(request: Request, keys: dict[str, Test], wrong: ApiError) -> Callable[[Event], bool]:
    """Make the search: different keys must all fit, of the same key's values any."""
    wanted = _wanted(request)
    if wanted.keys() - keys.keys():
        raise wrong
    return lambda event: all(any(keys[key](event, value) for value in values) for key, values in wanted.items())


def _read(  # noqa: PLR0917 -- the query's own parts
    request: Request, start: int, end: int, size: int, token: int, match: Callable[[Event], bool]
) -> tuple[list[Event], bool]:
    return request.world.log.page(
        start=start,
        end=end,
        before=token or None,
        now=request.now,
        limit=size,
        match=match,
        narrow=_narrow(_wanted(request)),
    )


def _lines(request: Request, events: list[Event], *, place: bool) -> list[Answer]:
    log, cloud = request.world.log, request.cloud
    return [log.line(one, place=place, write=partial(outer, cloud, one, place=place)) for one in events]


def _wanted(request: Request) -> dict[str, list[str]]:
    """Sort the search's values by key."""
    wanted: dict[str, list[str]] = {}
    for one in request.get("LookupAttributes", []):
        wanted.setdefault(one["AttributeKey"], []).append(one.get("AttributeValue") or "")
    return wanted


def _narrow(wanted: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(FIELDS[key], values[0]) for key, values in wanted.items() if key in FIELDS and len(values) == 1]


def _track(request: Request) -> Track:
    found = next((one for one in request.cloud.tracks if one.id == request.params["TrackId"]), None)
    if found is None:
        raise ApiError("ResourceNotFound.AuditNotExist", "The tracking set does not exist.")
    return found


def _shown(one: Track) -> Answer:
    return {
        "Name": one.name,
        "ActionType": one.action_type,
        "ResourceType": one.resource_type,
        "Status": int(one.on),
        "EventNames": one.event_names,
        "Storage": {
            "StorageType": one.storage,
            "StorageRegion": one.region,
            "StorageName": one.bucket,
            "StoragePrefix": one.prefix,
        },
        "CreateTime": clock_text(one.created),
    }


_LOOKUP = objects(shape("AttributeKey! AttributeValue"))
_STORAGE = shape("StorageType! StorageRegion! StorageName! StoragePrefix! StorageAccountId StorageAppId Compress:int")

ACTIONS = (
    Action(
        "cloudaudit",
        VERSION,
        "DescribeEvents",
        "查询操作审计日志",
        shape(
            "StartTime:int! EndTime:int! NextToken:int MaxResults:int IsReturnLocation:int",
            LookupAttributes=_LOOKUP,
        ),
        describe_events,
        regional=True,
    ),
    Action(
        "cloudaudit",
        VERSION,
        "LookUpEvents",
        "检索操作日志",
        shape("StartTime:int! EndTime:int! NextToken MaxResults:int Mode", LookupAttributes=_LOOKUP),
        look_up_events,
        regional=True,
    ),
    Action(
        "cloudaudit",
        VERSION,
        "DescribeAuditTracks",
        "查询跟踪集列表",
        shape("PageNumber:int! PageSize:int!"),
        describe_tracks,
        regional=True,
    ),
    Action(
        "cloudaudit",
        VERSION,
        "DescribeAuditTrack",
        "查询跟踪集详情",
        shape("TrackId:int!"),
        describe_track,
        regional=True,
    ),
    Action(
        "cloudaudit",
        VERSION,
        "ModifyAuditTrack",
        "修改跟踪集",
        shape(
            "TrackId:int! Name ActionType ResourceType Status:int EventNames:str[] TrackForAllMembers:int",
            Storage=an_object(_STORAGE),
        ),
        modify_track,
        regional=True,
        write=True,
        sensitive=True,
        subject="TrackId",
    ),
    Action(
        "cloudaudit",
        VERSION,
        "StopLogging",
        "关闭跟踪集",
        shape("AuditName!"),
        stop_logging,
        regional=True,
        write=True,
        sensitive=True,
        subject="AuditName",
    ),
)
