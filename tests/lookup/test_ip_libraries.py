"""What the libraries of this process say, of this login's address and of those of other logins."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasks.ipinfo import packaged
from tasks.ipinfo.places import place_of
from tasks.lookup.ip_libraries import libraries, placed, reputation_of, whereabouts_of
from tasks.model.fact import Known
from tasks.model.facts import History, PastLogin
from tasks.model.place import Place
from tasks.model.whereabouts import Certainty
from tests.ip_files import city, network, write_mmdb, write_xdb
from tests.people import ALICE
from tests.scene import AT

AGREED, DISPUTED, UNHEARD = "203.0.113.7", "198.51.100.7", "192.0.2.7"
NANJING = place_of("中国 江苏省 南京市")


@pytest.fixture
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries that agree with the record on one address, and not on another."""
    regions = {"203.0.113.0/24": "中国|江苏省|南京市|电信", "198.51.100.0/24": "中国|四川省|成都市|电信"}
    china = write_xdb(tmp_path / "v4.xdb", regions)
    world = write_mmdb(tmp_path / "city.mmdb", {"203.0.113.0/24": city("China", "Jiangsu", "Nanjing")})
    asn = write_mmdb(tmp_path / "asn.mmdb", {"8.8.8.0/24": network(9009, "Example")}, kind="DBIP-ASN-Lite")
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", f"{china},{world},{asn}")


def history(*logins: tuple[str, Place | None]) -> Known[History]:
    """Logins before, and the same ones after."""
    before = tuple(
        PastLogin(at=AT - timedelta(days=day), principal=ALICE, ip=ip, place=place)
        for day, (ip, place) in enumerate(logins, start=1)
    )
    after = tuple(each.model_copy(update={"at": AT + timedelta(hours=1)}) for each in before)
    return Known(value=History(days=90, logins=before, later=after), evidence=("ev-1",))


@pytest.mark.usefixtures("_files")
def test_other_logins_are_placed_like_this_one_before_and_after_it() -> None:
    past = history((AGREED, NANJING), (DISPUTED, NANJING), (UNHEARD, NANJING), (AGREED, None), (UNHEARD, None))

    found = placed(past)

    cities = [each.place.city if each.place else None for each in found.value.logins]
    assert cities == ["南京市", None, "南京市", "南京市", None]
    assert [each.place for each in found.value.later] == [each.place for each in found.value.logins]
    assert found.evidence == past.evidence


def test_without_libraries_other_logins_stay_where_their_records_have_them() -> None:
    past = history((AGREED, NANJING), (DISPUTED, NANJING), (UNHEARD, None))

    assert placed(past) == past
    assert whereabouts_of(AGREED, NANJING).place == NANJING
    assert whereabouts_of(AGREED, NANJING).certainty is Certainty.SINGLE
    assert whereabouts_of(AGREED).certainty is Certainty.UNKNOWN


@pytest.mark.usefixtures("_files")
def test_the_network_of_an_address_counts_in_its_reputation() -> None:
    assert "vpn_seller" in reputation_of("8.8.8.8").kinds
    assert reputation_of("8.8.8.8").source.endswith("AS9009, DB-IP, 2026-09-01")
    assert reputation_of(AGREED).kinds == ("private",)


def test_what_is_installed_is_not_opened_for_an_address_that_it_can_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(folder: Path) -> tuple[Path, ...]:
        raise AssertionError(folder)

    monkeypatch.setattr("tasks.ipinfo.libraries.packaged_files", opened)
    monkeypatch.delenv("RUNBOOKS_IP_LIBRARIES")

    assert packaged.PACKAGES
    assert whereabouts_of(AGREED, NANJING).place == NANJING
    assert reputation_of("10.0.0.1").kinds == ("private",)
    with pytest.raises(AssertionError):
        libraries()


def test_a_library_that_can_not_be_read_changes_nothing_but_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", "gone.xdb")
    past = history((AGREED, NANJING))

    assert placed(past) == past
    assert reputation_of(AGREED).kinds == ("private",)
    assert "RUNBOOKS_IP_LIBRARIES: gone.xdb" in caplog.text
