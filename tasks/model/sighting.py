"""What one report says, as far as two reports can be compared."""

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
