"""Habits: logins that are alike, counted together."""

from collections.abc import Iterable
from itertools import chain

from tasks.decide.anomaly.operators import operator_of
from tasks.decide.geography import place_key
from tasks.model.watch import Habit

ADDRESSES_MAX = 16
"""Networks that are remembered of a habit, the most used; people with changing addresses have more, and none of those
says much."""

HABITS_MAX = 60
"""Habits that are remembered of one principal, the newest first: an identity that hundreds use has no habits."""


def joined(habits: tuple[Habit, ...], new: Habit) -> tuple[Habit, ...]:
    """The habits with one more, which is added to the one that it is like."""
    alike = next((habit for habit in habits if _what(habit) == _what(new)), None)
    rest = tuple(habit for habit in habits if habit is not alike)
    return ((new if alike is None else _together(alike, new)), *rest)[:HABITS_MAX]


def uses_of(habits: Iterable[Habit], network: str) -> int:
    """How many logins came from a network."""
    pairs = chain.from_iterable(zip(habit.addresses, _uses(habit), strict=True) for habit in habits)
    return sum(uses for address, uses in pairs if address == network)


def _uses(habit: Habit) -> tuple[int, ...]:
    """How many logins came from each of its networks; where nobody counted, an even share of all."""
    if len(habit.uses) == len(habit.addresses):
        return habit.uses
    return (max(1, habit.count // len(habit.addresses)),) * len(habit.addresses) if habit.addresses else ()


def _what(habit: Habit) -> tuple[object, ...]:
    return habit.mfa, *place_key(habit.place), operator_of(habit.place)


def _together(old: Habit, new: Habit) -> Habit:
    counted = dict(zip(new.addresses, _uses(new), strict=True))
    for address, uses in zip(old.addresses, _uses(old), strict=True):
        counted[address] = counted.get(address, 0) + uses
    kept = _most_used(counted)
    return old.model_copy(
        update={
            "place": new.place or old.place,
            "addresses": tuple(kept),
            "uses": tuple(kept.values()),
            "first": min(old.first, new.first),
            "last": max(old.last, new.last),
            "count": old.count + new.count,
        }
    )


def _most_used(counted: dict[str, int]) -> dict[str, int]:
    """As many networks as are remembered: the newest, then the most used."""
    newest, others = list(counted)[:1], list(counted)[1:]
    kept = {*newest, *sorted(others, key=lambda address: -counted[address])[: ADDRESSES_MAX - 1]}
    return {address: uses for address, uses in counted.items() if address in kept}
