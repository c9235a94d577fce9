"""What kind of network an address belongs to, and whose it is: one table, and every decision reads it alike."""

from typing import Any

import pytest

from tasks.decide.networks import (
    KINDS,
    declared_network,
    hiding_kinds,
    is_locating,
    is_to_province,
    kind_names,
    own_host,
)
from tasks.model.facts import AddressKind, Reputation
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.urgency import HIDDEN, urgency
from tests.decide import build
from tests.scene import STRANGER

HIDING = {"tor", "vpn", "vpn_seller", "proxy", "hosting", "cloud_cn"}
ELSEWHERE = HIDING | {"relay", "cdn", "satellite"}


@pytest.mark.parametrize("kind", KINDS)
def test_people_hide_behind_six_kinds_and_a_phones_relay_is_none_of_them(kind: str) -> None:
    seen = Reputation(kinds=(kind,))

    assert bool(hiding_kinds(seen)) is (kind in HIDING)
    assert urgency(LoginAlert(ip=STRANGER), reputation=lambda _: seen) == (HIDDEN if kind in HIDING else 0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_place_of_nine_kinds_is_not_that_of_the_person_behind_them(kind: str) -> None:
    assert is_locating(Reputation(kinds=(kind,))) is (kind not in ELSEWHERE)
    assert is_locating(Reputation(kinds=("residential", kind))) is (kind not in ELSEWHERE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_network_and_a_backbone_say_no_more_than_the_province(kind: str) -> None:
    assert is_to_province(Reputation(kinds=(kind,))) is (kind in {"mobile", "backbone"})
    assert is_to_province(Reputation(kinds=("newer", kind))) is (kind in {"mobile", "backbone"})


def test_the_worst_kind_comes_first_and_a_kind_that_is_not_in_the_table_hides_nobody() -> None:
    seen = Reputation(kinds=("hosting", "newer", "tor"))

    assert hiding_kinds(seen) == (KINDS["tor"], KINDS["hosting"])
    assert [name.en for name in kind_names(seen)] == ["hosting", "newer", "Tor"]
    assert is_locating(Reputation(kinds=("newer",)))
    assert is_locating(Reputation())


@pytest.mark.parametrize(
    ("ip", "cidr", "found"),
    [
        ("203.0.113.7", "203.0.113.0/28", True),
        ("203.0.113.77", "203.0.113.0/28", False),
        ("::ffff:203.0.113.7", "203.0.113.0/28", True),
        ("203.0.113.7", "::ffff:203.0.113.0/124", True),
        ("2001:db8::7", "2001:db8::/32", True),
        ("2001:db8::7", "203.0.113.0/28", False),
        ("203.0.113.7", "0.0.0.0/0", False),
        ("rubbish", "203.0.113.0/28", False),
    ],
)
def test_a_declared_network_holds_its_addresses(ip: str, cidr: str, *, found: bool) -> None:
    name = "office" if found else None

    assert declared_network(ip, build.network(cidr), build.facts()) == name
    assert declared_network(ip, build.network(cidr)) == name


@pytest.mark.parametrize("kind", list(AddressKind))
def test_an_address_of_ones_own_is_a_known_egress_or_a_host(kind: AddressKind) -> None:
    facts = build.facts(egress=build.own(kind))

    benign = kind in (AddressKind.CUSTOMER_GATEWAY, AddressKind.DECLARED)
    assert declared_network(STRANGER, build.POLICY, facts) == (f"{kind.value}-example" if benign else None)
    assert (own_host(STRANGER, facts) is not None) is not benign
    assert declared_network(STRANGER, build.POLICY) is None


@pytest.mark.parametrize("egress", [build.NOT_READ, build.own(AddressKind.EIP, "rubbish")])
def test_what_is_unread_or_unreadable_is_nobodys(egress: Any) -> None:
    facts = build.facts(egress=egress)

    assert own_host(STRANGER, facts) is None
    assert declared_network(STRANGER, build.POLICY, facts) is None
