"""The reviewed table of networks: each row is one claim, with its source."""

import csv
from collections import Counter
from importlib.resources import files

import pytest

from tasks.decide.networks import KINDS, NetworkKind
from tasks.ipinfo.autonomous_systems import is_cellular, network_of

LINES = files("tasks.ipinfo").joinpath("autonomous_systems.csv").read_text(encoding="utf-8").splitlines()
ROWS = list(csv.DictReader(line for line in LINES if not line.startswith("#")))
HEAD = "\n".join(line for line in LINES if line.startswith("#"))


def test_every_row_has_a_number_of_its_own_a_kind_that_is_known_a_name_and_a_source() -> None:
    assert Counter(row["asn"] for row in ROWS).most_common(1)[0][1] == 1
    assert {row["kind"] for row in ROWS} <= set(KINDS)
    assert all(row["asn"].isdecimal() and row["name"].strip() == row["name"] != "" for row in ROWS)
    assert all(set(row["source"]) <= set("NXVBT") and row["source"] for row in ROWS)


def test_the_head_says_what_each_source_is() -> None:
    assert [letter for letter in "NXVBT" if f"  {letter}  " not in HEAD and f", {letter} on" not in HEAD] == []


@pytest.mark.parametrize(
    ("asn", "kind"),
    [
        (37963, "cloud_cn"),
        (55990, "cloud_cn"),
        (38365, "cloud_cn"),
        (137718, "cloud_cn"),
        (58519, "cloud_cn"),
        (59077, "cloud_cn"),
        (16509, "hosting"),
        (20473, "hosting"),
        (25820, "hosting"),
        (62240, "hosting"),
        (199524, "hosting"),
        (9009, "vpn_seller"),
        (39351, "vpn_seller"),
        (14593, "satellite"),
        (21928, "mobile"),
        (4538, "backbone"),
        (3462, "residential"),
        (22616, "relay"),
        (13335, "cdn"),
    ],
)
def test_what_known_networks_are_used_for(asn: int, kind: str) -> None:
    found = network_of(asn)

    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("asn", [None, 0, 4134, 4837, 9808, 64496])
def test_of_a_network_that_serves_homes_and_data_centres_alike_nothing_is_claimed(asn: int | None) -> None:
    assert network_of(asn) is None


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("117.136.0.0", True),
        ("117.136.255.255", True),
        ("::ffff:223.104.1.1", True),
        ("39.144.7.7", True),
        ("117.135.255.255", False),
        ("117.137.0.0", False),
        ("2409:8900::1", False),
        ("no address", False),
    ],
)
def test_the_gateways_of_phones_are_known_by_their_blocks(ip: str, *, expected: bool) -> None:
    assert is_cellular(ip) is expected


def test_all_that_hides_people_is_no_place_of_theirs() -> None:
    hiding: list[NetworkKind] = [kind for kind in KINDS.values() if kind.hides]

    assert hiding
    assert [kind.name.en for kind in hiding if kind.locates] == []
