"""Sealing: the head of a timeline that has ended is signed and anchored."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from tasks.config.home import home
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.custody.anchors import anchor, key_line, seal_line
from tasks.custody.keys import SigningKey, signing_key
from tasks.errors import RunbookError
from tasks.ledger.rows import ChainBroken, IncidentStatus, SealRow

log = logging.getLogger("runbooks.custody")

LOOK_S = 10.0
"""How often it is looked for ends that nobody signed: of a process that died in between, of what came after the end."""
RECENT = timedelta(hours=1)
"""What was closed longer ago is not signed by itself: who rewrote an old timeline must not have it signed anew."""


def keys_folder() -> Path:
    """Where the keys lie that sign."""
    return settings().signing_keys or home() / "custody"


def seal(incident_id: str) -> SealRow | None:
    """Sign and anchor the head of a closed incident's timeline; None where that is done, or it is still open."""
    if ledger().incident(incident_id).status is IncidentStatus.OPEN:
        return None
    now = utc_now()
    made = ledger().seal(incident_id, todays_key(), now)
    if made is not None:
        anchor(seal_line(made), settings().anchor)
    return made


def seal_end(incident_id: str) -> None:
    """Seal an incident if it is closed; what can't be signed now is signed by `serve`, and holds nothing up."""
    try:
        seal(incident_id)
    except RunbookError as error:
        log.warning("the end of %s can't be signed for now: %s", incident_id, error)


async def keep_sealing() -> None:
    """Sign what was closed and not signed, for ever; what is no longer what it was is told instead."""
    told: set[str] = set()
    while True:
        try:
            await asyncio.to_thread(_seal_recent, told)
        except RunbookError as error:
            log.warning("ends of timelines can't be signed for now: %s", error)
        await asyncio.sleep(LOOK_S)


def _seal_recent(told: set[str]) -> None:
    for incident in ledger().unsealed(closed_after=utc_now() - RECENT):
        chain = ledger().verify_chain(incident.id)
        if not isinstance(chain, ChainBroken):
            seal(incident.id)
        elif incident.id not in told:
            told.add(incident.id)
            log.error("the timeline of %s was changed from outside and is not signed: %s", incident.id, chain.why)


def todays_key() -> SigningKey:
    """The key that signs now; one that was made for it is anchored, too."""
    key, made = signing_key(keys_folder(), utc_now())
    if made is not None:
        anchor(key_line(made), settings().anchor)
    return key
