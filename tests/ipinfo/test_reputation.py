"""What an offline library says of an address, and what it can't say."""

from datetime import date

import iporigin
import pytest

from tasks.ipinfo.reputation import reputation_of
from tasks.model.whereabouts import Role, Voice


@pytest.mark.parametrize(
    "ip",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.0.23",
        "100.64.1.1",
        "192.0.2.1",
        "198.51.100.66",
        "203.0.113.7",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
    ],
)
def test_an_address_that_is_not_on_the_internet_is_private(ip: str) -> None:
    assert reputation_of(ip).kinds == ("private",)


@pytest.mark.parametrize("ip", ["", "no address", "203.0.113", "203.0.113.7/24", "999.1.1.1"])
def test_what_is_no_address_is_unknown(ip: str) -> None:
    assert reputation_of(ip).kinds == ("unknown",)


@pytest.mark.parametrize(
    ("kind", "provider", "expected"),
    [
        ("hosting", "Example Cloud", "hosting"),
        ("bot", "Example Bot", "hosting"),
        ("cdn", "Example CDN", "cdn"),
        ("vpn", "Example VPN", "vpn"),
        ("vpn", "Apple Private Relay", "relay"),
        ("tor", "Tor", "tor"),
        ("unknown", "", "unknown"),
        ("something new", "", "unknown"),
    ],
)
def test_each_kind_of_the_library_has_ours(
    monkeypatch: pytest.MonkeyPatch, kind: str, provider: str, expected: str
) -> None:
    monkeypatch.setattr(iporigin, "classify", lambda ip: iporigin.Origin(ip, kind, provider))

    found = reputation_of("8.8.8.8")

    assert (found.kinds, found.owner) == ((expected,), provider)
    assert found.source.startswith("iporigin ")


@pytest.mark.parametrize("ip", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", " 8.8.8.8 "])
def test_the_librarys_own_data_answer_for_both_families(ip: str) -> None:
    assert reputation_of(ip).owner == "Google"


def test_data_that_can_not_be_read_leave_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(ip: str) -> None:
        raise iporigin.DatasetError(ip)

    monkeypatch.setattr(iporigin, "classify", broken)

    assert reputation_of("8.8.8.8").kinds == ("unknown",)


@pytest.mark.parametrize(
    ("ip", "kinds"),
    [
        ("198.51.100.66", ("tor",)),
        ("203.0.113.9", ("vpn", "hosting")),
        ("192.0.2.1", ("private",)),
        ("2001:db8::5", ("vpn",)),
    ],
)
def test_a_declared_kind_comes_before_the_library(ip: str, kinds: tuple[str, ...]) -> None:
    declared = {"198.51.100.66": ("tor",), "203.0.113.0/24": ("vpn", "hosting"), "2001:db8::/32": ("vpn",)}

    assert reputation_of(ip, overrides=declared).kinds == kinds


def network(asn: int | None, operator: str = "Example") -> tuple[Voice, ...]:
    of_network = Voice(name="DB-IP", role=Role.NETWORK, dated=date(2026, 9, 1), asn=asn, operator=operator)
    return (Voice(name="ip2region", role=Role.CHINA, operator="电信"), of_network)


@pytest.mark.parametrize(
    ("own", "asn", "expected"),
    [
        ("unknown", 37963, ("cloud_cn",)),
        ("unknown", 9009, ("vpn_seller",)),
        ("unknown", 14593, ("satellite",)),
        ("unknown", 21928, ("mobile",)),
        ("unknown", 4538, ("backbone",)),
        ("unknown", 3462, ("residential",)),
        ("unknown", 64496, ("unknown",)),
        ("unknown", None, ("unknown",)),
        ("hosting", 9009, ("vpn_seller", "hosting")),
        ("cdn", 212238, ("vpn_seller", "cdn")),
        ("hosting", 37963, ("hosting",)),
        ("hosting", 16509, ("hosting",)),
        ("hosting", 22616, ("relay",)),
        ("hosting", 14593, ("satellite",)),
        ("hosting", 21928, ("hosting",)),
        ("vpn", 9009, ("vpn",)),
        ("tor", 24940, ("tor",)),
        ("cdn", 20473, ("cdn",)),
    ],
)
def test_the_addresses_own_kind_goes_before_that_of_its_network(
    monkeypatch: pytest.MonkeyPatch, own: str, asn: int | None, expected: tuple[str, ...]
) -> None:
    monkeypatch.setattr(iporigin, "classify", lambda ip: iporigin.Origin(ip, own, ""))

    assert reputation_of("8.8.8.8", voices=network(asn)).kinds == expected


def test_a_phones_relay_stays_one_in_whoevers_data_centre_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iporigin, "classify", lambda ip: iporigin.Origin(ip, "vpn", "Apple Private Relay"))

    assert [reputation_of("8.8.8.8", voices=network(asn)).kinds for asn in (9009, 16509, 13335)] == [("relay",)] * 3


def test_both_sources_are_named_and_the_network_names_the_owner_that_the_first_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(iporigin, "classify", lambda ip: iporigin.Origin(ip, "unknown", ""))
    found = reputation_of("8.8.8.8", voices=network(9009, "M247 Europe SRL"))
    alone = reputation_of("8.8.8.8")

    assert found.owner == "M247 Europe SRL"
    assert found.source == f"{alone.source}; AS9009, DB-IP, 2026-09-01"
    assert alone.source.startswith("iporigin ")
    assert alone.owner == ""


def test_a_phones_gateway_is_known_without_any_library_of_networks() -> None:
    assert reputation_of("117.136.1.1").kinds == ("mobile",)
    assert reputation_of("117.136.1.1", voices=network(9808)).kinds == ("mobile",)


def test_addresses_of_phones_are_known_by_what_ip2region_calls_their_operator() -> None:
    phones = Voice(name="ip2region", role=Role.CHINA, operator="移动网络")
    lines = Voice(name="ip2region", role=Role.CHINA, operator="专线用户")

    assert reputation_of("2409:8900::1", voices=(phones,)).kinds == ("mobile",)
    assert reputation_of("2409:8900::1", voices=(lines,)).kinds == ("unknown",)


@pytest.mark.parametrize("ip", ["10.0.0.1", "203.0.113.7", "no address"])
def test_an_address_that_is_not_on_the_internet_has_no_network(ip: str) -> None:
    assert reputation_of(ip, voices=network(9009)) == reputation_of(ip)
