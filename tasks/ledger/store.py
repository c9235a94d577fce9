"""The ledger: what happened, by whom, true after a crash.

Every change of an incident goes with its entry in its timeline, in one transaction. The ledger calls no clock.
"""

from tasks.errors import LedgerError
from tasks.ledger.actions import Actions
from tasks.ledger.alerts import Alerts
from tasks.ledger.answers import Answers
from tasks.ledger.approvals import Approvals
from tasks.ledger.backlog import Backlog
from tasks.ledger.checkins import CheckIns
from tasks.ledger.cursors import Cursors
from tasks.ledger.database import connect, parse_url
from tasks.ledger.db_errors import translated
from tasks.ledger.dossiers import Dossiers
from tasks.ledger.engines import Engines
from tasks.ledger.event_claims import EventClaims
from tasks.ledger.evidence import EvidenceBox
from tasks.ledger.journeys import Journeys
from tasks.ledger.kept_messages import KeptMessages
from tasks.ledger.late_events import LateEvents
from tasks.ledger.leases import Leases
from tasks.ledger.migrate import migrate
from tasks.ledger.precedents import Precedents
from tasks.ledger.seals import Seals
from tasks.ledger.snapshots import HeadStarts
from tasks.ledger.splits import Splits
from tasks.ledger.timeline import Timeline
from tasks.ledger.tries import Tries
from tasks.ledger.troubles import Troubles
from tasks.ledger.unasked import Unasked


class Ledger(
    Unasked,
    Alerts,
    Backlog,
    EvidenceBox,
    Answers,
    Approvals,
    CheckIns,
    Actions,
    Cursors,
    HeadStarts,
    KeptMessages,
    Journeys,
    LateEvents,
    Leases,
    Engines,
    EventClaims,
    Splits,
    Seals,
    Dossiers,
    Precedents,
    Tries,
    Timeline,
    Troubles,
):
    """All topics of the ledger on one database; safe for threads and for several processes."""


def open_ledger(url: str) -> Ledger:
    """Open a ledger, and bring its tables up to date; its file is made if there is none.

    Args:
        url: such as `sqlite:////folder/ledger.db` or `postgresql+psycopg://user@host/name`.

    Raises:
        LedgerError: with the mend, if that can't be done.
    """
    engine = connect(parse_url(url))
    try:
        with translated(engine.url):
            migrate(engine)
    except LedgerError:
        engine.dispose()
        raise
    return Ledger(engine)
