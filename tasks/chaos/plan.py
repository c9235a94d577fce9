"""What befalls whom and when, drawn from a seed before anything begins: the same seed draws the same."""

import random
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain

from tasks.model.base import Value
from tasks.model.policy import Mode

MOST_A_HOUSE = 170
"""Incidents of one home: the sandbox's storm has 210 people to steal from."""
TWO_FROM = 24
"""From so many on there are two homes, one in mode auto and one in mode approve."""
EACH_S = 2.0
"""Seconds of a home's time for each incident: as many as one `serve` brings to their ends on half a machine."""
LEAST_S = 12.0
"""The shortest schedule: a few faults need room beside one another."""
LEAD_S = 1.0
"""Before the first fault, so that there is something to befall."""
STORM = 10
"""Logins that are reported at once, at most."""
STORM_S = 2.0
"""Within which they are."""
AGAIN_S = 15.0
"""Within which a login is reported once more, by another road or by a sender who heard no answer."""
REPEATED = (0.4, 0.15)
"""How probable a second report is, and a third."""


class Kind(StrEnum):
    """What goes wrong."""

    KILL_SERVE = "serve killed"
    KILL_SERVER = "Prefect killed"
    KILL_BOTH = "serve and Prefect killed"
    FREEZE_SERVE = "serve frozen"
    FREEZE_SERVER = "Prefect frozen"
    END_SERVE = "serve told to end"
    KILL_WORKER = "worker killed"
    FREEZE_WORKER = "worker frozen"
    KILL_CLOUD = "cloud killed"
    FREEZE_CLOUD = "cloud frozen"
    THROTTLE = "calls throttled"
    DENY = "calls denied"
    HANG = "calls hang"
    LOST_ANSWER = "answers lost"
    SERVER_ERROR = "calls answered 500"
    BREAK_OFF = "answers broken off"
    CUT_CLOUD = "cloud cut off"
    LOCK_LEDGER = "ledger locked"
    NO_WRITES = "disk takes no write"
    CLOCK = "clock a day ahead"
    CANCEL_RUN = "run cancelled"
    DELETE_RUN = "run deleted"
    SET_STATE = "state set by hand"
    DELETE_DEPLOYMENT = "deployment deleted"
    CUT_DATABASE = "database cut off"
    KILL_DATABASE = "database killed"
    FREEZE_DATABASE = "database frozen"


NEEDS_WORKER = frozenset({Kind.KILL_WORKER, Kind.FREEZE_WORKER})
NEEDS_SERVER = frozenset({Kind.CUT_DATABASE})
"""A database that others can be connected to, so PostgreSQL."""
NEEDS_OUR_SERVER = frozenset({Kind.KILL_DATABASE, Kind.FREEZE_DATABASE})
"""One whose process is ours to end."""
IN_UI = frozenset({Kind.CANCEL_RUN, Kind.DELETE_RUN, Kind.SET_STATE, Kind.DELETE_DEPLOYMENT})
"""What a person does in Prefect's UI."""

LASTS: dict[Kind, tuple[float, float]] = {
    Kind.KILL_SERVE: (0.5, 4),
    Kind.KILL_SERVER: (0, 0),
    Kind.KILL_BOTH: (0.5, 4),
    Kind.FREEZE_SERVE: (2, 12),
    Kind.FREEZE_SERVER: (2, 12),
    Kind.END_SERVE: (0.5, 4),
    Kind.KILL_WORKER: (0.5, 4),
    Kind.FREEZE_WORKER: (2, 12),
    Kind.KILL_CLOUD: (0.5, 6),
    Kind.FREEZE_CLOUD: (2, 12),
    Kind.THROTTLE: (2, 10),
    Kind.DENY: (2, 10),
    Kind.HANG: (2, 10),
    Kind.LOST_ANSWER: (2, 10),
    Kind.SERVER_ERROR: (2, 10),
    Kind.BREAK_OFF: (2, 10),
    Kind.CUT_CLOUD: (1, 10),
    Kind.LOCK_LEDGER: (3, 14),
    Kind.NO_WRITES: (3, 12),
    Kind.CLOCK: (8, 20),
    Kind.CANCEL_RUN: (0, 0),
    Kind.DELETE_RUN: (0, 0),
    Kind.SET_STATE: (0, 0),
    Kind.DELETE_DEPLOYMENT: (0, 0),
    Kind.CUT_DATABASE: (0, 0),
    Kind.KILL_DATABASE: (0.5, 4),
    Kind.FREEZE_DATABASE: (2, 12),
}
"""Seconds that each goes on, at least and at most; of what is killed: until somebody starts it again."""

ACTIONS = ("*", "cam:*", "cam:UpdateAccessKey", "cam:AttachUserPolicy", "cam:UpdateUser", "cloudaudit:*")
"""Which calls of the cloud a fault befalls."""
STATES = ("COMPLETED", "FAILED", "CRASHED", "SCHEDULED")
"""What a person may set a run to in the UI."""


class Database(StrEnum):
    """What stands behind the ledger."""

    SQLITE = "sqlite"
    GIVEN = "given"
    """A PostgreSQL that is somebody's."""
    OURS = "ours"
    """A PostgreSQL that is started for this."""


class Course(StrEnum):
    """What people say of a login when they are asked."""

    STOLEN = "stolen"
    HARMLESS = "harmless"
    DECLINED = "declined"
    """It was nobody of ours, but containment is not approved."""
    SILENT = "silent"
    """Nobody answers."""


COURSES = {Course.STOLEN: 7, Course.HARMLESS: 3, Course.DECLINED: 3, Course.SILENT: 7}
"""How often each is drawn, of twenty."""


class Report(Value):
    """One message about a login.

    Args:
        reworded: whether it comes in the words of another sender.
    """

    at_s: float
    reworded: bool = False


class Login(Value):
    """One login, and what is said of it.

    Args:
        victim: which of the sandbox's alerts it is, from 0.
    """

    victim: int
    course: Course
    reports: tuple[Report, ...]


class Fault(Value):
    """One fault.

    Args:
        for_s: how long it goes on.
        lot: between 0 and 1; which of several it befalls.
        action: of the cloud, where it befalls calls.
        count: how many calls at most.
        state: that a person sets a run to.
    """

    number: int
    at_s: float
    kind: Kind
    for_s: float
    lot: float
    action: str
    count: int
    state: str


class House(Value):
    """A home with a cloud of its own, and everything that happens in it.

    Args:
        serves: how many `runbooks serve` share it.
        worker: whether a plain Prefect worker runs beside them.
    """

    number: int
    mode: Mode
    serves: int
    worker: bool
    logins: tuple[Login, ...]
    faults: tuple[Fault, ...]


class Plan(Value):
    """Everything that will happen."""

    seed: int
    houses: tuple[House, ...]


def draw(*, incidents: int, faults: int, seed: int, database: Database = Database.SQLITE) -> Plan:
    """Draw all of it.

    Args:
        incidents: logins that become one incident each.
        faults: spread evenly over the homes; each kind comes once before any comes again.
    """
    lots = random.Random(seed)  # noqa: S311 - a schedule, no secret
    count = max(-(-incidents // MOST_A_HOUSE), 2 if incidents >= TWO_FROM else 1)
    shares = [incidents // count + (number < incidents % count) for number in range(count)]
    decks = _deal(lots, faults, [_has_worker(number, count) for number in range(count)], database)
    houses = (_house(lots, number, share, decks[number], count) for number, share in enumerate(shares))
    return Plan(seed=seed, houses=tuple(houses))


def unable(database: Database) -> frozenset[Kind]:
    """Kinds that can't be done to such a database."""
    match database:
        case Database.SQLITE:
            return NEEDS_SERVER | NEEDS_OUR_SERVER
        case Database.GIVEN:
            return NEEDS_OUR_SERVER
        case Database.OURS:
            return frozenset()


def lasts_s(incidents: int) -> float:
    """Seconds within which so many incidents of one home are reported."""
    return max(LEAST_S, incidents * EACH_S)


def _has_worker(number: int, count: int) -> bool:
    """The last of several homes has a plain worker beside its `serve`."""
    return count > 1 and number == count - 1


def _house(lots: random.Random, number: int, incidents: int, kinds: list[Kind], count: int) -> House:
    span = lasts_s(incidents)
    return House(
        number=number,
        mode="auto" if number % 2 == 0 else "approve",
        serves=2 if number % 3 == 1 else 1,
        worker=_has_worker(number, count),
        logins=tuple(_logins(lots, incidents, span)),
        faults=tuple(_faults(lots, kinds, span)),
    )


def _deal(lots: random.Random, faults: int, workers: list[bool], database: Database) -> list[list[Kind]]:
    """Deal kinds out, each once before any comes again; what a home can't have goes to one that can."""
    hands: list[list[Kind]] = [[] for _ in workers]
    lacking = unable(database) | (frozenset() if any(workers) else NEEDS_WORKER)
    able = [kind for kind in Kind if kind not in lacking]
    for kind in _deck(lots, able, faults):
        fit = [number for number, worker in enumerate(workers) if worker or kind not in NEEDS_WORKER]
        hands[min(fit, key=lambda number: len(hands[number]))].append(kind)
    return hands


def _deck(lots: random.Random, kinds: list[Kind], count: int) -> Iterator[Kind]:
    rounds = (lots.sample(kinds, len(kinds)) for _ in range(-(-count // len(kinds))))
    return (kind for kind, _ in zip(chain.from_iterable(rounds), range(count), strict=False))


def _logins(lots: random.Random, count: int, span: float) -> Iterator[Login]:
    victims = iter(lots.sample(range(MOST_A_HOUSE), count))
    left = count
    while left:
        size = min(left, lots.randint(1, STORM))
        at = lots.uniform(0, span)
        yield from (_login(lots, next(victims), at + lots.uniform(0, STORM_S)) for _ in range(size))
        left -= size


def _login(lots: random.Random, victim: int, at: float) -> Login:
    course = lots.choices(list(COURSES), weights=list(COURSES.values()))[0]
    return Login(victim=victim, course=course, reports=tuple(_reports(lots, at)))


def _reports(lots: random.Random, at: float) -> Iterable[Report]:
    yield Report(at_s=at)
    for probable in REPEATED:
        if lots.random() < probable:
            yield Report(at_s=at + lots.uniform(0, AGAIN_S), reworded=lots.random() < 0.5)  # noqa: PLR2004 - even odds


def _faults(lots: random.Random, kinds: list[Kind], span: float) -> Iterator[Fault]:
    times = sorted(lots.uniform(LEAD_S, span) for _ in kinds)
    for number, (at, kind) in enumerate(zip(times, kinds, strict=True)):
        yield Fault(
            number=number,
            at_s=at,
            kind=kind,
            for_s=lots.uniform(*LASTS[kind]),
            lot=lots.random(),
            action=lots.choice(ACTIONS),
            count=lots.randint(1, 40),
            state=lots.choice(STATES),
        )
