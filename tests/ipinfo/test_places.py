"""Places are read as IP libraries write them."""

import csv
import math
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ipinfo.places import place_of

NANJING = (32.06, 118.78)


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("中国 江苏省 南京市 中国电信", ("中国", "江苏省", "南京市", "中国电信")),
        ("中国 江苏省 南京市 腾讯网络", ("中国", "江苏省", "南京市", "腾讯网络")),
        ("中国-广东省-深圳市", ("中国", "广东省", "深圳市", "")),
        ("中国|广东省|广州市|电信", ("中国", "广东省", "广州市", "电信")),
        ("广东省 深圳市", ("中国", "广东省", "深圳市", "")),
        ("中国 江苏省 中国电信", ("中国", "江苏省", "", "中国电信")),
        ("中国 中国移动", ("中国", "", "", "中国移动")),
        ("中国 北京市 中国联通", ("中国", "北京市", "北京市", "中国联通")),
        ("中国 上海市 浦东新区 电信", ("中国", "上海市", "上海市", "浦东新区 电信")),
        ("中国 吉林省 延边朝鲜族自治州 中国联通", ("中国", "吉林省", "延边朝鲜族自治州", "中国联通")),
        ("中国香港 Cogent", ("中国", "香港", "香港", "Cogent")),
        ("中国 台湾省 台北市", ("中国", "台湾省", "台北市", "")),
        ("新加坡", ("新加坡", "", "新加坡", "")),
        ("新加坡 新加坡 腾讯云", ("新加坡", "", "新加坡", "腾讯云")),
        ("Singapore", ("新加坡", "", "新加坡", "")),
        ("Hong Kong", ("中国", "香港", "香港", "")),
        ("美国 加利福尼亚州 洛杉矶 谷歌云", ("美国", "加利福尼亚州", "洛杉矶", "谷歌云")),
        ("美国 纽约州 纽约", ("美国", "纽约州", "纽约", "")),
        ("美国 华盛顿州 谷歌云", ("美国", "华盛顿州", "", "谷歌云")),
        ("美国 谷歌云", ("美国", "", "", "谷歌云")),
        ("日本 东京都 东京 Linode", ("日本", "东京都", "东京", "Linode")),
        ("United States-California-Los Angeles", ("美国", "California", "Los Angeles", "")),
        ("China-Guangdong-Shenzhen", ("中国", "Guangdong", "Shenzhen", "")),
        ("中国 未知 未知 未知", ("中国", "", "", "")),
        ("腾讯云", ("", "", "", "腾讯云")),
        ("未知", ("", "", "", "")),
        ("局域网", ("", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_the_parts_of_a_place(raw: str, parts: tuple[str, str, str, str]) -> None:
    place = place_of(raw)

    assert (place.country, place.province, place.city, place.operator) == parts
    assert place.raw == raw
    assert place.known == bool(parts[0])


@pytest.mark.parametrize(
    ("raw", "centre"),
    [
        ("中国 江苏省 南京市 中国电信", NANJING),
        ("中国 江苏省 南京", NANJING),
        ("中国 江苏省 苏州市", (31.30, 120.60)),
        ("中国 安徽省 宿州市", (33.64, 116.98)),
        ("中国 吉林省 吉林市", (43.85, 126.56)),
        ("中国 湖北省 恩施土家族苗族自治州", (30.30, 109.48)),
        ("中国 新疆维吾尔自治区 伊犁哈萨克自治州", (43.92, 81.32)),
        ("中国 青海省 海南藏族自治州", (36.28, 100.61)),
        ("中国 内蒙古自治区 锡林郭勒盟", (43.94, 116.07)),
        ("中国 西藏自治区 阿里地区", (32.50, 80.10)),
        ("中国 重庆市", (29.56, 106.55)),
        ("香港", (22.28, 114.17)),
        ("中国 澳门特别行政区", (22.20, 113.55)),
        ("新加坡", (1.29, 103.85)),
        ("日本 东京都 东京", (35.69, 139.69)),
        ("韩国 首尔特别市 首尔 KT", (37.57, 126.98)),
        ("越南 胡志明市", (10.82, 106.63)),
        ("美国 加利福尼亚州 洛杉矶", (34.05, -118.24)),
    ],
)
def test_the_centre_of_a_city(raw: str, centre: tuple[float, float]) -> None:
    place = place_of(raw)

    assert place.latitude == pytest.approx(centre[0], abs=0.1)
    assert place.longitude == pytest.approx(centre[1], abs=0.1)


@pytest.mark.parametrize(
    "raw",
    [
        "中国",
        "中国 江苏省",
        "中国 江苏省 深圳市",
        "中国 海南藏族自治州",
        "美国",
        "美国 加利福尼亚州",
        "日本 东京都",
        "未知",
        "火星 奥林匹斯",
    ],
)
def test_a_country_a_province_or_an_unknown_city_has_no_centre(raw: str) -> None:
    place = place_of(raw)

    assert (place.latitude, place.longitude) == (None, None)


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(["中国", "江苏省", "南京市", "-", "未知", "新加坡", "|", "电信", "x"])).map(" ".join),
    )
)
def test_any_text_is_a_place_of_some_kind(raw: str) -> None:
    place = place_of(raw)

    assert (place.latitude is None) == (place.longitude is None)
    assert place.known or place.latitude is None


def test_a_very_long_text_is_cut() -> None:
    assert len(place_of("中" * 9000).raw) == 500


def test_the_data_names_its_source_and_covers_the_prefectures() -> None:
    lines = files("tasks.ipinfo").joinpath("places.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    cities = [(row["country"], row["province"], row["city"]) for row in rows]

    assert any("GeoNames" in line and "CC BY 4.0" in line for line in lines[:3])
    assert len({row for row in cities if row[0] == "中国"}) >= 340
    assert len(set(cities)) == len(cities)
    assert all(-90 <= float(row["latitude"]) <= 90 and -180 <= float(row["longitude"]) <= 180 for row in rows)


def test_cities_of_one_province_lie_together() -> None:
    lines = files("tasks.ipinfo").joinpath("places.csv").read_text("utf-8").splitlines()
    rows = [row for row in csv.DictReader(line for line in lines if line[0] != "#") if row["country"] == "中国"]
    far = [
        (one["city"], other["city"])
        for one in rows
        for other in rows
        if one["province"] == other["province"] and math.dist(_at(one), _at(other)) > 26
    ]

    assert far == []


def _at(row: dict[str, str]) -> tuple[float, float]:
    return float(row["latitude"]), float(row["longitude"])
