"""Where an open incident stands, and what is done about it: every fault, both ways."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide.driving import (
    GRACE,
    ORPHANED,
    PAUSES,
    TOLD,
    UNTOLD,
    Held,
    Judged,
    RunSeen,
    Situation,
    Standing,
    Todo,
    judge,
    pause,
)

A_MOMENT = timedelta(milliseconds=1)
LAST = len(PAUSES)

QUEUED, AT_WORK, WAITING = Standing.QUEUED, Standing.AT_WORK, Standing.WAITING
RETRYING, FAILED, STOPPED = Standing.RETRYING, Standing.FAILED, Standing.STOPPED

CASES = [
    # not begun, begun, waiting: as it should be
    ({"run": RunSeen.NONE}, QUEUED, Todo.NOTHING),
    ({"run": RunSeen.DUE}, QUEUED, Todo.RUN),
    ({"run": RunSeen.DUE, "here": True}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.DUE, "lease": Held.ALIVE}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.DUE, "lease": Held.OVER}, QUEUED, Todo.RUN),
    ({"run": RunSeen.LATER}, QUEUED, Todo.NOTHING),
    ({"run": RunSeen.ASKS}, WAITING, Todo.NOTHING),
    ({"run": RunSeen.ASKS, "stops": 1}, WAITING, Todo.NOTE_WELL),
    ({"run": RunSeen.ASKS, "lease": Held.OVER}, WAITING, Todo.NOTE_WELL),
    ({"run": RunSeen.ASKS, "lease": Held.ALIVE}, AT_WORK, Todo.NOTHING),
    # a process that died at work
    ({"run": RunSeen.AT_WORK, "lease": Held.ALIVE, "idle": ORPHANED * 9}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.AT_WORK, "here": True, "idle": ORPHANED * 9}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.AT_WORK, "lease": Held.OVER}, RETRYING, Todo.TAKE_UP),
    ({"run": RunSeen.AT_WORK, "lease": Held.OVER, "worker": True}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.AT_WORK, "idle": ORPHANED}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.AT_WORK, "idle": ORPHANED + A_MOMENT}, RETRYING, Todo.TAKE_UP),
    ({"run": RunSeen.AT_WORK, "idle": ORPHANED + A_MOMENT, "worker": True}, AT_WORK, Todo.NOTHING),
    # a process that died just before it wrote its question down
    ({"run": RunSeen.MUTE, "idle": GRACE}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.MUTE, "idle": GRACE + A_MOMENT}, RETRYING, Todo.TAKE_UP),
    # a run that ended, and its incident did not
    ({"run": RunSeen.ENDED}, RETRYING, Todo.TAKE_UP),
    ({"run": RunSeen.ENDED, "here": True}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.ENDED, "lease": Held.ALIVE}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.ENDED, "stops": UNTOLD}, RETRYING, Todo.TAKE_UP),
    ({"run": RunSeen.ENDED, "stops": UNTOLD + 1}, FAILED, Todo.TAKE_UP),
    ({"run": RunSeen.LATER, "stops": 1}, RETRYING, Todo.NOTHING),
    ({"run": RunSeen.LATER, "stops": UNTOLD + 1}, FAILED, Todo.NOTHING),
    ({"run": RunSeen.ENDED, "stops": LAST}, FAILED, Todo.GIVE_UP),
    ({"run": RunSeen.ENDED, "stops": LAST + 1}, FAILED, Todo.NOTHING),
    ({"run": RunSeen.ENDED, "stops": LAST + 1, "anew": True}, FAILED, Todo.TAKE_UP),
    # a run that is gone
    ({"run": RunSeen.GONE}, QUEUED, Todo.FORGET),
    ({"run": RunSeen.GONE, "here": True}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.GONE, "lease": Held.ALIVE}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.ELSEWHERE}, AT_WORK, Todo.NOTHING),
    # a person stopped it
    ({"run": RunSeen.CANCELLED}, STOPPED, Todo.ASK_WHY),
    ({"run": RunSeen.CANCELLED, "here": True}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.CANCELLED, "stopped": True, "stops": 3}, STOPPED, Todo.ASK_WHY),
    ({"run": RunSeen.HELD, "idle": ORPHANED}, AT_WORK, Todo.NOTHING),
    ({"run": RunSeen.HELD, "idle": ORPHANED + A_MOMENT}, STOPPED, Todo.ASK_WHY),
    ({"run": RunSeen.ASKS, "stopped": True}, STOPPED, Todo.NOTHING),
    ({"run": RunSeen.DUE, "stopped": True}, STOPPED, Todo.RUN),
    ({"run": RunSeen.DUE, "stopped": True, "here": True}, STOPPED, Todo.NOTHING),
    ({"run": RunSeen.ENDED, "stopped": True}, STOPPED, Todo.TAKE_UP),
]


@pytest.mark.parametrize(("seen", "standing", "todo"), CASES)
def test_what_is_seen_says_where_it_stands_and_what_is_done(seen: dict[str, object], standing: str, todo: str) -> None:
    assert judge(Situation.model_validate(seen)) == Judged(Standing(standing), Todo(todo))


SITUATIONS = st.builds(
    Situation,
    run=st.sampled_from(RunSeen),
    lease=st.sampled_from(Held),
    here=st.booleans(),
    idle=st.sampled_from([timedelta(), GRACE + A_MOMENT, ORPHANED + A_MOMENT]),
    worker=st.booleans(),
    stops=st.integers(0, LAST + 2),
    stopped=st.booleans(),
    anew=st.booleans(),
)


@given(SITUATIONS)
def test_no_incident_is_nobodys_for_long(seen: Situation) -> None:
    later = judge(seen.model_copy(update={"idle": ORPHANED + A_MOMENT}))
    in_hand = seen.here or seen.lease is Held.ALIVE or seen.run is RunSeen.ELSEWHERE
    somebodys = in_hand or (seen.run is RunSeen.AT_WORK and seen.worker) or seen.run in {RunSeen.NONE, RunSeen.LATER}

    assert (
        somebodys
        or later.standing in {Standing.WAITING, *TOLD}
        or later.todo in {Todo.RUN, Todo.TAKE_UP, Todo.FORGET, Todo.ASK_WHY}
    )


@given(SITUATIONS)
def test_only_a_run_that_asks_counts_as_waiting(seen: Situation) -> None:
    assert judge(seen).standing is not Standing.WAITING or seen.run is RunSeen.ASKS


@given(SITUATIONS)
def test_what_somebody_has_in_hand_is_left_to_him(seen: Situation) -> None:
    assert judge(seen.model_copy(update={"lease": Held.ALIVE})).todo is Todo.NOTHING


def test_a_run_that_always_stops_is_tried_ever_later_then_told_and_in_the_end_left_to_a_person() -> None:
    seen, stops, waits = Situation(run=RunSeen.ENDED), 0, []
    while judge(seen).todo is Todo.TAKE_UP:
        waits.append(pause(stops))
        stops += 1
        seen = seen.model_copy(update={"stops": stops})

    assert waits == sorted(waits)
    assert sum(waits[: UNTOLD + 1], timedelta()) <= timedelta(minutes=1)
    assert judge(seen) == Judged(Standing.FAILED, Todo.GIVE_UP)
