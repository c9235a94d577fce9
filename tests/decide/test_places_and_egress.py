"""Places are compared and addresses looked up without false agreement."""

from typing import Any

import pytest

from tasks.decide.networks import declared_network, own_host
from tasks.decide.places import distance_km, named, same_city, shown
from tasks.model.facts import AddressKind
from tasks.model.place import Place
from tests.decide import build

SINGAPORE = Place(country="Singapore", province="", city="Singapore")


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        ("南京", build.NANJING, True),
        ("江苏省南京市", build.NANJING, True),
        (" 江苏省 ", build.NANJING, True),
        ("北京", build.NANJING, False),
        ("singapore", SINGAPORE, True),
        ("Singa", SINGAPORE, False),
        ("", build.NANJING, False),
        ("  ", build.NANJING, False),
        ("南京", None, False),
        ("南京", Place(raw="南京"), False),
        ("腾讯网络", build.NANJING.model_copy(update={"operator": "腾讯网络"}), False),
    ],
)
def test_declared_words_name_a_place_or_do_not(words: str, place: Place | None, *, found: bool) -> None:
    assert named(words, place) is found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (build.NANJING, build.NANJING.model_copy(update={"raw": "", "operator": "中国电信"}), True),
        (build.NANJING, build.BEIJING, False),
        (build.GERMANY, build.GERMANY, False),
        (None, build.NANJING, False),
        (build.NANJING, None, False),
    ],
)
def test_only_a_known_city_or_province_is_the_same(one: Place | None, other: Place | None, *, same: bool) -> None:
    assert same_city(one, other) is same


def test_nanjing_is_nine_hundred_kilometres_from_beijing() -> None:
    distance = distance_km(build.NANJING, build.BEIJING)

    assert distance == pytest.approx(900, abs=10)
    assert distance_km(build.NANJING, build.NANJING) == 0


@pytest.mark.parametrize("missing", [None, build.GERMANY, build.NANJING.model_copy(update={"longitude": None})])
def test_without_coordinates_there_is_no_distance(missing: Place | None) -> None:
    assert distance_km(build.NANJING, missing) is None
    assert distance_km(missing, build.NANJING) is None


def test_a_place_is_shown_in_its_librarys_words() -> None:
    assert shown(build.NANJING) == "中国 江苏省 南京市"
    assert shown(SINGAPORE) == "Singapore Singapore"
    assert shown(None) == ""


@pytest.mark.parametrize(
    ("ip", "cidr", "found"),
    [
        ("203.0.113.7", "203.0.113.0/28", True),
        ("203.0.113.77", "203.0.113.0/28", False),
        ("::ffff:203.0.113.7", "203.0.113.0/28", True),
        ("2001:db8::7", "2001:db8::/32", True),
        ("2001:db8::7", "203.0.113.0/28", False),
        ("203.0.113.7", "0.0.0.0/0", False),
        ("rubbish", "203.0.113.0/28", False),
    ],
)
def test_a_declared_network_holds_its_addresses(ip: str, cidr: str, *, found: bool) -> None:
    name = declared_network(ip, build.facts(), build.network(cidr))

    assert name == ("office" if found else None)


@pytest.mark.parametrize("kind", list(AddressKind))
def test_an_address_of_ones_own_is_a_known_egress_or_a_host(kind: AddressKind) -> None:
    facts = build.facts(egress=build.own(kind))

    benign = kind in (AddressKind.CUSTOMER_GATEWAY, AddressKind.DECLARED)
    assert (declared_network(build.IP, facts, build.POLICY) is not None) is benign
    assert (own_host(build.IP, facts) is not None) is not benign


@pytest.mark.parametrize("egress", [build.NOT_READ, build.own(AddressKind.EIP, "rubbish")])
def test_what_is_unread_or_unreadable_is_nobodys(egress: Any) -> None:
    facts = build.facts(egress=egress)

    assert own_host(build.IP, facts) is None
    assert declared_network(build.IP, facts, build.POLICY) is None
