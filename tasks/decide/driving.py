"""Where an open incident stands, and what is to be done so that it is never nobody's: one rule for every fault.

An open incident is queued, at work, waiting with a form that people can fill, or told to a person; nothing else.
"""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from tasks.model.base import Value

GRACE = timedelta(seconds=5)
"""A run is seen as suspended just before its form is written down; after this, it never will be."""
ORPHANED = timedelta(seconds=15)
"""How long a run is said to be at work, or to be held, without anybody who shows it, until it is taken for nobody's: a
process of ours takes its lease within a second, and what a dying one sent may come to the server later."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0, 2, 5, 15, 30, 60, 120, 300, 600))
"""How long until a run that stopped is taken up again: at once, then ever later; after the last it is left to a person.
A disk that was full and a server that restarts are back within the first few."""
UNTOLD = 4
"""So often a run may stop before people are told of it: after half a minute it is no passing fault any more."""


class RunSeen(StrEnum):
    """What the engine says of an incident's run."""

    NONE = "none"
    """The incident has no run yet."""
    GONE = "gone"
    """The engine does not know it: it was deleted, or the engine's database was lost; or nobody can run it any more."""
    ELSEWHERE = "elsewhere"
    """The engine does not know it, and another engine lives that works on this ledger."""
    CANCELLED = "cancelled"
    """A person cancelled it, or is about to have."""
    HELD = "held"
    """A person suspended it: it waits, but asks nothing."""
    ASKS = "asks"
    """It waits with a form."""
    MUTE = "mute"
    """It waits for an answer to a form that is not there."""
    ENDED = "ended"
    """It completed, failed or crashed, and left its incident open."""
    DUE = "due"
    """It is to be run now."""
    LATER = "later"
    """It is to be run at a time that was set."""
    AT_WORK = "at_work"
    """It is said to be at work."""


class Held(StrEnum):
    """What the ledger's lease says of who drives an incident."""

    NOBODY = "nobody"
    ALIVE = "alive"
    """A living process."""
    OVER = "over"
    """A process that died, or that was silent for too long."""


class Situation(Value):
    """All that bears on who drives an open incident.

    Args:
        here: whether it waits for a place in this process, or has one.
        idle: for how long the run has been in its state.
        worker: whether a process of Prefect's own worker may be at work at it.
        stops: how often in a row its run stopped and was taken up again.
        stopped: whether a person cancelled its run and has not said yet what is to become of it.
        anew: whether this process has only just begun: what was given up before is then tried once more.
    """

    run: RunSeen
    lease: Held = Held.NOBODY
    here: bool = False
    idle: timedelta = timedelta()
    worker: bool = False
    stops: int = 0
    stopped: bool = False
    anew: bool = False


class Standing(StrEnum):
    """Where an open incident stands; `failed` and `stopped` are told to a person."""

    QUEUED = "queued"
    AT_WORK = "at_work"
    WAITING = "waiting"
    RETRYING = "retrying"
    """Its run stopped by a fault, and is taken up again at a time that is set."""
    FAILED = "failed"
    """So it did again and again."""
    STOPPED = "stopped"
    """A person cancelled its run; it is asked what is to become of it."""


TOLD = (Standing.FAILED, Standing.STOPPED)


class Todo(StrEnum):
    """What is to be done about it."""

    NOTHING = "nothing"
    RUN = "run"
    """Let the run wait for a place here."""
    TAKE_UP = "take_up"
    """Schedule the run again; what was done and answered stays."""
    FORGET = "forget"
    """Give the incident another run, which goes on from what is kept."""
    ASK_WHY = "ask_why"
    """Ask the person who cancelled the run what is to become of the incident."""
    GIVE_UP = "give_up"
    """Leave it to a person."""
    NOTE_WELL = "note_well"
    """Its run has come to a question: what stopped it before counts no more, nor who drove it."""


AT_ONCE = {RunSeen.GONE: Todo.FORGET, RunSeen.DUE: Todo.RUN}


class Judged(NamedTuple):
    """Where it stands, and what is to be done."""

    standing: Standing
    todo: Todo


def judge(seen: Situation) -> Judged:
    """Where an open incident stands, and what is to be done about it now."""
    if seen.here or seen.lease is Held.ALIVE:
        return Judged(Standing.STOPPED if seen.stopped else Standing.AT_WORK, Todo.NOTHING)
    return Judged(standing_of(seen), _todo(seen))


def _todo(seen: Situation) -> Todo:
    """What is to be done, nobody having it in hand just now."""
    if seen.run in AT_ONCE:
        return AT_ONCE[seen.run]
    if seen.run is RunSeen.ASKS and (seen.stops or seen.lease is Held.OVER):
        return Todo.NOTE_WELL
    if _is_a_persons(seen):
        return Todo.ASK_WHY
    return _again(seen) if _is_nobodys(seen) else Todo.NOTHING


def standing_of(seen: Situation) -> Standing:
    """Where it stands, nobody having it in hand just now."""
    if seen.stopped or _is_a_persons(seen):
        return Standing.STOPPED
    if seen.run is RunSeen.ASKS:
        return Standing.WAITING
    if seen.stops > UNTOLD or (_is_nobodys(seen) and seen.stops >= len(PAUSES)):
        return Standing.FAILED
    if seen.stops or _is_nobodys(seen):
        return Standing.RETRYING
    if seen.run in {RunSeen.NONE, RunSeen.GONE, RunSeen.DUE, RunSeen.LATER}:
        return Standing.QUEUED
    return Standing.AT_WORK


def pause(stops: int) -> timedelta:
    """How long to wait before a run is taken up again that stopped so often before."""
    return PAUSES[min(stops, len(PAUSES) - 1)]


def _is_a_persons(seen: Situation) -> bool:
    """Whether a person stopped the run; one that was suspended by hand may be resumed by hand for a while."""
    return seen.run is RunSeen.CANCELLED or (seen.run is RunSeen.HELD and seen.idle > ORPHANED)


def _is_nobodys(seen: Situation) -> bool:
    """Whether the run came to a stop that nobody wanted."""
    if seen.run is RunSeen.MUTE:
        return seen.idle > GRACE
    if seen.run is RunSeen.AT_WORK:
        return not seen.worker and (seen.lease is Held.OVER or seen.idle > ORPHANED)
    return seen.run is RunSeen.ENDED


def _again(seen: Situation) -> Todo:
    if seen.stops < len(PAUSES) or seen.anew:
        return Todo.TAKE_UP
    return Todo.GIVE_UP if seen.stops == len(PAUSES) else Todo.NOTHING
