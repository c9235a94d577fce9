"""The watcher compares places, not their spelling."""

from datetime import timedelta

import pytest

from tasks.decide.anomaly.baseline import baseline_of
from tasks.decide.anomaly.detect import anomalies
from tasks.ipinfo.places import place_of
from tasks.model.place import Place
from tasks.model.watch import Baseline
from tests.decide.anomaly.logins_in_words import NOW, login, policy, reputation

DAYS = range(60, 20, -5)


def kept_before_codes(raw: str) -> Place:
    return place_of(raw).model_copy(update={"country_code": "", "province_code": "", "city_code": ""})


def baseline_at(*places: Place) -> Baseline:
    """Some weeks of logins from the office's address, placed in turn at each of these."""
    days = [(days, places[index % len(places)]) for index, days in enumerate(DAYS)]
    return baseline_of(
        [login("alice office mfa", at=NOW - timedelta(days=ago), place=place) for ago, place in days],
        whole=True,
        now=NOW,
    )


def found(past: Place, now: str) -> list[str]:
    """What is said of a login from a new address."""
    event = login("alice home mfa", place=place_of(now))
    return [each.kind.value for each in anomalies(event, baseline_at(past), policy({}), reputation([]), now=NOW)]


@pytest.mark.parametrize(
    ("past", "now", "reasons"),
    [
        ("中国 重庆市 重庆市 中国电信", "中国 重庆 重庆 中国电信", []),
        ("中国 江苏省 南京市", "中国 江苏 南京", []),
        ("中国 内蒙古自治区 呼和浩特市", "中国 内蒙古 呼和浩特", []),
        ("中国 香港", "中国 香港特别行政区", []),
        ("中国 香港", "Hong Kong", []),
        ("德国 黑森州 法兰克福", "Germany-Hessen-Frankfurt am Main", []),
        ("德国", "Germany", []),
        ("中国 江苏省 南京市 电信", "中国 江苏省 徐州市 移动", []),
        ("中国 江苏省 南京市 电信", "中国 江苏省 徐州市 电信", ["new_place"]),
        ("中国 江苏省 苏州市", "中国 安徽省 宿州市", ["new_place"]),
        ("中国 陕西省 西安市", "Shanxi, China", ["new_place"]),
        ("中国 江苏省 南京市 电信", "中国 安徽省 合肥市 移动", ["new_place"]),
        ("韩国 首尔", "North Korea", ["new_country"]),
    ],
)
def test_a_login_is_not_unusual_for_how_its_place_is_spelled(past: str, now: str, reasons: list[str]) -> None:
    assert found(place_of(past), now) == reasons
    assert found(kept_before_codes(past), now) == reasons


def test_a_place_in_two_spellings_is_one_habit() -> None:
    one, other = place_of("中国 重庆市 重庆市 中国电信"), kept_before_codes("中国 重庆 重庆 中国电信")
    (profile,) = baseline_at(one, other).profiles.values()

    assert [habit.count for habit in profile.habits] == [len(DAYS)]
