"""Declared people who are one: whoever shares an identity of the account counts once."""

from collections.abc import Callable, Iterable

from tasks.model.person_name import compared
from tasks.model.policy import Person


def same_people(people: Iterable[Person], identity: Callable[[str], str] = compared) -> tuple[tuple[Person, ...], ...]:
    """The people, those in one group who share an identity, be it through a third; in the order of the declaration.

    Args:
        identity: what a declared principal stands for; two that give one text are one identity.
    """
    groups: list[tuple[frozenset[str], tuple[Person, ...]]] = []
    for person in people:
        own = frozenset(identity(text) for text in person.principals)
        joined = [group for group in groups if group[0] & own]
        groups = [group for group in groups if group not in joined]
        groups.append((own.union(*(one for one, _ in joined)), (*(p for _, those in joined for p in those), person)))
    return tuple(those for _, those in groups)
