"""What was seen of a home from outside, when all was over."""

from collections.abc import Mapping

from tasks.chaos.plan import Course
from tasks.model.base import Moment, Value


class Taken(Value):
    """An alert that was answered 202, and the incident that it said it is part of."""

    victim: str
    incident: str
    new: bool
    at: Moment


class Answered(Value):
    """An answer that Prefect accepted."""

    incident: str
    key: str
    at: Moment


class Row(Value):
    """An incident as the ledger has it.

    Args:
        chain: what is wrong with its timeline; empty for nothing.
        answers: keys of the answers that it keeps.
        failed: actions that could not be done, and stayed so.
        recorded: actions that its record says could not be done.
    """

    id: str
    victim: str
    closed: bool
    verdict: str
    opened_at: Moment
    closed_at: Moment | None
    chain: str = ""
    answers: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    recorded: frozenset[str] = frozenset()


class Deed(Value):
    """A call that changed the cloud and succeeded, as the cloud's own audit log has it.

    Args:
        what: the action with its parameters.
        victim: uin of whom it concerns; empty where it names nobody.
        early: whether mode auto does it before anybody is asked.
        undoes: whether it takes containment back.
    """

    what: str
    victim: str
    early: bool
    undoes: bool
    at: Moment


class Act(Value):
    """An action as the ledger has it.

    Args:
        deed: what the cloud's log must show where it is done; empty where nothing is called.
        told_twice: whether the ledger says that it was done once more, for it can't be read back.
    """

    incident: str
    name: str
    status: str
    deed: str
    told_twice: bool = False


class Seen(Value):
    """Everything about one home.

    Args:
        courses: what people say of each victim, by uin.
        unsent: victims of alerts that were never answered 202.
        approved: when an approval was first sent, by incident.
        standing: of each open incident why it is well: `form`, `told`; missing where it is neither.
        meddled: incidents whose runs a person disturbed in the UI, whose answers may be void.
        auto: whether containment may begin unasked.
        unwell: what went wrong with the processes themselves, each a sentence.
    """

    auto: bool
    courses: Mapping[str, Course]
    taken: tuple[Taken, ...]
    unsent: tuple[str, ...]
    answered: tuple[Answered, ...]
    approved: Mapping[str, Moment]
    rows: tuple[Row, ...]
    deeds: tuple[Deed, ...]
    acts: tuple[Act, ...]
    standing: Mapping[str, str]
    meddled: frozenset[str] = frozenset()
    unwell: tuple[str, ...] = ()
