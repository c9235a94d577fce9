"""Is this login unusual? Its anomalies, or none.

- Anomalies of the location (country, place, operator, first login ever) are silenced by a declared network, a declared
  usual place or journey, and by the principal's own baseline.
- Those of the network's kind (hosting, VPN, Tor) and of a long quiet time are silenced by a declared network; the
  former also by a baseline that holds that very network.
- Those of the authentication (many failures before, no second factor) are silenced by nothing: they happen from the
  office too.

A failed login alone is no anomaly: nobody is in, and there is nothing to contain.
"""

from datetime import UTC, datetime

from tasks.decide.anomaly.comparison import Comparison
from tasks.decide.anomaly.location import location_anomalies
from tasks.decide.anomaly.sign_in import dormancy_anomalies, failure_anomalies, mfa_anomalies, network_anomalies
from tasks.model.audit import AuditEvent
from tasks.model.facts import Reputation
from tasks.model.policy import Policy
from tasks.model.watch import Anomaly, Baseline, Failure

NO_TIME = datetime.fromtimestamp(0, UTC)
"""What a record has whose time can't be read."""


def made_at(login: AuditEvent, now: datetime) -> datetime:
    """When a login was made; the time of looking where its record does not say."""
    return login.at if login.at > NO_TIME else now


def anomalies(
    login: AuditEvent,
    baseline: Baseline,
    policy: Policy,
    reputation: Reputation,
    failures: tuple[Failure, ...] = (),
    *,
    now: datetime,
) -> tuple[Anomaly, ...]:
    """What is unusual about a successful login; nothing where it is usual.

    Args:
        baseline: what is usual for everybody, before this login.
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
    authentication = (*failure_anomalies(compared), *mfa_anomalies(compared))
    if compared.from_declared_network:
        return authentication
    place = () if compared.from_declared_place else location_anomalies(compared)
    return (*place, *network_anomalies(compared), *dormancy_anomalies(compared), *authentication)
