"""Who logged in, when, and from where, as far as the alert and the facts say."""

from datetime import datetime

from tasks.decide.identity import everybody, is_called
from tasks.model.alert import Alert
from tasks.model.base import Value
from tasks.model.fact import Known
from tasks.model.facts import Facts
from tasks.model.place import Place
from tasks.model.principal import Principal


class Subject(Value):
    """The login in question.

    Args:
        ips: every address that it is said to have come from: the alert's and the audit record's.
        place: where the audit record places it; an alert's own words prove nothing and are not here.
    """

    principal: Principal | None
    at: datetime | None
    ips: tuple[str, ...]
    place: Place | None


def subject(alert: Alert, facts: Facts) -> Subject:
    """The login in question; the audit record goes before the alert."""
    event = facts.login.value.event if isinstance(facts.login, Known) else None
    told = (str(alert.ip),) if alert.ip else ()
    seen = (event.ip,) if event and event.ip and event.ip not in told else ()
    place = event.place if event and event.place and event.place.known else None
    at = event.at if event else alert.login_time
    return Subject(principal=suspect(alert, facts), at=at, ips=told + seen, place=place)


def suspect(alert: Alert, facts: Facts) -> Principal | None:
    """The one principal whose login it is; None where nobody, or more than one, fits."""
    actor = facts.login.value.event.actor if isinstance(facts.login, Known) else None
    if actor is not None and actor.uin:
        return actor
    name = actor.name if actor is not None else alert.principal
    if not name:
        return None
    fitting = tuple(one for one in everybody(facts) if is_called(one, name))
    return fitting[0] if len(fitting) == 1 else None
