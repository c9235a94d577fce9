"""Which of several logins is answered first: the one that can do the most harm."""

from collections.abc import Callable

from tasks.decide.identity import MAIN_NAMES
from tasks.decide.networks import hiding_kinds
from tasks.lookup.ip_libraries import reputation_of
from tasks.model.fact import Known
from tasks.model.facts import Reputation
from tasks.model.principal import PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts

MAIN_ACCOUNT, ADMIN, HIDDEN = 4, 2, 1
"""Weights: the main account can do everything and has no API to stop it; then administrators; then an address
behind which no person sits. Each outweighs all below it together."""

ReputationOf = Callable[[str], Reputation]


def urgency(alert: LoginAlert, facts: LoginFacts | None = None, *, reputation: ReputationOf = reputation_of) -> int:
    """How urgent a login is, from 0 to 7; the larger, the sooner.

    Args:
        facts: where they are gathered already; without them an administrator can't be told from anybody else.
        reputation: what is known of an address, asked where facts do not say.
    """
    seen = _reputation(alert, facts, reputation)
    hidden = HIDDEN if seen is not None and hiding_kinds(seen) else 0
    admin = ADMIN if facts is not None and isinstance(facts.rights, Known) and facts.rights.value.admin else 0
    return (MAIN_ACCOUNT if _is_main(alert, facts) else 0) + admin + hidden


def _reputation(alert: LoginAlert, facts: LoginFacts | None, of: ReputationOf) -> Reputation | None:
    if facts is not None and isinstance(facts.reputation, Known):
        return facts.reputation.value
    return of(str(alert.ip)) if alert.ip else None


def _is_main(alert: LoginAlert, facts: LoginFacts | None) -> bool:
    if facts is not None and isinstance(facts.login, Known):
        return facts.login.value.event.actor.kind is PrincipalKind.MAIN
    name = (alert.principal or "").strip().casefold()
    return bool(name) and (name in MAIN_NAMES or name == alert.account)
