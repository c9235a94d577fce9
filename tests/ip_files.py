"""Small IP libraries in the formats of the real ones, made where they are needed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from struct import pack
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

DATED = datetime(2026, 9, 1, tzinfo=UTC)
HEADER, CELLS = 256, 256 * 256
Regions = Mapping[str, str]


def write_xdb(path: Path, regions: Regions, *, dated: datetime = DATED) -> Path:
    """A file of ip2region: a region such as `中国|江苏省|南京市|电信` for each network, none wider than a /16."""
    networks = {ip_network(network): region.encode() for network, region in regions.items()}
    version = {network.version for network in networks}.pop()
    data, at = b"", dict[bytes, int]()
    texts = HEADER + CELLS * 8
    for region in networks.values():
        at.setdefault(region, texts + len(data))
        data += region
    index, cells, first = b"", dict[int, tuple[int, int]](), texts + len(data)
    for network, region in sorted(networks.items(), key=lambda one: int(one[0].network_address)):
        entry = _ends(network) + pack("<HI", len(region), at[region])
        cell = int.from_bytes(network.network_address.packed[:2], "big")
        start = cells.get(cell, (first + len(index), 0))[0]
        index += entry
        cells[cell] = (start, first + len(index))
    size = len(index) // len(networks)
    head = pack("<HHIIIHH", 3, 1, int(dated.timestamp()), first, first + len(index) - size, version, 4)
    vector = b"".join(pack("<II", *cells.get(cell, (0, 0))) for cell in range(CELLS))
    path.write_bytes(head.ljust(HEADER, b"\0") + vector + data + index)
    return path


def _ends(network: IPv4Network | IPv6Network) -> bytes:
    """First and last address: of IPv4 the smallest byte first, of IPv6 as they are written."""
    step = -1 if network.version == 4 else 1
    return network.network_address.packed[::step] + network.broadcast_address.packed[::step]


def write_mmdb(
    path: Path, records: Mapping[str, Any], *, kind: str = "DBIP-City-Lite", dated: datetime = DATED, version: int = 6
) -> Path:
    """A MaxMind DB file with a record for each network."""
    writer = MMDBWriter(version, kind, ["en"], ipv4_compatible=version == 6)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    _date(path, dated)
    return path


def _date(path: Path, dated: datetime) -> None:
    """Put another day in, for the writer knows only today; the number stands behind its name."""
    content, name = path.read_bytes(), b"build_epoch"
    at = content.rindex(name) + len(name)
    size = content[at] & 0x1F
    head = 2  # an extended type: the size, then the type
    number = int(dated.timestamp()).to_bytes(size, "big")
    path.write_bytes(content[: at + head] + number + content[at + head + size :])


def city(country: str, *names: str, at: tuple[float, float] | None = None, code: str = "CN") -> dict[str, Any]:
    """A record of a place as DB-IP writes it: names of country, province and city in English."""
    record: dict[str, Any] = {"country": {"iso_code": code, "names": {"en": country}}, "continent": {"code": "AS"}}
    if names:
        record["subdivisions"] = [{"names": {"en": names[0]}}]
    if len(names) > 1:
        record["city"] = {"names": {"en": names[1]}}
    if at:
        record["location"] = {"latitude": at[0], "longitude": at[1]}
    return record


def network(asn: int, name: str) -> dict[str, Any]:
    """A record of a network as DB-IP writes it."""
    return {"autonomous_system_number": asn, "autonomous_system_organization": name}
