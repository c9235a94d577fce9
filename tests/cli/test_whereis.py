"""`runbooks whereis`: every source's own word, what they agree on, and which libraries there are."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.__main__ import main
from tests.ip_files import city, network, write_mmdb, write_xdb

IP = "203.0.113.7"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Three libraries of one network, one of them old."""
    old = datetime(2024, 1, 1, tzinfo=UTC)
    made = {
        "china": write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": "中国|江苏省|南京市|电信"}, dated=old),
        "world": write_mmdb(tmp_path / "city.mmdb", {"203.0.113.0/24": city("China", "Jiangsu", "Nanjing")}),
        "asn": write_mmdb(tmp_path / "a.mmdb", {"203.0.113.0/24": network(64496, "Example")}, kind="DBIP-ASN-Lite"),
    }
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", ",".join(map(str, made.values())))
    return made


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["runbooks", "whereis", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            [
                "203.0.113.7: China, Jiangsu, Nanjing (one source only)",
                "  network: AS64496 Example",
                "  kind of address: private address; source: RFC 6890",
                "  ip2region 2024-01-01 (too old): 中国 江苏省 南京市 电信",
                "  DB-IP 2026-09-01: China, Jiangsu, Nanjing",
            ],
        ),
        (
            "zh",
            [
                "203.0.113.7：China, Jiangsu, Nanjing（仅一个来源）",
                "  网络：AS64496 Example",
                "  地址类型：私有地址；来源：RFC 6890",
                "  ip2region 2024-01-01（数据过旧）：中国 江苏省 南京市 电信",
                "  DB-IP 2026-09-01：China, Jiangsu, Nanjing",
            ],
        ),
    ],
)
def test_every_source_is_shown_with_its_day_and_what_they_agree_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, lines: list[str]
) -> None:
    status, out, _ = run(monkeypatch, capsys, IP, "--lang", lang)

    assert (status, out.splitlines()) == (0, lines)


@pytest.mark.usefixtures("files")
def test_the_place_of_the_record_is_heard_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, same, _ = run(monkeypatch, capsys, IP, "--lang", "en", "--said", "中国 江苏省 南京市")
    _, other, _ = run(monkeypatch, capsys, IP, "--lang", "en", "--said", "中国 四川省")

    assert "南京市 (sources agree)" in same.splitlines()[0]
    assert "sources disagree" in other.splitlines()[0]
    assert other.splitlines()[-1] == "  Tencent: 中国 四川省"


@pytest.mark.usefixtures("files")
def test_as_json_it_is_the_whole_value(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(monkeypatch, capsys, f"::ffff:{IP}", "--json")

    found = json.loads(out)
    assert (found["whereabouts"]["ip"], found["whereabouts"]["certainty"]) == (IP, "single")
    assert [voice["name"] for voice in found["whereabouts"]["voices"]] == ["ip2region", "DB-IP", "DB-IP"]
    assert found["reputation"]["kinds"] == ["private"]


def test_without_an_address_it_names_the_libraries_and_how_old_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], files: dict[str, Path]
) -> None:
    status, out, _ = run(monkeypatch, capsys, "--lang", "en")
    _, listed, _ = run(monkeypatch, capsys, "--json")

    assert status == 0
    assert out.splitlines() == [
        f"ip2region 2024-01-01, too old: doubts only · provinces and cities of China · IPv4 · {files['china']}",
        f"DB-IP 2026-09-01 · countries, and cities abroad · IPv4/IPv6 · {files['world']}",
        f"DB-IP 2026-09-01 · whose network it is · IPv4/IPv6 · {files['asn']}",
    ]
    assert [one["stale"] for one in json.loads(listed)["libraries"]] == [True, False, False]


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有 IP 库"), ("en", "No IP library")])
def test_without_libraries_it_says_so_and_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, words: str
) -> None:
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", "none")
    status, out, _ = run(monkeypatch, capsys, "--lang", lang)

    assert status == 0
    assert words in out
    assert "[places]" in out
    assert "RUNBOOKS_IP_LIBRARIES" in out


@pytest.mark.parametrize("word", ["nonsense", "203.0.113", "203.0.113.0/24", ""])
def test_what_is_no_address_is_refused_with_the_mend(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    status, out, err = run(monkeypatch, capsys, word)

    assert (status, out) == (2, "")
    assert err == f"runbooks: ADDRESS: {word!r} is no IP address; give one such as 203.0.113.7 or 2001:db8::7\n"


@pytest.mark.parametrize("words", [[], [IP]])
def test_a_library_that_can_not_be_read_is_refused_with_the_mend(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]
) -> None:
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", str(tmp_path / "gone.mmdb"))
    status, out, err = run(monkeypatch, capsys, *words)

    assert (status, out) == (2, "")
    assert err.startswith("runbooks: RUNBOOKS_IP_LIBRARIES: ")
    assert "gone.mmdb No such file or directory; name .xdb files" in err
