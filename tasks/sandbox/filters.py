"""Filters and paging as vpc, cvm and lighthouse have them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tasks.sandbox.action import Answer
from tasks.sandbox.errors import ApiError
from tasks.sandbox.shapes import Param, objects, shape
from tasks.sandbox.world import Request

LIMIT_MAX = 100
FILTERS_MAX = 10
VALUES_MAX = 100
FILTERS: Param = objects(shape("Name! Values:str[]!"))

Values = Callable[[Any], Iterable[str]]


def select(request: Request, found: list[Any], ids: str, by: Mapping[str, Values]) -> list[Any]:
    """Pick what the ids or the filters ask for; both together are refused.

    Args:
        ids: the parameter that lists ids.
        by: for each filter's name, the values that a thing has.
    """
    wanted, filters = request.get(ids, []), request.get("Filters", [])
    if wanted and filters:
        raise ApiError("InvalidParameter.Coexist", f"`{ids}` and `Filters` cannot be given together.")
    if len(filters) > FILTERS_MAX or any(len(one["Values"]) > VALUES_MAX for one in filters):
        raise ApiError("InvalidParameterValue.LimitExceeded", f"At most {FILTERS_MAX} filters of {VALUES_MAX} values.")
    for one in filters:
        if one["Name"] not in by:
            raise ApiError("InvalidFilter", f"The filter `{one['Name']}` is not supported.")
    kept = [thing for thing in found if not wanted or thing.id in wanted]
    return [thing for thing in kept if all(set(by[one["Name"]](thing)) & set(one["Values"]) for one in filters)]


def page(request: Request, found: list[Any], name: str, show: Callable[[Any], Answer]) -> Answer:
    """Answer one page of what was found."""
    start, size = request.get("Offset", 0), request.get("Limit", 20)
    if not 1 <= size <= LIMIT_MAX:
        raise ApiError("InvalidParameterValue.LimitExceeded", f"Limit must be from 1 to {LIMIT_MAX}.")
    return {"TotalCount": len(found), name: [show(one) for one in found[start : start + size]]}
