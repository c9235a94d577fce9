"""Operators are compared by name, not by spelling."""

import pytest

from tasks.decide.anomaly.operators import operator_of
from tasks.ipinfo.places import place_of
from tasks.model.place import Place


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中国 江苏省 南京市 中国电信", "中国 江苏 南京 电信"),
        ("中国 江苏省 南京市 中国联通", "China Jiangsu Nanjing China Unicom"),
        ("中国 江苏省 南京市 铁通", "中国 江苏省 南京市 移动"),
        ("荷兰 Example Network B.V.", "荷兰 example network bv"),
    ],
)
def test_an_operator_in_two_spellings_is_one(one: str, other: str) -> None:
    assert operator_of(place_of(one)) == operator_of(place_of(other)) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中国 江苏省 南京市 中国电信", "中国 江苏省 南京市 中国联通"),
        ("中国 江苏省 南京市 长城宽带", "中国 江苏省 南京市 广电"),
        ("美国 T-Mobile", "美国 Example Mobile"),
    ],
)
def test_two_operators_are_two(one: str, other: str) -> None:
    assert operator_of(place_of(one)) != operator_of(place_of(other))


def test_a_place_without_an_operator_has_none() -> None:
    assert [operator_of(place) for place in (None, Place(), Place(country="中国"))] == ["", "", ""]
    assert operator_of(Place(country="中国", operator="中国")) == "中国"
