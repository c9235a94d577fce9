"""What several sources agree on about where an address is: who is heard for what, and what is but a doubt."""

from datetime import date

import pytest

from tasks.decide.agreement import agreed, vendor_voice, with_vendor
from tasks.ipinfo.places import place_of
from tasks.model.place import Place
from tasks.model.whereabouts import Certainty, Role, Voice, Whereabouts

IP = "203.0.113.7"
ROLES = {"china": Role.CHINA, "world": Role.WORLD, "vendor": Role.VENDOR}
NANJING = (32.06, 118.78)


def heard(*said: str) -> tuple[Voice, ...]:
    """Voices in words: `china 中国|江苏省|南京市`, an old one with `old` before it, `asn 4134`."""
    return tuple(voice(one) for one in said)


def voice(words: str) -> Voice:
    stale = words.startswith("old ")
    role, _, rest = words.removeprefix("old ").partition(" ")
    if role == "asn":
        return Voice(name="DB-IP", role=Role.NETWORK, asn=int(rest), operator="Example")
    return Voice(name=role, role=ROLES[role], dated=date(2026, 9, 1), stale=stale, place=place_of(rest))


def where(value: Whereabouts) -> str:
    return " ".join(part for part in (value.place.country, value.place.province, value.place.city) if part)


TABLE: dict[str, tuple[tuple[str, ...], str, Certainty]] = {
    "nobody": ((), "", Certainty.UNKNOWN),
    "nobody who knows": (("china ", "world ", "asn 64496"), "", Certainty.UNKNOWN),
    # Without libraries it is as it was before there were any.
    "the vendor alone": (("vendor 中国 江苏省 南京市 中国电信",), "中国 江苏省 南京市", Certainty.SINGLE),
    "the vendor alone, abroad": (("vendor 新加坡",), "新加坡 新加坡", Certainty.SINGLE),
    # In China.
    "all agree": (
        ("china 中国|江苏省|南京市", "world China, Jiangsu, Nanjing", "vendor 中国 江苏 南京", "asn 64496"),
        "中国 江苏省 南京市",
        Certainty.AGREED,
    ),
    "two libraries agree": (
        ("china 中国|江苏省|南京市", "world China, Jiangsu, Nanjing", "asn 64496"),
        "中国 江苏省 南京市",
        Certainty.AGREED,
    ),
    "the library of China and the vendor agree": (
        ("china 中国|江苏省|南京市", "vendor 中国 江苏省 南京市"),
        "中国 江苏省 南京市",
        Certainty.AGREED,
    ),
    "one library, and the other knows nothing": (
        ("china 中国|江苏省|南京市", "world ", "vendor "),
        "中国 江苏省 南京市",
        Certainty.SINGLE,
    ),
    "another province": (
        ("china 中国|江苏省|南京市", "world China, Sichuan, Chengdu", "asn 64496"),
        "中国",
        Certainty.DISPUTED,
    ),
    "another province, two against one": (
        ("china 中国|江苏省|南京市", "world China, Sichuan, Chengdu", "vendor 中国 江苏省 南京市", "asn 64496"),
        "中国",
        Certainty.DISPUTED,
    ),
    "the vendor alone says another province": (
        ("china 中国|江苏省|南京市", "world China, Jiangsu, Nanjing", "vendor 中国 四川省", "asn 64496"),
        "中国",
        Certainty.DISPUTED,
    ),
    "another city of the province": (
        ("china 中国|江苏省|南京市", "world China, Jiangsu, Suzhou", "asn 64496"),
        "中国 江苏省",
        Certainty.AGREED,
    ),
    "the province is all that one knows": (
        ("china 中国|江苏省|南京市", "vendor 中国 江苏省"),
        "中国 江苏省 南京市",
        Certainty.SINGLE,
    ),
    "Hong Kong, which the world's library calls by districts": (
        ("china 中国|香港|0|香港有线", "world Hong Kong", "vendor 中国香港"),
        "中国 香港 香港",
        Certainty.AGREED,
    ),
    # DB-IP places at a carrier's seat what it knows no better.
    "the carrier's seat": (
        ("china 中国|云南省|昆明市", "world China, Guangdong, Guangzhou", "asn 9808"),
        "中国 云南省 昆明市",
        Certainty.SINGLE,
    ),
    "the carrier's seat, and the network is not known": (
        ("china 中国|云南省|昆明市", "world China, Beijing, Beijing", "vendor 中国 云南省 昆明市"),
        "中国 云南省 昆明市",
        Certainty.AGREED,
    ),
    "the seat of a network that is of one province": (
        ("china 中国|云南省|昆明市", "world China, Guangdong, Guangzhou", "asn 64496"),
        "中国",
        Certainty.DISPUTED,
    ),
    "no seat": (
        ("china 中国|云南省|昆明市", "world China, Sichuan, Chengdu", "asn 9808"),
        "中国",
        Certainty.DISPUTED,
    ),
    # Where the library of China names no province, the world's guesses.
    "only the world's library names a province": (
        ("china 中国|0|0|阿里巴巴", "world China, Zhejiang, Hangzhou", "asn 37963"),
        "中国",
        Certainty.AGREED,
    ),
    "the vendor names it too": (
        ("china 中国|0|0|阿里巴巴", "world China, Zhejiang, Hangzhou", "vendor 中国 浙江省 杭州市", "asn 37963"),
        "中国 浙江省 杭州市",
        Certainty.AGREED,
    ),
    "the world's library without that of China": (
        ("world China, Jiangsu, Nanjing", "asn 64496"),
        "中国 Jiangsu Nanjing",
        Certainty.SINGLE,
    ),
    # Abroad.
    "the library of China is not heard abroad": (
        ("china 澳大利亚|0|0", "world United States, California, San Jose"),
        "美国 California San Jose",
        Certainty.SINGLE,
    ),
    "not even where it says China": (
        ("china 中国|江苏省|南京市", "world Japan, Tokyo, Tokyo"),
        "日本 Tokyo Tokyo",
        Certainty.SINGLE,
    ),
    "nor of a cloud in China that it takes for one abroad": (
        ("china 澳大利亚|0|0", "world China, Guangdong, Guangzhou", "vendor 中国 广东省 广州市", "asn 45090"),
        "中国 广东省 广州市",
        Certainty.AGREED,
    ),
    "the library of China alone, abroad": (("china 澳大利亚|0|0",), "", Certainty.UNKNOWN),
    "the vendor agrees on the country abroad and knows no more": (
        ("world United States, California, San Jose", "vendor 美国"),
        "美国 California San Jose",
        Certainty.SINGLE,
    ),
    "the vendor agrees on the city abroad, in Chinese": (
        ("world United States, California, Los Angeles", "vendor 美国 加利福尼亚州 洛杉矶"),
        "美国 加利福尼亚州 洛杉矶",
        Certainty.AGREED,
    ),
    "another country": (
        ("world United States, California, San Jose", "vendor 中国 江苏省 南京市"),
        "",
        Certainty.DISPUTED,
    ),
    "another country, and the library of China backs the vendor": (
        ("china 中国|江苏省|南京市", "world Japan, Tokyo, Tokyo", "vendor 中国 江苏省 南京市"),
        "",
        Certainty.DISPUTED,
    ),
    # Old data raise doubts, and prove nothing.
    "old data alone": (("old china 中国|江苏省|南京市",), "中国 江苏省 南京市", Certainty.STALE),
    "old data agree with each other": (
        ("old china 中国|江苏省|南京市", "old world China, Jiangsu, Nanjing"),
        "中国 江苏省 南京市",
        Certainty.STALE,
    ),
    "old data differ": (
        ("old china 中国|江苏省|南京市", "old world China, Sichuan, Chengdu", "asn 64496"),
        "中国",
        Certainty.STALE,
    ),
    "old data confirm nothing": (
        ("old china 中国|江苏省|南京市", "vendor 中国 江苏省 南京市"),
        "中国 江苏省 南京市",
        Certainty.SINGLE,
    ),
    "old data raise a doubt": (
        ("old china 中国|四川省|成都市", "vendor 中国 江苏省 南京市"),
        "中国",
        Certainty.DISPUTED,
    ),
    "old data raise a doubt about the city": (
        ("old china 中国|江苏省|苏州市", "vendor 中国 江苏省 南京市"),
        "中国 江苏省",
        Certainty.SINGLE,
    ),
    "old data do not silence newer": (
        ("china 中国|江苏省|南京市", "old world Japan, Tokyo, Tokyo"),
        "",
        Certainty.DISPUTED,
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_who_is_heard_and_what_they_agree_on(case: str) -> None:
    said, place, certainty = TABLE[case]

    found = agreed(IP, heard(*said))

    assert (where(found), found.certainty) == (place, certainty)
    assert found.voices == heard(*said)


@pytest.mark.parametrize("case", TABLE)
def test_in_whatever_order_they_speak(case: str) -> None:
    said, place, certainty = TABLE[case]

    found = agreed(IP, heard(*reversed(said)))

    assert (where(found), found.certainty) == (place, certainty)


@pytest.mark.parametrize("case", TABLE)
def test_a_network_of_a_whole_province_ends_there_and_stays_in_doubt_where_it_was(case: str) -> None:
    said, _, certainty = TABLE[case]

    found = agreed(IP, heard(*said), to_province=True)

    assert found.place.city == found.place.city_code == ""
    assert found.place.latitude is None
    assert found.certainty is (Certainty.HUB if certainty in {Certainty.AGREED, Certainty.SINGLE} else certainty)


@pytest.mark.parametrize("case", TABLE)
def test_what_is_disputed_has_no_city_and_so_no_distance(case: str) -> None:
    found = agreed(IP, heard(*TABLE[case][0]))

    assert (found.certainty is Certainty.DISPUTED) <= (found.place.city == "" and found.place.latitude is None)


def test_the_vendors_own_place_is_left_as_it_is_where_nobody_else_speaks() -> None:
    place = place_of("中国 江苏省 南京市 中国电信")

    assert agreed(IP, vendor_voice(place)).place == place
    assert vendor_voice(None) == vendor_voice(Place(raw="未知")) == ()


def test_a_city_that_is_cut_off_is_not_in_the_words_either() -> None:
    found = agreed(IP, heard("vendor 中国 江苏省 南京市 中国电信", "world China, Jiangsu, Suzhou", "asn 64496"))

    assert (found.place.raw, found.place.province, found.place.city) == ("", "江苏省", "")
    assert found.place.operator == "中国电信"


@pytest.mark.parametrize(
    ("latitude", "longitude", "city"),
    [(31.97, 118.89, "南京市"), (31.41, 120.95, "")],
    ids=["a town 13 km from the centre", "a town 217 km from the centre"],
)
def test_a_town_that_has_no_code_is_part_of_the_city_or_not_by_its_distance(
    latitude: float, longitude: float, city: str
) -> None:
    town = Place(country="中国", country_code="CN", province="Jiangsu", province_code="320000", city="Exampletown")
    located = town.model_copy(update={"latitude": latitude, "longitude": longitude})
    china, asn = heard("china 中国|江苏省|南京市", "asn 64496")

    found = agreed(IP, (china, Voice(name="DB-IP", role=Role.WORLD, place=located), asn))

    assert (found.place.city, found.certainty) == (city, Certainty.AGREED)


def test_the_network_is_the_first_that_is_known() -> None:
    found = agreed(IP, heard("china 中国|江苏省|南京市", "asn 4134"))

    assert (found.asn, found.operator) == (4134, "Example")
    assert (agreed(IP, heard("china 中国|江苏省|南京市")).asn, agreed(IP, ()).operator) == (None, "")


def test_a_record_that_turns_up_later_is_heard_and_heard_once() -> None:
    first = agreed(IP, heard("china 中国|江苏省|南京市"), to_province=True)
    later = with_vendor(first, place_of("中国 四川省 成都市"))

    assert (first.certainty, later.certainty) == (Certainty.HUB, Certainty.DISPUTED)
    assert with_vendor(later, place_of("中国 江苏省 南京市")).certainty is Certainty.HUB
    assert with_vendor(later, None) == first
