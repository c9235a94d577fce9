"""Which of several incidents is answered first: the one that can do the most harm."""

from tasks.decide.identity import MAIN_NAMES
from tasks.decide.networks import hiding_kinds
from tasks.model.alert import Alert
from tasks.model.fact import Known
from tasks.model.facts import Facts, Reputation
from tasks.model.principal import PrincipalKind

MAIN_ACCOUNT, ADMIN, HIDDEN = 4, 2, 1
"""Weights: the main account can do everything and has no API to stop it; then administrators; then an address
behind which no person sits. Each outweighs all below it together."""


def urgency(alert: Alert, reputation: Reputation | None = None, facts: Facts | None = None) -> int:
    """How urgent an incident is, from 0 to 7; the larger, the sooner.

    Args:
        reputation: of the alert's address; None where it is not known.
        facts: where they are gathered already; without them an administrator can't be told from anybody else.
    """
    seen = facts.reputation.value if facts is not None and isinstance(facts.reputation, Known) else reputation
    hidden = HIDDEN if seen is not None and hiding_kinds(seen) else 0
    admin = ADMIN if facts is not None and isinstance(facts.rights, Known) and facts.rights.value.admin else 0
    return (MAIN_ACCOUNT if _is_main(alert, facts) else 0) + admin + hidden


def _is_main(alert: Alert, facts: Facts | None) -> bool:
    if facts is not None and isinstance(facts.login, Known):
        return facts.login.value.event.actor.kind is PrincipalKind.MAIN
    name = (alert.principal or "").strip().casefold()
    return bool(name) and (name in MAIN_NAMES or name == alert.account)
