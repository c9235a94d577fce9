"""The IP libraries' speed comes out as a table: a row for each file, and for all together."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.__main__ import app
from tasks.bench.whereis import draw
from tests.ip_files import city, write_mmdb, write_xdb


def test_each_file_and_all_together_have_their_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    china = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": "中国|江苏省|南京市|电信"})
    six = write_xdb(tmp_path / "v6.xdb", {"2001:db8::/48": "中国|江苏省|南京市|电信"})
    world = write_mmdb(tmp_path / "city.mmdb", {"203.0.113.0/24": city("China")})
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", f"{china},{six},{world}")

    done = CliRunner().invoke(app, ["bench", "whereis", "--addresses", "20", "--runs", "3"])

    assert done.exit_code == 0, done.output
    head, _, *rows, memory, _ = done.output.splitlines()
    assert head.startswith("20 random IPv4 addresses, 3 times each")
    assert [row[:24].strip() for row in rows] == [
        "ip2region (china)",
        "DB-IP (world)",
        "all voices",
        "whereabouts",
        "reputation",
    ]
    for row in rows:
        median, least, most = map(float, row[24:].split())
        assert 0 < least <= median <= most
    assert memory.startswith("RSS ")


def test_the_addresses_are_of_the_internet_and_the_same_each_time() -> None:
    drawn = draw(200)

    assert drawn == draw(200)
    assert len(set(drawn)) > 190
    assert all(address.is_global for address in drawn)
