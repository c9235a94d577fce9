"""Names and codes of places are whole, agree with the standards, and mean one thing each."""

import gettext
import math
from collections import Counter
from importlib.resources import files

import pycountry
import pytest

from tasks.gazetteer import abroad, china
from tasks.gazetteer.codes import NOWHERE, Codes, centre_of, codes_of
from tasks.gazetteer.countries import IN_CHINA, country_code, country_name
from tasks.gazetteer.rows import rows
from tasks.gazetteer.spelling import key, keys

TABLES = ("china.csv", "abroad.csv", "countries.csv", "states.csv")
DIVISIONS = rows("china.csv")
PROVINCES = [row for row in DIVISIONS if row["code"].endswith("0000")]
CITIES = [row for row in DIVISIONS if not row["code"].endswith("0000")]


def province_of(row: dict[str, str]) -> str:
    return china.TAIWAN if row["code"].startswith("TW") else row["code"][:2] + "0000"


@pytest.mark.parametrize("name", TABLES)
def test_each_table_says_in_its_head_where_it_is_from_and_when(name: str) -> None:
    head = files("tasks.gazetteer").joinpath(name).read_text("utf-8").split("\n", 6)

    assert head[0].startswith("# ")
    assert any("2026-11-" in line for line in head if line.startswith("#"))
    assert len(rows(name)) > 10


def test_there_are_the_provinces_of_the_standard_with_their_codes() -> None:
    said = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, ["zh_CN"])
    standard = {one.code: said.gettext(one.name) for one in pycountry.subdivisions.get(country_code="CN")}
    standard["CN-NX"] = "宁夏回族自治区"  # which the library has in Pinyin only

    assert {row["iso"]: row["name"] for row in PROVINCES} == standard


def test_there_are_the_prefectures_with_codes_that_occur_once() -> None:
    codes = [row["code"] for row in DIVISIONS]
    prefectures = [code for code in codes if code.isdigit() and code.endswith("00") and code[2:4] not in {"00", "90"}]

    assert len(prefectures) == 333
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("column", ["name", "short", "english"])
def test_no_two_cities_of_a_province_share_a_name(column: str) -> None:
    named = Counter((province_of(row), key(row[column])) for row in CITIES)

    assert [name for name, count in named.items() if count > 1] == []


@pytest.mark.parametrize("row", CITIES, ids=lambda row: row["code"])
def test_every_name_of_a_city_means_it_within_its_province(row: dict[str, str]) -> None:
    names = [row["name"], row["short"], row["english"], *filter(None, row["others"].split("|"))]

    assert {china.city_code(name, province_of(row)) for name in names} == {row["code"]}
    assert china.city_code(row["name"]) == row["code"]


@pytest.mark.parametrize("row", PROVINCES, ids=lambda row: row["iso"])
def test_every_name_of_a_province_means_it(row: dict[str, str]) -> None:
    names = [row["name"], row["short"], row["english"], *filter(None, row["others"].split("|"))]

    assert {china.province_code(name) for name in names} == {row["code"]}


@pytest.mark.parametrize(
    "name",
    ["Suzhou", "Fuzhou", "Taizhou", "Yulin", "Yichun", "朝阳", "Chaoyang", "东方", "济源", "河东", "", "  ", "昆山"],
)
def test_a_name_that_two_places_bear_says_no_city_by_itself(name: str) -> None:
    assert china.city_code(name) == ""


@pytest.mark.parametrize(
    ("name", "province"),
    [("苏州", "340000"), ("深圳市", "320000"), ("宿州", "320000"), ("朝阳", "110000"), ("吉林", "210000")],
)
def test_a_city_is_in_no_other_province(name: str, province: str) -> None:
    assert china.city_code(name, province) == ""


@pytest.mark.parametrize("name", ["吉林市", "海南州", "Jilin City", "南京", "中国移动", "hk", "陕", ""])
def test_what_is_no_province_is_none(name: str) -> None:
    assert china.province_code(name) == ""


def test_shaanxi_is_not_shanxi() -> None:
    assert (china.province_code("Shaanxi"), china.province_code("Shanxi")) == ("610000", "140000")


@pytest.mark.parametrize("country", list(pycountry.countries), ids=lambda country: country.alpha_2)
def test_every_country_is_known_by_its_codes_and_names(country: pycountry.db.Country) -> None:
    name, shown = country.name, country_name(country.alpha_2)
    expected = "" if country.alpha_2 in IN_CHINA else country.alpha_2

    assert country_code(country.alpha_2) == country_code(country.alpha_3) == expected
    assert country_code(shown) == expected
    assert country_code(name) == (expected if name != "Congo" else "")
    assert shown == "" or not shown.isascii()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Korea", "KR"),
        ("韩国", "KR"),
        ("North Korea", "KP"),
        ("朝鲜", "KP"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("美利坚合众国", "US"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("阿拉伯联合酋长国", "AE"),
        ("阿联酋", "AE"),
        ("Czech Republic", "CZ"),
        ("刚果（金）", "CD"),
        ("刚果(布)", "CG"),
        ("中华人民共和国", "CN"),
        ("澳洲", "AU"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("多米尼克", "DM"),
        ("多米尼加", "DO"),
        ("刚果", ""),
        ("in", ""),
        ("de", ""),
        ("Hong Kong", ""),
        ("火星", ""),
        ("", ""),
    ],
)
def test_a_country_goes_by_many_names(name: str, code: str) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        (("中国", "江苏省", "南京市"), Codes("CN", "320000", "320100")),
        (("CN", "Jiangsu", "Nanjing"), Codes("CN", "320000", "320100")),
        (("中国", "", "南京"), Codes("CN", "320000", "320100")),
        (("中国", "江苏省", ""), Codes("CN", "320000", "")),
        (("中国", "江苏省", "昆山市"), Codes("CN", "320000", "")),
        (("中国", "某省", "南京市"), Codes("CN", "", "")),
        (("中国", "重庆", ""), Codes("CN", "500000", "500000")),
        (("中国", "", "重庆市"), Codes("CN", "500000", "500000")),
        (("中国", "上海市", "浦东新区"), Codes("CN", "310000", "310000")),
        (("Hong Kong", "", ""), Codes("CN", "810000", "810000")),
        (("HK", "Kowloon", "Kowloon"), Codes("CN", "810000", "810000")),
        (("TW", "", "Taipei"), Codes("CN", "710000", "TW-TPE")),
        (("US", "CA", "Los Angeles"), Codes("US", "US-CA", "geonames:5368361")),
        (("美国", "加州", "洛杉矶"), Codes("US", "US-CA", "geonames:5368361")),
        (("美国", "俄勒冈州", "波特兰"), Codes("US", "US-OR", "geonames:5746545")),
        (("美国", "缅因州", "波特兰"), Codes("US", "US-ME", "")),
        (("美国", "华盛顿", ""), Codes("US", "US-WA", "")),
        (("美国", "", "华盛顿"), Codes("US", "", "")),
        (("德国", "黑森州", "法兰克福"), Codes("DE", "", "geonames:2925533")),
        (("新加坡", "", ""), Codes("SG", "", "geonames:1880252")),
        (("火星", "奥林匹斯", ""), NOWHERE),
        (("", "", ""), NOWHERE),
    ],
)
def test_the_codes_of_a_place_in_parts(parts: tuple[str, str, str], codes: Codes) -> None:
    assert codes_of(*parts) == codes


def test_cities_of_one_province_lie_together_and_all_on_the_globe() -> None:
    centres = {row["code"]: centre_of(row["code"]) for row in DIVISIONS}
    far = [
        (one["name"], other["name"])
        for one in CITIES
        for other in CITIES
        if (here := centres[one["code"]])
        and (there := centres[other["code"]])
        and province_of(one) == province_of(other)
        and math.dist(here, there) > 26
    ]

    assert far == []
    assert sum(centre is not None for centre in centres.values()) >= 360
    assert all(-90 <= centre[0] <= 90 and -180 <= centre[1] <= 180 for centre in filter(None, centres.values()))


@pytest.mark.parametrize("row", rows("abroad.csv"), ids=lambda row: f"{row['country']}-{row['english']}")
def test_every_name_of_a_city_abroad_means_it(row: dict[str, str]) -> None:
    names = [row["chinese"], row["english"], *filter(None, row["others"].split("|"))]
    code = f"geonames:{row['geonames']}"

    assert {abroad.city_code(row["country"], name, row["state"].removeprefix("US-")) for name in names} == {code}
    assert country_name(row["country"])
    assert centre_of(code) == (float(row["latitude"]), float(row["longitude"]))


@pytest.mark.parametrize(
    ("country", "words", "code"),
    [
        ("US", "California", "US-CA"),
        ("US", "加利福尼亚州", "US-CA"),
        ("US", "加利福尼亚", "US-CA"),
        ("US", "Washington", "US-WA"),
        ("CA", "安大略省", "CA-ON"),
        ("AU", "New South Wales", "AU-NSW"),
        ("US", "Ontario", ""),
        ("DE", "Hessen", ""),
        ("US", "ca", ""),
    ],
)
def test_states_are_known_where_they_are_of_one_rank(country: str, words: str, code: str) -> None:
    assert abroad.state_code(country, words) == code


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Xi'an", "XIAN", True),
        ("Lüliang", "luliang", True),
        ("São Paulo", "Sao Paulo", True),
        ("刚果（金）", "刚果(金)", True),
        ("Ｃhina", "China", True),
        ("Shaanxi", "Shanxi", False),
        ("苏州", "宿州", False),
    ],
)
def test_spellings_of_one_name_are_alike(one: str, other: str, *, alike: bool) -> None:
    assert (key(one) == key(other)) is alike


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Jiangsu Province", "jiangsu"), ("Nanjing Shi", "nanjing"), ("Kashi", "kashi"), ("Huangshi", "huangshi")],
)
def test_the_kind_of_division_may_stand_behind_its_name(name: str, bare: str) -> None:
    assert keys(name)[-1] == bare
