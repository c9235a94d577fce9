"""What the extra `places` installs, where it is: that it is what was looked at, and good for its use."""

import random
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution
from ipaddress import IPv4Network

import maxminddb
import pytest

from tasks.decide.agreement import agreed
from tasks.decide.geography import codes
from tasks.gazetteer.china import province_code
from tasks.ipinfo.libraries import Libraries, open_libraries
from tasks.ipinfo.packaged import PACKAGES
from tasks.ipinfo.reputation import reputation_of
from tasks.model.whereabouts import Certainty, Role

TODAY = date(2026, 11, 28)
SAMPLES, FLAGGED = 100, 0.95


def installed() -> bool:
    try:
        return all(distribution(package.name) for package in PACKAGES)
    except PackageNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not installed(), reason="the extra `places` is not installed")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Libraries]:
    return open_libraries("", folder=tmp_path_factory.mktemp("libraries"))


def test_they_are_of_two_origins_and_of_the_days_that_were_looked_at(data: Libraries) -> None:
    assert [(source.name, source.role, sorted(source.versions), source.dated) for source in data.sources] == [
        ("ip2region", Role.CHINA, [4], date(2025, 9, 6)),
        ("ip2region", Role.CHINA, [6], date(2025, 10, 17)),
        ("DB-IP", Role.WORLD, [4, 6], date(2026, 9, 1)),
        ("DB-IP", Role.NETWORK, [4, 6], date(2026, 9, 1)),
    ]


# Name servers that carriers publish for their customers of one province.
CARRIERS = {
    "北京": "202.106.0.20 219.141.136.10",
    "上海": "202.96.209.5 210.22.70.3",
    "天津": "219.150.32.132 202.99.96.68",
    "重庆": "61.128.128.68 221.5.203.98",
    "广东": "202.96.128.86 202.96.134.133 210.21.196.6",
    "江苏": "218.2.2.2 221.6.4.66 61.147.37.1",
    "浙江": "202.101.172.35 60.191.244.5 221.12.1.227",
    "山东": "219.146.1.66 202.102.128.68 202.102.152.3",
    "河南": "222.88.88.88 202.102.224.68",
    "河北": "222.222.222.222 202.99.160.68",
    "山西": "219.149.135.188 202.99.192.66",
    "内蒙古": "219.148.162.31 202.99.224.67",
    "辽宁": "219.148.204.66 202.96.69.38 219.149.6.99",
    "吉林": "219.149.194.55 202.98.0.68",
    "黑龙江": "219.147.198.230 202.97.224.69",
    "安徽": "61.132.163.68 218.104.78.2",
    "福建": "218.85.152.99 218.104.128.106",
    "江西": "202.101.224.69 220.248.192.12",
    "湖北": "202.103.24.68 218.104.111.114",
    "湖南": "222.246.129.80 58.20.127.238",
    "广西": "202.103.225.68 221.7.128.68",
    "海南": "202.100.192.68 221.11.132.2",
    "四川": "61.139.2.69 119.6.6.6",
    "贵州": "202.98.192.67 221.13.28.234",
    "云南": "222.172.200.68 221.3.131.11",
    "西藏": "202.98.224.68 221.13.65.34",
    "陕西": "218.30.19.40 221.11.1.67",
    "甘肃": "202.100.64.68 221.7.34.11",
    "青海": "202.100.128.68 221.207.58.58",
    "宁夏": "222.75.152.129 221.199.12.157",
    "新疆": "61.128.114.166 221.7.1.21",
}


@pytest.mark.parametrize("province", CARRIERS)
def test_a_carriers_name_server_is_in_its_province_or_in_dispute(data: Libraries, province: str) -> None:
    found = [agreed(ip, data.voices(ip, today=TODAY)) for ip in CARRIERS[province].split()]
    sure = [one for one in found if one.certainty is not Certainty.DISPUTED]

    assert {codes(one.place).province for one in sure} == {province_code(province)}
    assert len(sure) >= len(found) - 1


CLOUDS = (37963, 55990, 38365, 137718, 58519, 16509, 20473, 135377, 25820, 62240, 199524)
OTHERS = {9009: "vpn_seller", 39351: "vpn_seller", 14593: "satellite"}


@pytest.fixture(scope="module")
def drawn(data: Libraries) -> dict[int, list[str]]:
    """Random IPv4 addresses of each network, the same each time."""
    path = next(source.path for source in data.sources if source.role is Role.NETWORK)
    networks: dict[int, list[IPv4Network]] = {asn: [] for asn in (*CLOUDS, *OTHERS)}
    with maxminddb.open_database(path) as reader:
        for network, record in reader:
            asn = record.get("autonomous_system_number") if isinstance(record, dict) else None
            if isinstance(network, IPv4Network) and isinstance(asn, int) and asn in networks:
                networks[asn].append(network)
    return {asn: _drawn(found, random.Random(asn)) for asn, found in networks.items()}


def _drawn(networks: list[IPv4Network], chosen: random.Random) -> list[str]:
    weights = [network.num_addresses for network in networks]
    return [str(one[chosen.randrange(one.num_addresses)]) for one in chosen.choices(networks, weights, k=SAMPLES)]


@pytest.mark.parametrize("asn", CLOUDS)
def test_a_clouds_addresses_are_flagged(data: Libraries, drawn: dict[int, list[str]], asn: int) -> None:
    assert _flagged(data, drawn[asn], "hosting", "cloud_cn") >= FLAGGED


@pytest.mark.parametrize("asn", OTHERS)
def test_a_vpn_sellers_and_a_satellites_addresses_are_told_from_clouds(
    data: Libraries, drawn: dict[int, list[str]], asn: int
) -> None:
    assert _flagged(data, drawn[asn], OTHERS[asn]) >= FLAGGED


def _flagged(data: Libraries, addresses: list[str], *kinds: str) -> float:
    found = [reputation_of(ip, voices=data.voices(ip, today=TODAY)).kinds for ip in addresses]
    return sum(any(kind in kinds for kind in each) for each in found) / len(found)
