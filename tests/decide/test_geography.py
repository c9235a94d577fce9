"""Places are compared without false agreement and without false difference."""

from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide.geography import (
    codes,
    contradict,
    distance_km,
    is_mobile,
    names_place,
    place_key,
    place_label,
    same_area,
    same_city,
    same_country,
)
from tasks.gazetteer.codes import Codes
from tasks.ipinfo.places import place_of
from tasks.model.place import Place
from tests.decide import build

HERE = Path(__file__).parent
SINGAPORE = Place(country="Singapore", province="", city="Singapore")
ONE_CITY: list[list[str]] = yaml.safe_load((HERE / "places_one_city.yaml").read_text("utf-8"))
PAIRS: list[dict[str, Any]] = yaml.safe_load((HERE / "place_pairs.yaml").read_text("utf-8"))
SPELLINGS = [spelling for line in ONE_CITY for spelling in line]


def kept(raw: str) -> Place:
    """A place as it was kept before places had codes."""
    return place_of(raw).model_copy(update={"country_code": "", "province_code": "", "city_code": ""})


@pytest.mark.parametrize("line", ONE_CITY, ids=lambda line: line[0])
def test_every_two_spellings_of_a_city_are_one_city(line: list[str]) -> None:
    told = [
        (one, other)
        for one, other in product(line, line)
        if not same_city(place_of(one), place_of(other)) or contradict(place_of(one), place_of(other))
    ]

    assert told == []
    assert len({place_key(place_of(each)) for each in line}) == 1


def test_no_two_cities_are_one_however_they_are_spelled() -> None:
    confused = [
        (one, other)
        for line, next_line in combinations(ONE_CITY, 2)
        for one, other in product(line, next_line)
        if same_city(place_of(one), place_of(other))
    ]

    assert confused == []


@pytest.mark.parametrize("line", ONE_CITY, ids=lambda line: line[0])
def test_a_place_that_was_kept_without_codes_is_the_same_still(line: list[str]) -> None:
    assert [one for one in line if not same_city(kept(one), place_of(line[0]))] == []


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: f"{case['one']} / {case['other']}")
def test_what_can_be_said_of_two_places(case: dict[str, Any]) -> None:
    one, other = place_of(case["one"]), place_of(case["other"])
    said = [case.get(each, False) for each in ("city", "area", "contradict")]

    assert [same_city(one, other), same_area(one, other), contradict(one, other)] == said
    assert [same_city(other, one), same_area(other, one), contradict(other, one)] == said


def test_a_network_that_is_known_as_mobile_is_located_in_its_province_only() -> None:
    nanjing, xuzhou, hefei = map(
        place_of, ("中国 江苏省 南京市 联通", "中国 江苏省 徐州市 联通", "中国 安徽省 合肥市 联通")
    )

    assert not same_area(nanjing, xuzhou)
    assert same_area(nanjing, xuzhou, mobile=True)
    assert not same_area(nanjing, hefei, mobile=True)


@pytest.mark.parametrize(
    ("operator", "mobile"),
    [("中国移动", True), ("China Mobile", True), ("T-Mobile", True), ("中国电信", False), ("", False)],
)
def test_mobile_carriers_are_known_by_their_name(operator: str, *, mobile: bool) -> None:
    assert is_mobile(Place(country="中国", operator=operator)) is mobile


@given(st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS))
def test_comparisons_know_no_order_and_never_contradict_themselves(one: str, other: str) -> None:
    here, there = place_of(one), place_of(other)

    for compare in (same_city, same_area, same_country, contradict):
        assert compare(here, there) is compare(there, here)
    assert same_city(here, here)
    assert not contradict(here, here)
    assert same_city(here, there) is (place_key(here) == place_key(there))
    assert not (same_city(here, there) and not same_area(here, there))
    assert not (same_area(here, there) and contradict(here, there))


@given(st.text(max_size=60), st.sampled_from(SPELLINGS))
def test_any_text_is_compared_without_an_error(raw: str, other: str) -> None:
    place = place_of(raw)

    assert same_area(place, place) is place.known
    assert contradict(place, place) is False
    assert names_place(raw, place_of(other)) in (True, False)


@pytest.mark.parametrize(
    ("words", "raw", "found"),
    [
        ("南京", "中国 江苏省 南京市", True),
        ("南京市", "中国 江苏 南京", True),
        ("江苏省南京市", "中国 江苏 南京", True),
        ("江苏南京", "中国 江苏省 南京市", True),
        ("中国江苏南京", "中国 江苏省 南京市", True),
        ("中国 南京", "中国 江苏省 南京市", True),
        (" 江苏省 ", "中国 江苏省 南京市", True),
        ("江苏", "中国 江苏省", True),
        ("Jiangsu", "中国 江苏省 南京市", True),
        ("Nanjing, Jiangsu", "中国 江苏省 南京市", True),
        ("China Nanjing", "中国 江苏省 南京市", True),
        ("中国", "中国 江苏省 南京市", True),
        ("中国", "Hong Kong", True),
        ("Hong Kong", "中国 香港特别行政区", True),
        ("香港", "HK", True),
        ("重庆市", "中国 重庆 重庆", True),
        ("Chongqing", "中国 重庆市 重庆市 中国电信", True),
        ("新加坡", "Singapore", True),
        ("Singapore", "新加坡", True),
        ("内蒙古", "中国 内蒙古自治区 呼和浩特市", True),
        ("恩施", "中国 湖北省 恩施土家族苗族自治州", True),
        ("德国", "Germany-Frankfurt", True),
        ("Frankfurt", "德国 黑森州 法兰克福", True),
        ("加利福尼亚", "美国 加利福尼亚州 洛杉矶", True),
        ("California", "美国 加利福尼亚州 洛杉矶", True),
        ("昆山", "中国 江苏省 昆山市", True),
        ("黑森", "德国 黑森州", True),
        ("吉林", "中国 吉林省 长春市", True),
        ("吉林市", "中国 吉林省 长春市", False),
        ("吉林市", "中国 吉林省 吉林市", True),
        ("北京", "中国 江苏省 南京市", False),
        ("苏州", "中国 安徽省 宿州市", False),
        ("江苏 宿州", "中国 安徽省 宿州市", False),
        ("京", "中国 江苏省 南京市", False),
        ("Nan", "中国 江苏省 南京市", False),
        ("Singa", "Singapore", False),
        ("Shanxi", "中国 陕西省 西安市", False),
        ("海南", "中国 青海省 西宁市", False),
        ("海南", "中国 青海省 海南藏族自治州", False),
        ("海南州", "中国 青海省 海南藏族自治州", True),
        ("青海海南", "中国 青海省 海南藏族自治州", True),
        ("中国海南", "中国 青海省 海南藏族自治州", False),
        ("海南", "中国 海南省 海口市", True),
        ("Suzhou", "中国 江苏省 苏州市", False),
        ("China Suzhou", "中国 安徽省 宿州市", False),
        ("Suzhou, Jiangsu", "中国 江苏省 苏州市", True),
        ("Suzhou, Anhui, China", "中国 江苏省 苏州市", False),
        ("苏州", "中国 江苏省 苏州市", True),
        ("Suzhou", "Suzhou, Anhui, China", False),
        ("朝阳", "中国 辽宁省 朝阳市", False),
        ("朝阳市", "中国 辽宁省 朝阳市", True),
        ("Jilin", "中国 吉林省 吉林市", True),
        ("北京朝阳", "中国 辽宁省 朝阳市", False),
        ("澳门", "Macau", True),
        ("中国电信", "中国 江苏省 南京市 中国电信", False),
        ("腾讯网络", "中国 江苏省 南京市 腾讯网络", False),
        ("韩国", "朝鲜 平壤", False),
        ("", "中国 江苏省 南京市", False),
        ("  ", "中国 江苏省 南京市", False),
        ("---", "中国 江苏省 南京市", False),
        ("南京", "未知", False),
    ],
)
def test_declared_words_name_a_place_or_do_not(words: str, raw: str, *, found: bool) -> None:
    assert names_place(words, place_of(raw)) is found
    assert names_place(words, kept(raw)) is found


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        ("南京", build.NANJING, True),
        ("singapore", SINGAPORE, True),
        ("新加坡", SINGAPORE, True),
        ("Singa", SINGAPORE, False),
        ("南京", None, False),
        ("南京", Place(raw="南京"), False),
        ("腾讯网络", build.NANJING.model_copy(update={"operator": "腾讯网络"}), False),
    ],
)
def test_declared_words_name_a_place_in_parts_or_do_not(words: str, place: Place | None, *, found: bool) -> None:
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


@pytest.mark.parametrize("compare", [same_city, same_area, same_country, contradict])
def test_what_is_not_there_is_neither_the_same_nor_another(compare: Any) -> None:
    nowhere = Place(raw="南京")

    assert not any(compare(one, other) for one, other in product((None, nowhere), (None, nowhere, build.NANJING)))
    assert not any(compare(build.NANJING, other) for other in (None, nowhere))


@pytest.mark.parametrize(
    ("place", "known"),
    [
        (Place(country="中国", province="重庆", city="重庆"), Codes("CN", "500000", "500000")),
        (Place(country="某国", country_code="DE", city="法兰克福"), Codes("DE", "", "")),
        (Place(country_code="DE", city="Frankfurt"), Codes("DE", "", "geonames:2925533")),
        (Place(country_code="HK", country="Hong Kong"), Codes("CN", "810000", "810000")),
        (Place(country_code="HK"), Codes("CN", "810000", "810000")),
        (Place(raw="南京"), Codes()),
    ],
)
def test_codes_that_a_place_lacks_are_worked_out_of_its_parts(place: Place, known: Codes) -> None:
    assert codes(place) == known


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
