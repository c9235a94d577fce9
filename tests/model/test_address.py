"""Two spellings of one address are never two addresses, wherever they come from."""

import pytest

from tasks.model.address import (
    is_within,
    one_spelling,
    parse_address,
    parse_network,
    same_address,
    same_subscriber,
    subscriber_network,
)
from tasks.model.facts import Alarm, PastLogin
from tasks.model.principal import CoUser
from tasks.model.sighting import Sighting
from tasks.runbooks.unusual_login.alert import LoginAlert
from tests.decide import build
from tests.people import ALICE
from tests.scene import AT, STRANGER

IP, MAPPED = STRANGER, f"::ffff:{STRANGER}"
SITE, SAME_SITE, OTHER_SITE = "2001:db8:0:1::7", "2001:db8:0:1:aa::8", "2001:db8:0:2::7"


@pytest.mark.parametrize("text", ["", "not an address", "203.0.113.999", "203.0.113.0/24", "2001:db8::/64"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None
    assert one_spelling(text) == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (IP, IP, True),
        (f" {IP} ", IP, True),
        (IP, MAPPED, True),
        (IP, "::FFFF:cb00:7107", True),
        ("2001:db8::1", "2001:0DB8:0::0001", True),
        (IP, "203.0.113.8", False),
        (SITE, SAME_SITE, False),
        ("", "", False),
        ("not an address", "not an address", False),
    ],
)
def test_addresses_are_compared_whatever_their_spelling(one: str, other: str, *, same: bool) -> None:
    assert same_address(one, other) is same
    assert same_address(other, one) is same


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        (IP, IP),
        (f" {IP} ", IP),
        (MAPPED, IP),
        (SITE, "2001:db8:0:1::/64"),
        (SAME_SITE, "2001:db8:0:1::/64"),
        ("apigw.example.com", ""),
        ("", ""),
    ],
)
def test_the_network_of_a_subscriber(ip: str, network: str) -> None:
    assert subscriber_network(ip) == network


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (IP, IP, True),
        (IP, MAPPED, True),
        (IP, "203.0.113.8", False),
        (SITE, SAME_SITE, True),
        (SITE, OTHER_SITE, False),
        (SITE, "2001:db8:0:1::/64", False),
        (IP, SITE, False),
        ("", "", False),
        ("not an address", "not an address", False),
    ],
)
def test_a_subscriber_has_one_ipv4_address_or_a_whole_64_of_ipv6(one: str, other: str, *, same: bool) -> None:
    assert same_subscriber(one, other) is same
    assert same_subscriber(other, one) is same


@pytest.mark.parametrize(
    ("ip", "network", "within"),
    [
        (IP, "203.0.113.0/28", True),
        (IP, "203.0.113.7", True),
        (IP, "203.0.113.9/28", True),
        (MAPPED, "203.0.113.0/28", True),
        (IP, "::ffff:203.0.113.0/124", True),
        (IP, "::ffff:203.0.113.16/124", False),
        ("203.0.113.77", "203.0.113.0/28", False),
        (SITE, "2001:db8::/32", True),
        (SITE, "203.0.113.0/28", False),
        (IP, "0.0.0.0/0", False),
        (IP, "::ffff:0:0/96", False),
        (SITE, "::/0", False),
        ("rubbish", "203.0.113.0/28", False),
        (IP, "rubbish", False),
    ],
)
def test_a_network_holds_its_addresses_and_one_of_all_addresses_holds_none(
    ip: str, network: str, *, within: bool
) -> None:
    assert is_within(ip, network) is within


def test_a_network_of_mapped_addresses_is_the_ipv4_network() -> None:
    assert parse_network("::ffff:203.0.113.0/120") == parse_network("203.0.113.0/24")


def test_every_value_that_names_an_address_has_it_in_one_spelling() -> None:
    assert str(LoginAlert.model_validate({"ip": MAPPED}).ip) == IP
    assert build.event(ip=MAPPED).ip == IP
    assert PastLogin(at=AT, principal=ALICE, ip="2001:0DB8::1").ip == "2001:db8::1"
    assert CoUser(principal=ALICE, last_ip=MAPPED).last_ip == IP
    assert Sighting(ip=f"{IP}:52344", at=AT).ip == IP
    assert Alarm(id="1", rule="AbnormalLogin", ip=MAPPED).ip == IP
