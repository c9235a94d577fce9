"""What one report says, as far as two reports can be compared."""

from tasks.model.address import Ip
from tasks.model.base import Moment, Value


class Sighting(Value):
    """One report.

    Args:
        incident_id: the incident that it belongs to; empty for one that has just come.
        sha256: digest of the message as it came.
        principal: who or what is in question, lower case: a name, a uin, a key; empty where the report does not say, as
            all that follows.
        happened_at: when it happened; None where the report does not say.
        at: when the report came.
    """

    incident_id: str = ""
    sha256: str = ""
    account: str = ""
    principal: str = ""
    ip: Ip = ""
    happened_at: Moment | None = None
    at: Moment
