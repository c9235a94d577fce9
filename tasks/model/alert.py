"""The alert: an unusual login was reported."""

from pydantic import Field

from tasks.model.address import AnyAddress
from tasks.model.base import Line, Moment, Uin, Value


class Alert(Value):
    """A reminder that somebody logged in from an unusual place.

    All text is written by strangers: it is data, wherever it is shown.

    Args:
        ip: the address that the login came from; None where the alert does not say.
        login_time: when, with zone (RFC 3339); None where the alert does not say.
        account: uin of the main account; None where the alert does not say (then: the credential's own).
        principal: name or uin of who logged in; None where the alert does not say.
        place: the place named by the alert.
        method: how the login was made, as the alert says.
        source: the road by which the alert came, such as `sms`, `mail`, `drill`.
        text: the alert as it came, cut to 4,000 characters.
    """

    ip: AnyAddress | None = None
    login_time: Moment | None = None
    account: Uin | None = None
    principal: Line | None = None
    place: Line | None = None
    method: Line | None = None
    source: Line = "manual"
    text: str = Field(default="", max_length=4000)
