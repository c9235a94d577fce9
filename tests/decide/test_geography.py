"""Places are compared without false agreement."""

import pytest

from tasks.decide.geography import distance_km, names_place, place_label, same_city
from tasks.model.place import Place
from tests.decide import build

SINGAPORE = Place(country="Singapore", province="", city="Singapore")


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        ("南京", build.NANJING, True),
        ("江苏省南京市", build.NANJING, True),
        (" 江苏省 ", build.NANJING, True),
        ("北京", build.NANJING, False),
        ("singapore", SINGAPORE, True),
        ("Singa", SINGAPORE, False),
        ("", build.NANJING, False),
        ("  ", build.NANJING, False),
        ("南京", None, False),
        ("南京", Place(raw="南京"), False),
        ("腾讯网络", build.NANJING.model_copy(update={"operator": "腾讯网络"}), False),
    ],
)
def test_declared_words_name_a_place_or_do_not(words: str, place: Place | None, *, found: bool) -> None:
    assert names_place(words, place) is found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (build.NANJING, build.NANJING.model_copy(update={"raw": "", "operator": "中国电信"}), True),
        (build.NANJING, build.BEIJING, False),
        (build.GERMANY, build.GERMANY, False),
        (None, build.NANJING, False),
        (build.NANJING, None, False),
    ],
)
def test_only_a_known_city_or_province_is_the_same(one: Place | None, other: Place | None, *, same: bool) -> None:
    assert same_city(one, other) is same


def test_nanjing_is_nine_hundred_kilometres_from_beijing() -> None:
    distance = distance_km(build.NANJING, build.BEIJING)

    assert distance == pytest.approx(900, abs=10)
    assert distance_km(build.NANJING, build.NANJING) == 0


@pytest.mark.parametrize("missing", [None, build.GERMANY, build.NANJING.model_copy(update={"longitude": None})])
def test_without_coordinates_there_is_no_distance(missing: Place | None) -> None:
    assert distance_km(build.NANJING, missing) is None
    assert distance_km(missing, build.NANJING) is None


def test_a_place_is_shown_in_its_librarys_words() -> None:
    assert place_label(build.NANJING) == "中国 江苏省 南京市"
    assert place_label(SINGAPORE) == "Singapore Singapore"
    assert place_label(None) == ""
