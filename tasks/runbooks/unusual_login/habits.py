"""Whether a login's place or network is usual for its principal: `tasks.decide.usual` on the gathered history."""

from tasks.decide.geography import place_key, same_area, same_country
from tasks.decide.networks import is_anybodys, is_to_province
from tasks.decide.usual import is_settled
from tasks.model.fact import Known
from tasks.model.facts import PastLogin
from tasks.model.place import Place
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
    """Those from the login's place, or from its network: a library may call the place otherwise by now.

    The place is the city, or the province where the network's addresses move about it.
    """
    network = {one.ip for one in logins_from_network(login, facts)}
    past, moves = settled_logins(login, facts), _moves_about(facts)
    return tuple(one for one in past if one.ip in network or _same_place(one.place, login.place, moves=moves))


def logins_perhaps_from_here(login: Suspect, facts: LoginFacts) -> tuple[PastLogin, ...]:
    """Those that may be from the login's place: the sources know it no better than a province, or a country."""
    past, shallow = settled_logins(login, facts), place_key(login.place)[1:] == ("", "")
    return tuple(
        one
        for one in past
        if same_area(one.place, login.place, mobile=not place_key(login.place)[2])
        or (shallow and same_country(one.place, login.place))
    )


def is_usual_network(login: Suspect, facts: LoginFacts, policy: Policy) -> bool:
    """Whether the principal came from this network often enough before."""
    return len(logins_from_network(login, facts)) >= policy.usual_after


def _same_place(one: Place | None, other: Place | None, *, moves: bool) -> bool:
    equally_deep = bool(place_key(one)[2]) == bool(place_key(other)[2])
    return (moves or equally_deep) and same_area(one, other, mobile=moves)


def _moves_about(facts: LoginFacts) -> bool:
    """Whether the login's network is known as one whose addresses move about their province."""
    known = isinstance(facts.reputation, Known) and is_to_province(facts.reputation.value)
    return known or (isinstance(facts.whereabouts, Known) and facts.whereabouts.value.to_province)
