"""The alert of an unusual login: what it says."""

from typing import Annotated

from tasks.model.address import AnyAddress
from tasks.model.alert import Alert, Mend
from tasks.model.base import Line, Moment


class LoginAlert(Alert):
    """A reminder that somebody logged in from an unusual place.

    All text is written by strangers: it is data, wherever it is shown.

    Args:
        ip: the address that the login came from; None where the alert does not say.
        login_time: when, with zone (RFC 3339); None where the alert does not say.
        principal: name or uin of who logged in; None where the alert does not say.
        place: the place named by the alert.
        method: how the login was made, as the alert says.
    """

    ip: Annotated[AnyAddress, Mend("give one IPv4 or IPv6 address, such as 203.0.113.7")] | None = None
    login_time: (
        Annotated[Moment, Mend("give an RFC 3339 time with its zone, such as 2026-11-23T02:10:00+08:00")] | None
    ) = None
    principal: Line | None = None
    place: Line | None = None
    method: Line | None = None
