"""What befalls the runs of incidents: counted for every process alike, and said in the timeline."""

from datetime import datetime, timedelta

import pytest

from tasks.decide.driving import UNTOLD
from tasks.engine.identity import ALIVE, others_live
from tasks.ledger.rows import Incident, Trouble
from tasks.ledger.store import Ledger
from tasks.ledger.troubles import STAYS_STOPPED, WENT_ON

TTL = timedelta(seconds=30)
RUN, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def whats(ledger: Ledger, incident: Incident) -> list[str]:
    return [entry.what for entry in ledger.timeline(incident.id)][1:]


def state_of(ledger: Ledger) -> str:
    (state,) = (state for (_, state), count in ledger.count_open().items() if count)
    return state


def test_nothing_has_befallen_a_new_incident(ledger: Ledger, incident: Incident) -> None:
    assert ledger.trouble(incident.id) == Trouble(incident_id=incident.id)
    assert ledger.open_troubles(incident.endpoint) == {}


def test_where_an_incident_stands_is_counted_as_it_is(ledger: Ledger, incident: Incident, at: datetime) -> None:
    seen = [state_of(ledger)]
    ledger.take_lease(incident.id, "a", at, TTL)
    seen.append(state_of(ledger))
    ledger.release_lease(incident.id, "a", at)
    ledger.save_record(incident.id, {"verdict": "needs_person"}, at)
    seen.append(state_of(ledger))  # its run was lost, or never made: nobody can answer it
    ledger.bind_run(incident.id, RUN, at)
    seen.append(state_of(ledger))
    for _ in range(UNTOLD):
        ledger.run_stopped(incident.id, "disk full", at)
    seen.append(state_of(ledger))
    ledger.run_stopped(incident.id, "disk full", at)
    seen.append(state_of(ledger))
    failed = ledger.told_incidents()
    ledger.run_cancelled(incident.id, at)
    seen.append(state_of(ledger))
    stopped = ledger.told_incidents()
    ledger.settle_cancel(incident.id, WENT_ON, by="lead", why="a mistake", at=at)
    ledger.run_well(incident.id, at)
    seen.append(state_of(ledger))

    assert seen == ["queued", "at_work", "queued", "waiting", "retrying", "failed", "stopped", "waiting"]
    assert (failed, stopped) == (
        {"failed": (incident.id,), "stopped": ()},
        {"failed": (), "stopped": (incident.id,)},
    )


def test_one_cancel_counts_once_and_the_first_word_on_it_stands(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    first, again = ledger.run_cancelled(incident.id, at), ledger.run_cancelled(incident.id, at + TTL)
    ledger.settle_cancel(incident.id, STAYS_STOPPED, by="lead", why="a test", at=at)
    ledger.settle_cancel(incident.id, WENT_ON, by="owner", why="no", at=at)

    assert first == again == Trouble(incident_id=incident.id, cancels=1, cancelled_at=at)
    assert ledger.trouble(incident.id).cancelled_at is None
    assert whats(ledger, incident) == ["run_cancelled", "stays_stopped"]
    assert ledger.timeline(incident.id)[-1].who == "lead"


def test_a_lost_run_is_lost_once_and_the_first_of_them_is_remembered(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    ledger.bind_run(incident.id, RUN, at)

    assert ledger.lose_run(incident.id, RUN, at)
    assert not ledger.lose_run(incident.id, RUN, at)
    assert ledger.bind_first_run(incident.id, OTHER, at)
    assert ledger.bind_first_run(incident.id, OTHER, at)
    assert not ledger.bind_first_run(incident.id, RUN, at)
    assert ledger.lose_run(incident.id, OTHER, at)
    assert ledger.trouble(incident.id) == Trouble(incident_id=incident.id, lost=2, first_run=RUN)
    assert whats(ledger, incident) == ["run_bound", "run_lost", "run_bound", "run_lost"]


@pytest.mark.parametrize(
    ("owner", "ago", "taken_for"),
    [
        ("elsewhere:1:2:3", timedelta(), "alive"),
        ("elsewhere:1:2:3", ALIVE, "gone"),
        ("this process", timedelta(), "gone"),
        ("a dead process", timedelta(), "gone"),
    ],
)
def test_another_engine_lives_as_long_as_its_process_says_so(
    ledger: Ledger, at: datetime, monkeypatch: pytest.MonkeyPatch, owner: str, ago: timedelta, taken_for: str
) -> None:
    monkeypatch.setattr("tasks.engine.identity.ledger", lambda: ledger)
    monkeypatch.setattr("tasks.engine.identity.owner", lambda: "this process")
    monkeypatch.setattr("tasks.engine.identity.is_gone", "a dead process".__eq__)
    ledger.engine_seen("mine", "elsewhere:9:9:9", at)
    ledger.engine_seen("theirs", owner, at - TTL)
    ledger.engine_seen("theirs", owner, at - ago)

    assert ("alive" if others_live("mine", at) else "gone") == taken_for
    assert [each.id for each in ledger.engines()] == ["mine", "theirs"]
