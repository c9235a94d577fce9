"""Who logged in, as far as it can be told."""

from collections.abc import Iterable

from tasks.lookup.login import is_called
from tasks.model.alert import Alert
from tasks.model.audit import AuditEvent
from tasks.model.principal import CoUser, Principal, PrincipalKind


def refined(event: AuditEvent, people: Iterable[CoUser]) -> AuditEvent:
    """The record with the actor as the list of people has him: the log calls a collaborator a user."""
    actor = event.actor
    for user in people:
        known = user.principal
        if (actor.uin and known.uin == actor.uin) or (not actor.uin and known.name == actor.name):
            return event.model_copy(update={"actor": known})
    return event


def named(alert: Alert, people: Iterable[CoUser]) -> Principal | None:
    """The one person of the account whom the alert names; None for nobody, or for several."""
    if alert.principal is None:
        return None
    found = [user.principal for user in people if _goes_by(user, alert.principal)]
    return found[0] if len(found) == 1 else None


def _goes_by(user: CoUser, name: str) -> bool:
    """Sub-users have names of the account's own; the main account's alerts name its nickname."""
    main = user.principal.kind is PrincipalKind.MAIN
    return is_called(user.principal, name) or (main and user.nickname.casefold() == name.strip().casefold() != "")
