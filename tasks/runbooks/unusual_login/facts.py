"""What is gathered about an unusual login."""

from tasks.model.checkin import CheckIn
from tasks.model.fact import Known, Unknown
from tasks.model.facts import NOT_GATHERED, Facts, History, Login, Reputation
from tasks.model.whereabouts import Whereabouts


class LoginFacts(Facts):
    """What every incident has, and the login itself.

    Args:
        login: the login as the audit log shows it.
        history: logins of the last days, everybody's.
        reputation: of the login's address.
        whereabouts: of the login's address; not gathered in records that are older than it.
        checkins: devices that people showed while the run waited; none in records that are older than check-ins.
    """

    login: Known[Login] | Unknown
    history: Known[History] | Unknown
    reputation: Known[Reputation] | Unknown
    whereabouts: Known[Whereabouts] | Unknown = NOT_GATHERED
    checkins: Known[tuple[CheckIn, ...]] | Unknown = Known[tuple[CheckIn, ...]](value=())
