"""Places are read as IP libraries write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ipinfo.places import place_in, place_of
from tasks.model.place import Place

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
        ("Hong Kong", ("中国", "Hong Kong", "Hong Kong", "")),
        ("江苏省南京市玄武区", ("中国", "江苏省", "南京市", "玄武区")),
        ("北京电信", ("中国", "北京", "北京", "电信")),
        ("中国 南京市 电信", ("中国", "", "南京市", "电信")),
        ("Suzhou, Anhui, China", ("中国", "Anhui", "Suzhou", "")),
        ("China Jiangsu Nanjing China Telecom", ("中国", "Jiangsu", "Nanjing", "China Telecom")),
        ("China-Jiangsu-China Telecom", ("中国", "Jiangsu", "", "China Telecom")),
        ("China-Jiangsu-Kunshan-China Telecom", ("中国", "Jiangsu", "Kunshan", "China Telecom")),
        ("China-Nowhere Land-Some Town", ("中国", "Nowhere Land", "Some Town", "")),
        ("China, China Telecom", ("中国", "", "", "China Telecom")),
        ("中国 海南藏族自治州", ("中国", "", "海南藏族自治州", "")),
        ("日本电信电话", ("", "", "", "日本电信电话")),
        ("美国加利福尼亚州", ("美国", "加利福尼亚州", "", "")),
        ("德国黑森州", ("德国", "黑森州", "", "")),
        ("Georgia, United States", ("美国", "Georgia", "", "")),
        ("United States, Georgia", ("美国", "Georgia", "", "")),
        ("Tbilisi, Georgia", ("格鲁吉亚", "Tbilisi", "", "")),
        ("Seoul, Korea, Republic of", ("韩国", "", "Seoul", "")),
        ("Germany, Leipzig, Example Cloud", ("德国", "Leipzig", "", "Example Cloud")),
        ("country 64", ("country 64", "", "", "")),
        ("203.0.113.7", ("", "", "", "203.0.113.7")),
        ("美国 加利福尼亚州 洛杉矶 谷歌云", ("美国", "加利福尼亚州", "洛杉矶", "谷歌云")),
        ("美国 纽约州 纽约", ("美国", "纽约州", "纽约", "")),
        ("美国 华盛顿州 谷歌云", ("美国", "华盛顿州", "", "谷歌云")),
        ("美国 谷歌云", ("美国", "", "", "谷歌云")),
        ("日本 东京都 东京 Linode", ("日本", "东京都", "东京", "Linode")),
        ("United States-California-Los Angeles", ("美国", "California", "Los Angeles", "")),
        ("China-Guangdong-Shenzhen", ("中国", "Guangdong", "Shenzhen", "")),
        ("中国 未知 未知 未知", ("中国", "", "", "")),
        ("腾讯云", ("", "", "", "腾讯云")),
        ("亚太地区", ("", "", "", "")),
        ("欧洲|0|0|谷歌", ("", "", "", "谷歌")),
        ("0|0|内网IP|内网IP", ("", "", "", "")),
        ("中国|甘肃省|甘南市|移动", ("中国", "甘肃省", "甘南市", "移动")),
        ("澳大利亚|维多利亚|墨尔本|0", ("澳大利亚", "维多利亚", "墨尔本", "")),
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
        ("中国 海南藏族自治州", (36.28, 100.61)),
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
        "中国 海南",
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


@given(
    st.lists(
        st.sampled_from(
            ["中国", "江苏省", "南京市", "China", "Jiangsu", "Nanjing", ",", "-", "|", "Georgia", "of", "省", "x"]
        )
    ).map(" ".join)
)
def test_a_place_that_is_spelled_by_its_parts_is_the_same(raw: str) -> None:
    place = place_of(raw)
    again = place_in(place.country, place.province, place.city, operator=place.operator, raw=place.raw)

    assert again == place


@pytest.mark.parametrize(
    ("parts", "codes", "country"),
    [
        (("DE", "Hessen", "Frankfurt am Main"), ("DE", "", "geonames:2925533"), "德国"),
        (("HK", "", ""), ("CN", "810000", "810000"), "中国"),
        (("CN", "Jiangsu", "Suzhou"), ("CN", "320000", "320500"), "中国"),
        (("XK", "", "Pristina"), ("", "", ""), "XK"),
        (("", "", ""), ("", "", ""), ""),
    ],
)
def test_a_place_in_parts_has_its_codes(parts: tuple[str, str, str], codes: tuple[str, str, str], country: str) -> None:
    place = place_in(*parts)

    assert (place.country_code, place.province_code, place.city_code) == codes
    assert (place.country, place.province, place.city) == (country, *parts[1:])
    assert place.raw == " ".join(filter(None, parts))


def test_a_place_that_was_kept_before_there_were_codes_is_read() -> None:
    assert (
        Place.model_validate_json('{"raw": "中国 江苏省", "country": "中国", "province": "江苏省"}').country_code == ""
    )
