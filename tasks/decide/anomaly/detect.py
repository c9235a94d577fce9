"""Is this login unusual? The reasons, or none.

- What a place vouches for (country, place, operator, first login ever) is silenced by a declared network, a declared
  usual place or journey, and by the principal's own habits.
- What the address is (hosting, VPN, Tor) and a long quiet time are silenced by a declared network; the former also by
  the habit of that very network.
- What happened at the door (many failures before, no second factor) is silenced by nothing: it happens from the
  office too.

A failed login alone is no reason for anything: nobody is in, and there is nothing to contain.
"""

from datetime import UTC, datetime

from tasks.decide.anomaly.comparison import Comparison
from tasks.decide.anomaly.location import odd_place
from tasks.decide.anomaly.session import after_failures, after_quiet, odd_network, without_mfa
from tasks.model.audit import AuditEvent
from tasks.model.facts import Reputation
from tasks.model.policy import Policy
from tasks.model.watch import Baseline, Failure, Reason

NO_TIME = datetime.fromtimestamp(0, UTC)
"""What a record has whose time can't be read."""


def made_at(login: AuditEvent, now: datetime) -> datetime:
    """When a login was made; the time of looking where its record does not say."""
    return login.at if login.at > NO_TIME else now


def unusual(
    login: AuditEvent,
    baseline: Baseline,
    policy: Policy,
    reputation: Reputation,
    failures: tuple[Failure, ...] = (),
    *,
    now: datetime,
) -> tuple[Reason, ...]:
    """Why a successful login is unusual; nothing where it is usual.

    Args:
        baseline: the habits of everybody, before this login.
        reputation: of the login's address.
        failures: failed logins of the last day.
        now: the time of looking.
    """
    compared = Comparison(
        login=login,
        at=made_at(login, now),
        baseline=baseline,
        policy=policy,
        reputation=reputation,
        failures=failures,
    )
    door = (*after_failures(compared), *without_mfa(compared))
    if compared.trusted:
        return door
    place = () if compared.declared_place else odd_place(compared)
    return (*place, *odd_network(compared), *after_quiet(compared), *door)
