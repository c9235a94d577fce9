"""How exactly a login's address can be located."""

from collections.abc import Iterable

from tasks.decide.anomaly.operators import operator_of
from tasks.decide.geography import place_key
from tasks.decide.networks import is_to_province
from tasks.model.facts import Reputation
from tasks.model.place import Place
from tasks.model.watch import Habit


def roams(place: Place | None, reputation: Reputation, habits: Iterable[Habit]) -> bool:
    """Whether an address moves about its province, as is known of it or as the principal's own past shows.

    The past shows it where the principal was in several cities of the province by that operator.
    """
    if place is None:
        return False
    country, province, _ = place_key(place)
    operator = operator_of(place)
    by_operator = (one.place for one in habits if operator and operator_of(one.place) == operator)
    keys = {place_key(one) for one in by_operator}
    cities = {key[2] for key in keys if key[:2] == (country, province) and key[2]}
    return is_to_province(reputation) or (bool(province) and len(cities) > 1)
