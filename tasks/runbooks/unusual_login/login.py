"""Who logged in, when, and from where, as far as the alert and the facts say."""

from collections.abc import Iterable
from datetime import datetime

from tasks.decide.agreement import proven_place, with_vendor
from tasks.decide.identity import MAIN_NAMES, everybody, goes_by, is_called
from tasks.decide.same_login import MAIN, seen_of
from tasks.ipinfo.places import place_of
from tasks.model.address import same_address, same_subscriber
from tasks.model.answer import Statement
from tasks.model.audit import AuditEvent
from tasks.model.base import Value
from tasks.model.fact import Known, Unknown
from tasks.model.place import Place
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal
from tasks.model.sighting import Sighting
from tasks.model.suspect import Suspect
from tasks.model.whereabouts import Whereabouts
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts


def suspect_of(alert: LoginAlert, facts: LoginFacts | None) -> Suspect:
    """The login in question; the audit record goes before the alert."""
    event = facts.login.value.event if facts and isinstance(facts.login, Known) else None
    told = (str(alert.ip),) if alert.ip else ()
    seen = (event.ip,) if event and event.ip and event.ip not in told else ()
    place = place_of_login(event, facts.whereabouts) if event and facts else None
    at = event.at if event else alert.login_time
    principal = principal_of(alert, facts) if facts else None
    return Suspect(principal=principal, at=at, ips=told + seen, place=place)


def place_of_login(event: AuditEvent, whereabouts: Known[Whereabouts] | Unknown) -> Place | None:
    """Where the login came from, as deep as the sources agree; None where that is not known or proves nothing.

    Facts that are older than the libraries have the record's word alone; a record that turned up later is heard, too.
    """
    place = event.place
    if isinstance(whereabouts, Known) and same_address(whereabouts.value.ip, event.ip):
        return proven_place(with_vendor(whereabouts.value, place))
    return place if place is not None and place.known else None


def came_from(login: Suspect, ip: str) -> bool:
    """Whether this address is in the network of the subscriber that the login came from."""
    return any(same_subscriber(ip, one) for one in login.ips)


def principal_of(alert: LoginAlert, facts: LoginFacts) -> Principal | None:
    """The one principal whose login it is; None where nobody, or more than one, fits."""
    actor = facts.login.value.event.actor if isinstance(facts.login, Known) else None
    if actor is not None and actor.uin:
        return actor
    name = actor.name if actor is not None else alert.principal
    if not name:
        return None
    fitting = tuple(one for one in everybody(facts) if is_called(one, name))
    return fitting[0] if len(fitting) == 1 else None


def refined(event: AuditEvent, people: Iterable[CoUser]) -> AuditEvent:
    """The record with the actor as the list of people has it: the log calls a collaborator a user."""
    actor = event.actor
    for user in people:
        known = user.principal
        if (actor.uin and known.uin == actor.uin) or (not actor.uin and known.name == actor.name):
            return event.model_copy(update={"actor": known})
    return event


def named(alert: LoginAlert, people: Iterable[CoUser]) -> Principal | None:
    """The one person of the account whom the alert names; None for nobody, or for several."""
    if alert.principal is None:
        return None
    found = [user.principal for user in people if goes_by(user, alert.principal)]
    return found[0] if len(found) == 1 else None


class Situation(Value):
    """What is known and said at one moment."""

    alert: LoginAlert
    facts: LoginFacts
    statements: tuple[Statement, ...]
    policy: Policy
    now: datetime
    login: Suspect


def sighting(alert: LoginAlert, sha256: str, at: datetime) -> Sighting:
    """What an alert says, spelled so that two can be compared.

    Args:
        sha256: digest of the message that brought it.
        at: when that came.
    """
    name = (alert.principal or "").strip().casefold()
    return Sighting(
        sha256=sha256,
        account=alert.account or "",
        event_id=alert.event_id or "",
        principal=MAIN if name in MAIN_NAMES or (name and name == alert.account) else name,
        ip=str(alert.ip) if alert.ip else "",
        place=place_of(alert.place) if alert.place else None,
        happened_at=alert.login_time,
        at=at,
    )


def event_of(facts: LoginFacts) -> Sighting | None:
    """The audit record that the login is, spelled so that reports can be compared with it."""
    return seen_of(facts.login.value.event) if isinstance(facts.login, Known) else None


def record_id(facts: LoginFacts) -> str | None:
    """Id of the audit record that the login is."""
    return facts.login.value.event.id if isinstance(facts.login, Known) else None
