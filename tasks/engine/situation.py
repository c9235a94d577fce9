"""All that bears on who drives an incident, put together from engine and ledger."""

from datetime import datetime, timedelta
from uuid import UUID

from tasks.context import ledger, utc_now
from tasks.decide.driving import Held, Situation, Todo, judge
from tasks.engine.owner import owner
from tasks.engine.sightings import Lookout, Sighting
from tasks.engine.takeover import is_over
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import Incident, Lease, Trouble


def held(lease: Lease | None, sighting: Sighting, now: datetime, *, let_go: bool = False) -> Held:
    """What an incident's lease says; one that this process has without driving it is nobody's.

    Args:
        let_go: whether this process drove the run and has stopped by an error.
    """
    if lease is None:
        return Held.OVER if let_go else Held.NOBODY
    if lease.owner != owner() and not is_over(lease, now):
        return Held.ALIVE
    begun_later = sighting.since is not None and sighting.since > lease.until  # by a worker of Prefect's: it takes none
    return Held.NOBODY if begun_later else Held.OVER


def situation_of(
    sighting: Sighting, lease: Held, known: Trouble, now: datetime, *, here: bool = False, anew: bool = False
) -> Situation:
    """The situation of an incident whose run was seen so."""
    return Situation(
        run=sighting.run,
        lease=lease,
        here=here,
        idle=now - sighting.since if sighting.since else timedelta(),
        worker=sighting.worker,
        stops=known.stops,
        stopped=known.cancelled_at is not None,
        anew=anew,
    )


async def seen_now(incident: Incident, run_id: UUID) -> tuple[Sighting, Todo]:
    """How the run of one incident stands, and what is to be done about it."""
    now = utc_now()
    sighting = (await Lookout().sight([run_id], now))[run_id]
    lease = held(await in_thread(ledger().lease)(incident.id), sighting, now)
    return sighting, judge(situation_of(sighting, lease, await in_thread(ledger().trouble)(incident.id), now)).todo
