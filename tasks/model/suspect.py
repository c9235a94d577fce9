"""Who is suspected, resolved once when the facts are there."""

from tasks.model.address import Ip
from tasks.model.base import Moment, Value
from tasks.model.place import Place
from tasks.model.principal import Principal


class Suspect(Value):
    """The principal in question, and how it came.

    Args:
        principal: who is contained; None where nobody, or more than one, fits.
        at: when it began; None where nobody knows.
        ips: every address that it is said to have come from, the audit record's last.
        place: where the audit record and the IP libraries place it, as deep as they agree; what an alert says of it
            proves nothing and is not here.
    """

    principal: Principal | None
    at: Moment | None = None
    ips: tuple[Ip, ...] = ()
    place: Place | None = None
