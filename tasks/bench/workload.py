"""Whose calls they were, in a storm; and the floor's part of it for each victim."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tasks.bench.calls import WRITES, Victim, words_of
from tasks.bench.floor import Replay
from tasks.bench.sandbox import Names
from tasks.sandbox.engine import SeenCall

NAMELESS = frozenset({"GetCallerIdentity", "ListPolicies", "GetPolicy"})
"""Read around every containment and naming nobody; a victim has these from the pattern."""


class Pattern(NamedTuple):
    """How one victim was contained, who stood alone; all others are alike."""

    victim: Victim
    acts: tuple[SeenCall, ...]


class Shares(NamedTuple):
    """The floor's storm.

    Args:
        common: calls that name no victim, or several; nobody waits for them.
    """

    replays: tuple[Replay, ...]
    common: tuple[SeenCall, ...]


def shares(calls: Iterable[SeenCall], victims: Sequence[Victim], people: Names, pattern: Pattern) -> Shares:
    """Deal the calls of a storm out among its victims.

    A victim's searches of the audit log follow one another, as each needs what the one before found; other reads
    stand beside them. What came after the first containment did not hold it up, and is left out.
    """
    words = _words(victims, people)
    own, common = defaultdict[str, list[SeenCall]](list), list[SeenCall]()
    for call in calls:
        named = {words[one] for one in words_of(call.parameters) if one in words}
        if len(named) == 1:
            own[named.pop()].append(call)
        elif call.action not in WRITES | NAMELESS:
            common.append(call)
    replays = tuple(_replay(own[one.name], _like(pattern, one, people)) for one in victims)
    return Shares(replays, tuple(common))


def written(calls: Iterable[SeenCall]) -> dict[tuple[str, str], int]:
    """Count how often each thing was changed, by what was done and to whom."""
    counts = defaultdict[tuple[str, str], int](int)
    for call in calls:
        target = next((str(call.parameters[one]) for one in TARGETS if one in call.parameters), "")
        if call.action in WRITES and not call.code:
            counts[call.action, target] += 1
    return dict(counts)


TARGETS = ("AccessKeyId", "Name", "AttachUin", "PolicyName")


def _words(victims: Sequence[Victim], people: Names) -> dict[str, str]:
    """What names a victim: name, uin, keys, and the address where nobody else has it."""
    addresses = [one.alert["ip"] for one in victims]
    names = {one.name for one in victims}
    words = {word: one.name for one in victims for word in (one.name, one.uin)}
    words |= {one.alert["ip"]: one.name for one in victims if addresses.count(one.alert["ip"]) == 1}
    return words | {key: owner for key, owner in people.owners.items() if owner in names}


def _replay(own: Sequence[SeenCall], acts: tuple[SeenCall, ...]) -> Replay:
    first = next((index for index, one in enumerate(own) if one.action in WRITES), len(own))
    look = max((index for index, one in enumerate(own[:first]) if one.action == "ListAccessKeys"), default=first)
    facts = own[:look]
    chain = [one for one in facts if one.action == "DescribeEvents"]
    return Replay(chain, [one for one in facts if one.action != "DescribeEvents"], acts)


def _like(pattern: Pattern, victim: Victim, people: Names) -> tuple[SeenCall, ...]:
    """The pattern's containment, of another victim."""
    pairs = zip(_keys(pattern.victim.name, people), _keys(victim.name, people), strict=True)
    other = {pattern.victim.name: victim.name, pattern.victim.uin: victim.uin, **dict(pairs)}
    return tuple(replace(one, parameters=_renamed(one.parameters, other)) for one in pattern.acts)


def _keys(name: str, people: Names) -> list[str]:
    return [key for key, owner in people.owners.items() if owner == name]


def _renamed(params: Mapping[str, Any], other: Mapping[str, str]) -> dict[str, Any]:
    return {name: type(value)(other[str(value)]) if str(value) in other else value for name, value in params.items()}
