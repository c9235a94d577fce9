"""Whether a login's place or network is usual for its principal: `tasks.decide.usual` on the gathered history."""

from tasks.decide.geography import same_city
from tasks.decide.networks import is_anybodys
from tasks.decide.usual import is_settled
from tasks.model.fact import Known
from tasks.model.facts import PastLogin
from tasks.model.policy import Policy
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import came_from


def settled_logins(login: Suspect, facts: LoginFacts) -> tuple[PastLogin, ...]:
    """The principal's earlier logins that count for this one; none where the history is not known."""
    if login.principal is None or not isinstance(facts.history, Known):
        return ()
    who, at = login.principal.uin, login.at or facts.gathered_at
    past = facts.history.value.logins
    return tuple(one for one in past if one.principal.uin == who and not one.barred_by and is_settled(one.at, at))


def logins_from_network(login: Suspect, facts: LoginFacts) -> tuple[PastLogin, ...]:
    """Those from the login's own network, or none where its addresses are anybody's."""
    if isinstance(facts.reputation, Known) and is_anybodys(facts.reputation.value):
        return ()
    return tuple(one for one in settled_logins(login, facts) if came_from(login, one.ip))


def logins_from_here(login: Suspect, facts: LoginFacts) -> tuple[PastLogin, ...]:
    """Those from the login's place, or from its network: a library may call the place otherwise by now."""
    network = {one.ip for one in logins_from_network(login, facts)}
    past = settled_logins(login, facts)
    return tuple(one for one in past if one.ip in network or same_city(one.place, login.place))


def is_usual_network(login: Suspect, facts: LoginFacts, policy: Policy) -> bool:
    """Whether the principal came from this network often enough before."""
    return len(logins_from_network(login, facts)) >= policy.usual_after
