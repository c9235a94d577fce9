"""What one report says of one login, as far as two reports can be compared."""

from tasks.model.alert import Alert
from tasks.model.base import Moment, Value


class Sighting(Value):
    """One report of one login.

    Args:
        incident_id: the incident that it belongs to; empty for one that has just come.
        sha256: digest of the message as it came.
        principal: name or uin, lower case; empty where the report does not say, as all that follows.
        login_at: when the login was made; None where the report does not say.
        at: when the report came.
    """

    incident_id: str = ""
    sha256: str = ""
    account: str = ""
    principal: str = ""
    ip: str = ""
    login_at: Moment | None = None
    at: Moment


def sighting_of(alert: Alert, *, sha256: str, at: Moment) -> Sighting:
    """What an alert says, spelled so that two can be compared."""
    return Sighting(
        sha256=sha256,
        account=alert.account or "",
        principal=(alert.principal or "").strip().casefold(),
        ip=str(alert.ip) if alert.ip else "",
        login_at=alert.login_time,
        at=at,
    )
