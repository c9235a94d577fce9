"""What the sandbox saw of one response: which calls looked, which contained, and when."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tasks.sandbox.engine import SeenCall

WRITES = frozenset({"UpdateAccessKey", "UpdateUser", "CreatePolicy", "AttachUserPolicy"})
"""What the benches' policy lets run at once: keys, console login, quarantine."""

AROUND = frozenset(
    {
        "GetCallerIdentity",
        "ListAccessKeys",
        "GetUser",
        "ListAttachedUserPolicies",
        "GetUserPermissionBoundary",
        "ListPolicies",
        "GetPolicy",
    }
)
"""What is read right before and after these."""

LAST = "AttachUserPolicy"
"""The last that changes anything; with it the quarantine holds."""


class Victim(NamedTuple):
    """Whom an alert is about."""

    name: str
    uin: str
    alert: dict[str, Any]


class Made(NamedTuple):
    """The calls of one response.

    Args:
        facts: made before the first containment.
        acts: of the containment, reads among them, to the last change.
    """

    facts: tuple[SeenCall, ...]
    acts: tuple[SeenCall, ...]


class Times(NamedTuple):
    """Seconds since the alert was sent, by the sandbox's clock, which is this machine's."""

    first: float
    decided: float
    contained: float


def contained_by(calls: Iterable[SeenCall], uin: str) -> SeenCall | None:
    """Find the call with which somebody was contained."""
    return next((one for one in calls if is_last(one) and str(one.parameters.get("AttachUin")) == uin), None)


def is_last(call: SeenCall) -> bool:
    """Tell whether with this call somebody was contained."""
    return call.action == LAST and not call.code


def split(calls: Sequence[SeenCall], uin: str) -> Made:
    """Part the calls of one response that stood alone.

    Containment begins by looking at the first key: at its list, and before that, at who we are. Facts that were still
    being read then are left out, for it did not wait for them.
    """
    end = contained_by(calls, uin)
    first = next((one for one in calls if one.action in WRITES), None)
    if end is None or first is None:
        raise LookupError(f"{uin} was not contained by these calls")
    before = calls[: calls.index(first)]
    begun = _last_index(before, "ListAccessKeys")
    audited = max((i for i, one in enumerate(before) if one.service == "cloudaudit"), default=-1)
    asked = _last_index(before, "GetCallerIdentity")
    begun = asked if audited < asked < begun else begun
    rest = calls[begun : calls.index(end) + 1]
    return Made(tuple(calls[:begun]), tuple(one for one in rest if one.action in WRITES | AROUND))


def times(calls: Sequence[SeenCall], uin: str, sent: datetime) -> Times:
    """Say when the first call came, when the first of the containment did, and when the last change was answered."""
    made = split(calls, uin)
    first = min(one.arrived for one in made.facts)
    moments = (first, made.acts[0].arrived, made.acts[-1].at)
    return Times(*((one - sent).total_seconds() for one in moments))


def chained(
    facts: Sequence[SeenCall], chain: Iterable[dict[str, Any]]
) -> tuple[tuple[SeenCall, ...], tuple[SeenCall, ...]]:
    """Part the calls that were made into those of the chain, in its order, and the rest.

    Args:
        chain: parameters of DescribeEvents; what was searched for tells which call it was, times differ.
    """
    rest, found = list(facts), list[SeenCall]()
    for params in chain:
        same = (
            one for one in rest if one.action == "DescribeEvents" and _searched(one.parameters) == _searched(params)
        )
        call = next(same, None)
        if call is not None:
            rest.remove(call)
            found.append(call)
    return tuple(found), tuple(rest)


def words_of(value: Any) -> Iterator[str]:
    """List all that the parameters of a call name."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from words_of(each)
    else:
        yield str(value)


def _searched(params: dict[str, Any]) -> list[tuple[str, str]]:
    looked_up = params.get("LookupAttributes") or []
    return sorted((one["AttributeKey"], str(one.get("AttributeValue"))) for one in looked_up)


def _last_index(calls: Sequence[SeenCall], action: str) -> int:
    return max((i for i, one in enumerate(calls) if one.action == action), default=-1)
