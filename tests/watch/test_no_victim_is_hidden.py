"""Whatever is reported, forged, found and closed in between: who was truly hit is answered, or still asked about."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.ledger.database import connect, parse_url
from tasks.ledger.store import Ledger, open_ledger
from tasks.model.message import Message
from tests.people import ACCOUNT
from tests.scene import AT
from tests.watch.logins_and_reports import ADDRESSES, OTHER_ZONE, WHO, House, Told, hidden, login_event

HOUR_S = 3600
SPAN_S = 600
"""Within which all logins of a story are made, so that they may be taken for one another."""

APART_S = 5
"""Nobody's two logins, nor two people's, are made within the seconds to which clocks agree."""

LATE_S = st.sampled_from([0, 30, 300, 2700, 2700])
LATER_S = st.integers(HOUR_S, 3 * HOUR_S)
VERDICTS = st.sampled_from(
    [None, "ignored", "declined", "declined", "contained", "containment_incomplete", "needs_person"]
)

Step = tuple[float, Callable[[House], Any]]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger without a row, made once: to make one takes longer than a whole example."""
    file = tmp_path_factory.mktemp("ledger") / "empty.db"
    open_ledger(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="module")
def new_house(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], House]:
    """A house with a ledger of its own."""
    folder = tmp_path_factory.mktemp("houses")

    def furnished() -> House:
        file = folder / f"{uuid4().hex}.db"
        shutil.copy(empty, file)
        return House(Ledger(connect(parse_url(f"sqlite:///{file}"))))

    return furnished


def moment(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def message(source: str, at: float, **said: Any) -> Message:
    return Message(kind="record", event="ConsoleLogin", source=source, at=moment(at), text="", **said)


@st.composite
def said_of(draw: st.DrawFn, who: str | None, ip: str | None, at: float) -> dict[str, Any]:
    """What a report says: names, addresses and times left out, rounded, or of another zone."""
    named, placed = draw(
        st.sampled_from([*[(True, True)] * 3, (True, False), (True, False), (False, True), (False,) * 2])
    )
    how = draw(st.sampled_from(["exact", "minute", "minute", "sent", "zone", "undated"]))
    exact = moment(at)
    times = {
        "exact": exact,
        "minute": exact.replace(second=0, microsecond=0),
        "sent": (exact + timedelta(seconds=draw(st.integers(0, 180)))).replace(second=0, microsecond=0),
        "zone": exact + OTHER_ZONE,
        "undated": None,
    }
    account = draw(st.sampled_from([ACCOUNT, None]))
    name = draw(st.sampled_from([who, who, who, WHO[who].uin])) if who in WHO else who
    return {
        "principal": name if named else None,
        "ip": ip if placed else None,
        "event_at": times[how],
        "account": account,
    }


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[tuple[str, str, float, float]], list[Step]]:
    """Logins with when the log shows them; and everything that is told, found and closed, in the order of time."""
    slots = draw(st.lists(st.integers(0, SPAN_S // APART_S), min_size=1, max_size=2, unique=True))
    logins = [_login(draw, float(slot * APART_S)) for slot in slots]
    told: list[Step] = []
    for number, (who, ip, at, seen) in enumerate(logins):
        times = range(draw(st.integers(0, 2)))
        told += [_told(draw, at, draw(st.integers(0, 120)), who, ip, f"event-{number}") for _ in times]
        told += [_found(number, seen + draw(st.integers(0, 120)))] if draw(st.booleans()) else []
    forged = [_forged(draw, *draw(st.sampled_from(logins))) for _ in range(draw(st.integers(0, 2)))]
    told += forged
    soon = [_worked(when + draw(st.integers(1, 60)), 0, draw(VERDICTS)) for when, _ in told if draw(st.booleans())]
    soon += [_worked(when + draw(st.integers(1, 30)), 0, draw(VERDICTS)) for when, _ in forged]
    whens = draw(st.lists(st.integers(0, SPAN_S * 3), max_size=3)) + draw(st.lists(LATER_S, max_size=4))
    later = [_worked(when, draw(st.integers(0, 20)), draw(VERDICTS)) for when in whens]
    return logins, sorted(told + soon + later, key=lambda step: step[0])


def _login(draw: st.DrawFn, at: float) -> tuple[str, str, float, float]:
    return draw(st.sampled_from(sorted(WHO))), draw(st.sampled_from(ADDRESSES)), at, at + draw(LATE_S)


def _forged(draw: st.DrawFn, who: str, ip: str, at: float, _: float) -> Step:
    """A report by somebody who knows of a login, perhaps beforehand: who, from where and when may be true or not."""
    name, address = draw(st.sampled_from([*[who] * 3, "carol", None])), draw(st.sampled_from([*[ip] * 3, *ADDRESSES]))
    foretold, came = draw(st.integers(-200, 60)), draw(st.integers(-120, 30))
    return _told(draw, at + foretold, came - foretold, name, address, "")


def _told(draw: st.DrawFn, at: float, after: float, who: str | None, ip: str, login_id: str) -> Step:
    came = at + after
    said = draw(said_of(who, ip, at))
    told = Told(message(draw(st.sampled_from(["sms", "mail"])), came, **said), login_id)
    return came, lambda house: house.report(told)


def _found(number: int, seen: float) -> Step:
    return seen, lambda house: house.find(house.logins[f"event-{number}"], moment(seen))


def _worked(when: float, pick: int, verdict: str | None) -> Step:
    """A run looks an incident up, and comes to its end where there is a verdict."""

    def work(house: House) -> None:
        waiting = house.open_ones()
        if not waiting:
            return
        incident = waiting[-1 - pick % len(waiting)]
        if verdict is None:
            house.look_up(incident, moment(when))
        else:
            house.close(incident, verdict, moment(when))

    return when, work


@given(story=stories())
@settings(max_examples=300)
def test_no_victim_is_ever_hidden(
    new_house: Callable[[], House], story: tuple[list[tuple[str, str, float, float]], list[Step]]
) -> None:
    house = new_house()
    logins, steps = story
    for number, (who, ip, at, seen) in enumerate(logins):
        event = login_event(number, who, ip, moment(at))
        house.logins[event.id], house.seen_at[event.id] = event, moment(seen)

    for _, step in steps:
        step(house)

    found = hidden(house)
    house.ledger.close()
    assert found == []
