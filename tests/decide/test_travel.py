"""A journey is impossible only where nobody can have made it, and only between places where people surely were."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide.geography import distance_km
from tasks.decide.networks import KINDS
from tasks.decide.travel import CLOCKS, COUNTRY_KM, FAR_KM, LONGEST, Stay, is_impossible, least_km, reach
from tasks.ipinfo.places import place_of
from tasks.model.facts import Reputation
from tasks.model.place import Place
from tasks.model.policy import Policy
from tests.scene import AT

POLICY = Policy()
NANJING, XUZHOU = "中国 江苏省 南京市 中国电信", "中国 江苏省 徐州市 中国电信"
BEIJING, HEFEI, SHENZHEN = "中国 北京市 中国联通", "中国 安徽省 合肥市 中国电信", "中国 广东省 深圳市 中国电信"
URUMQI, HONG_KONG, TAIPEI = "中国 新疆 乌鲁木齐 中国电信", "中国 香港 PCCW", "台湾 台北 HiNet"
FRANKFURT, AMSTERDAM, BERLIN = "德国 黑森州 法兰克福", "荷兰 阿姆斯特丹", "德国 柏林"
TOKYO, NEW_YORK, LOS_ANGELES = "日本 东京", "美国 纽约州 纽约", "美国 加利福尼亚州 洛杉矶"


def stay(raw: str, *kinds: str, minutes: float = 0) -> Stay:
    return Stay(at=AT + timedelta(minutes=minutes), place=place_of(raw), reputation=Reputation(kinds=kinds))


@pytest.mark.parametrize(
    ("one", "other", "minutes"),
    [
        (NANJING, FRANKFURT, 60),
        (NANJING, FRANKFURT, 0),
        (NANJING, FRANKFURT, 500),
        (NANJING, BEIJING, 30),
        (NANJING, BEIJING, 0),
        (NANJING, SHENZHEN, 20),
        (NANJING, URUMQI, 120),
        (BEIJING, HONG_KONG, 60),
        (NANJING, TAIPEI, 1),
        (NEW_YORK, LOS_ANGELES, 120),
        (NEW_YORK, TOKYO, 600),
        (NANJING, "德国", 60),
        (NANJING, "中国", None),
        (FRANKFURT, "中国", 120),
        ("中国 江苏省", FRANKFURT, 120),
        ("德国 莱比锡", SHENZHEN, 120),
        ("荷兰", "新加坡", 120),
    ],
)
def test_nobody_travels_that_fast(one: str, other: str, minutes: float | None) -> None:
    here, there = stay(one), stay(other, minutes=minutes or 0)

    assert is_impossible(here, there, POLICY) is (minutes is not None)
    assert is_impossible(there, here, POLICY) is (minutes is not None)


@pytest.mark.parametrize(
    ("one", "other", "minutes"),
    [
        (NANJING, FRANKFURT, 620),  # by air
        (NANJING, BEIJING, 90),
        (NEW_YORK, LOS_ANGELES, 300),
        (NANJING, NANJING, 0),
        (NANJING, XUZHOU, 0),  # a wrong city of the right province
        (NANJING, HEFEI, 0),  # next door
        (SHENZHEN, HONG_KONG, 0),
        ("中国 内蒙古 呼伦贝尔", "中国 黑龙江 齐齐哈尔", 0),
        (FRANKFURT, AMSTERDAM, 0),
        (FRANKFURT, BERLIN, 0),
        ("德国", "荷兰", 0),  # somewhere there
        ("德国", FRANKFURT, 0),
        ("俄罗斯", "中国 黑龙江 哈尔滨", 0),
        ("加拿大", NEW_YORK, 0),
        ("中国", NANJING, 0),
        ("中国", "俄罗斯", 0),
        ("未知", FRANKFURT, 0),
        ("不丹", NANJING, 0),  # a country of which no city is known here
        ("火星", FRANKFURT, 0),
    ],
)
def test_it_may_have_been_a_journey_or_no_journey_at_all(one: str, other: str, minutes: float) -> None:
    assert not is_impossible(stay(one), stay(other, minutes=minutes), POLICY)
    assert not is_impossible(stay(one), stay(other, minutes=-minutes), POLICY)


@pytest.mark.parametrize("kind", [kind for kind, each in KINDS.items() if not each.locates or each.to_province])
def test_an_address_that_does_not_locate_its_user_is_no_end_of_a_journey(kind: str) -> None:
    hidden, plain = stay(FRANKFURT, kind), stay(NANJING, "residential", minutes=60)

    assert not is_impossible(hidden, plain, POLICY)
    assert not is_impossible(plain, hidden, POLICY)


def test_every_kind_that_the_rule_names_is_left_out_and_no_other() -> None:
    plain = {kind for kind in KINDS if is_impossible(stay(FRANKFURT, kind), stay(NANJING), POLICY)}

    assert plain == {"residential", "private", "unknown"}


def test_one_kind_among_several_is_enough_to_leave_an_address_out() -> None:
    assert not is_impossible(stay(FRANKFURT, "residential", "vpn"), stay(NANJING), POLICY)
    assert is_impossible(stay(FRANKFURT, "a kind of a later version"), stay(NANJING), POLICY)


@pytest.mark.parametrize(
    ("operator", "impossible"), [("中国移动", False), ("China Mobile", False), ("中国电信", True), ("", True)]
)
def test_a_phone_abroad_has_an_address_at_home(operator: str, *, impossible: bool) -> None:
    at_home, abroad = stay(f"中国 江苏省 南京市 {operator}"), stay(FRANKFURT)

    assert is_impossible(at_home, abroad, POLICY) is impossible


def test_a_place_that_is_not_there_is_no_end_of_a_journey() -> None:
    nowhere = Stay(at=AT, place=None)

    assert not is_impossible(nowhere, stay(FRANKFURT), POLICY)
    assert not is_impossible(stay(FRANKFURT), nowhere, POLICY)


def edge(km: float, speed: float = 900) -> timedelta:
    """The time in which that far is just too fast."""
    return timedelta(hours=km / speed) - CLOCKS


@pytest.mark.parametrize(("second", "impossible"), [(-1, True), (1, False)])
@pytest.mark.parametrize("speed", [300.0, 900.0])
def test_the_policys_speed_is_the_limit_to_the_second(speed: float, second: int, *, impossible: bool) -> None:
    least = least_km(place_of(NEW_YORK), place_of(TOKYO))
    assert least is not None
    gap = edge(least, speed) + timedelta(seconds=second)

    one, other = stay(NEW_YORK), Stay(at=AT + gap, place=place_of(TOKYO))

    assert is_impossible(one, other, Policy(max_speed_km_h=speed)) is impossible
    assert is_impossible(other, one, Policy(max_speed_km_h=speed)) is impossible


def at_km(km: float) -> Place:
    """A place on the equator abroad, so far from the meridian of Greenwich."""
    return Place(country="大洋", city=f"{km}", latitude=0.0, longitude=km / 111.194927)


@pytest.mark.parametrize(
    ("km", "near", "impossible"),
    [
        (FAR_KM - 1, 100, False),
        (FAR_KM + 1, 100, True),
        (FAR_KM + 1, 600, False),
        (601, 600, True),
        (15, 1, False),
    ],
)
def test_what_is_near_is_no_journey_even_in_the_same_second(km: float, near: float, *, impossible: bool) -> None:
    one, other = Stay(at=AT, place=at_km(0)), Stay(at=AT, place=at_km(km))

    assert is_impossible(one, other, Policy(near_km=near)) is impossible


def test_provinces_are_as_near_as_their_nearest_cities() -> None:
    nanjing, beijing = place_of(NANJING), place_of(BEIJING)

    assert least_km(nanjing, beijing) == distance_km(place_of(XUZHOU), beijing)
    assert least_km(place_of("中国 江苏省"), beijing) == least_km(nanjing, beijing)
    assert least_km(nanjing, place_of(XUZHOU)) == least_km(nanjing, nanjing) == 0
    assert least_km(place_of(FRANKFURT), place_of(FRANKFURT)) == 0
    assert least_km(None, nanjing) is least_km(nanjing, None) is least_km(nanjing, place_of("不丹")) is None


def test_a_country_whose_city_is_not_known_is_nearer_by_what_may_be_missing() -> None:
    nearest = min(
        distance or 0.0
        for city in ("柏林", "法兰克福", "慕尼黑", "汉堡", "杜塞尔多夫", "纽伦堡")
        if (distance := distance_km(place_of(f"德国 {city}"), place_of(TOKYO)))
    )

    assert least_km(place_of("德国"), place_of(TOKYO)) == pytest.approx(nearest - COUNTRY_KM)
    assert least_km(place_of("德国"), place_of(AMSTERDAM)) == 0.0


@pytest.mark.parametrize(("speed", "hours"), [(900.0, 22.26), (10_000.0, 2.0), (1.0, LONGEST / timedelta(hours=1))])
def test_how_far_in_time_another_login_can_speak_against_one(speed: float, hours: float) -> None:
    assert reach(Policy(max_speed_km_h=speed)) / timedelta(hours=1) == pytest.approx(hours, abs=0.01)


RAWS = st.sampled_from([NANJING, BEIJING, FRANKFURT, TOKYO, HONG_KONG, "德国", "中国", "未知", "火星", "不丹"])


@given(RAWS, RAWS, st.floats(-40_000, 40_000), st.sampled_from([(), ("vpn",), ("residential",)]))
def test_a_journey_knows_no_order_and_ends_within_its_reach(
    one: str, other: str, minutes: float, kinds: tuple[str, ...]
) -> None:
    here, there = stay(one, *kinds), stay(other, minutes=minutes)
    found = is_impossible(here, there, POLICY)

    assert found is is_impossible(there, here, POLICY)
    assert not (found and kinds == ("vpn",))
    assert not (found and abs(here.at - there.at) > reach(POLICY))
