"""What reports say of what happened, and what is known of an incident, as far as they can be compared."""

from tasks.model.address import Ip
from tasks.model.base import Moment, Value
from tasks.model.place import Place


class Sighting(Value):
    """One report, or one event of the cloud's own log.

    Args:
        incident_id: the incident that it belongs to; empty for one that has just come.
        sha256: digest of the message as it came.
        source: who sent that.
        event_id: the cloud's own id of the event; empty where the report does not say, as all that follows.
        principal: who or what is in question, lower case: a name, a uin, a key.
        uin: their id, where it is known beside the name.
        place: where; None where the report does not say, or says nothing that is known.
        happened_at: when it happened; None where the report does not say.
        at: when the report came.
    """

    incident_id: str = ""
    sha256: str = ""
    source: str = ""
    event_id: str = ""
    account: str = ""
    principal: str = ""
    uin: str = ""
    ip: Ip = ""
    place: Place | None = None
    happened_at: Moment | None = None
    at: Moment


class Sighted(Value):
    """An incident, as far as a report can be compared with it.

    Args:
        open: whether it is still being answered.
        reports: what it was told, in the order in which that came; the first one opened it, and people are asked of
            what that says.
        claimed: the event that it is about, as the cloud's own log has it; None where none is known yet.
    """

    incident_id: str
    open: bool
    reports: tuple[Sighting, ...]
    claimed: Sighting | None = None


class Correlated(Value):
    """What a new report is to the incidents that there are.

    Args:
        joins: the incident that it is a further witness of; None where it tells of something else, or may.
        resembles: one that may be about the same, where that is not sure enough to join it, or it is closed.
    """

    joins: str | None = None
    resembles: str | None = None
