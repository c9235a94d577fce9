"""Alerts as they come: JSON or text, good or rubbish."""

from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import InputError
from tasks.intake.alerts import MAX_BYTES
from tasks.runbooks.unusual_login.alert import LoginAlert
from tests.alerts import parse_alert

BEIJING = timezone(timedelta(hours=8))
SMS = (
    "【腾讯云】尊敬的腾讯云用户，您的账号（账号 ID：100000000001，昵称：x@example.com）于 2026-11-23 02:10:00 "
    "在 203.0.113.7 登录，登录地点：荷兰 阿姆斯特丹。"
)
MAIL = (
    "Your account (Account ID: 100000000001) was used. Sub-user: alice. IP: 2001:db8::7. "
    "Time: 2026-11-22 18:10:05 UTC. Location: Netherlands. Method: password."
)


def test_json_is_read_field_by_field() -> None:
    alert = parse_alert('{"ip": "203.0.113.7", "login_time": "2026-11-23T02:10:00+08:00", "account": "100000000001"}')

    assert alert == LoginAlert(
        ip=ip_address("203.0.113.7"),
        login_time=datetime(2026, 11, 23, 2, 10, tzinfo=BEIJING),
        account="100000000001",
    )


def test_a_chinese_sms_without_zone_is_read_in_beijing_time() -> None:
    alert = parse_alert(SMS)

    assert (alert.ip, alert.account, alert.login_time, alert.place) == (
        ip_address("203.0.113.7"),
        "100000000001",
        datetime(2026, 11, 23, 2, 10, tzinfo=BEIJING),
        "荷兰 阿姆斯特丹",
    )


def test_an_english_mail_is_read_with_its_zone() -> None:
    alert = parse_alert(MAIL)

    assert (alert.ip, alert.account, alert.principal, alert.login_time, alert.place, alert.method) == (
        ip_address("2001:db8::7"),
        "100000000001",
        "alice",
        datetime(2026, 11, 22, 18, 10, 5, tzinfo=UTC),
        "Netherlands",
        "password",
    )


@pytest.mark.parametrize(
    "raw",
    [
        '{"ip": "203.0.113.7", "principal": "al\\u0000ice", "text": "a\\u0000b", "place": "x\\ud800y"}',
        b'{"ip": "203.0.113.7", "principal": "al\x00ice", "text": "a\x00b", "place": "x\x00y"}',
        "Sub-user: alice\x00. IP: 203.0.113.7\x00 unusual login from Amsterdam",
    ],
)
def test_what_no_database_can_hold_is_replaced(raw: str | bytes) -> None:
    kept = parse_alert(raw).model_dump_json()

    assert "203.0.113.7" in kept
    assert not [one for one in ("\\u0000", "\x00", "\\ud800") if one in kept]


def test_bare_line_feeds_in_json_are_read() -> None:
    alert = parse_alert('{"ip": "203.0.113.7", "text": "one\ntwo"}')

    assert (str(alert.ip), alert.text) == ("203.0.113.7", "one\ntwo")


def test_two_addresses_in_a_text_are_no_address() -> None:
    alert = parse_alert("2026-11-23 02:10 login from 203.0.113.7 or 203.0.113.8")

    assert alert.ip is None


@pytest.mark.parametrize(
    ("stamp", "hours"), [("2026-11-23T02:10:00Z", 0), ("2026-11-23 02:10:00 +09:00", 9), ("2026年11月23日 2时10分", 8)]
)
def test_times_keep_the_zone_that_they_name(stamp: str, hours: int) -> None:
    moment = parse_alert(f"login at {stamp}").login_time

    assert moment is not None
    assert moment.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("", "is empty"),
        ("   \n", "is empty"),
        ("hello", "names neither"),
        ("【示例商城】您的账号在 203.0.113.7 登录", "is signed by another company"),
        ("【微信】您的微信号在 203.0.113.7 登录", "is about a login to another product"),
        ("【腾讯云】服务器 203.0.113.7 被异地登录", "is about a login to a server"),
        ("【腾讯云】您的账号在 203.0.113.7 登录失败", "is about a login that failed"),
        ("【腾讯云】登录验证码 123456，来自 203.0.113.7", "holds a one-time code"),
        ("【腾讯云】云服务器将于 2026-12-01 00:00:00 到期，请登录控制台续费。", "tells its reader to log in"),
        ("【腾讯云】活动时间：2026-12-01 00:00，退订回T", "advertises something"),
        ("【腾讯云】云服务器将于 2026-12-01 00:00:00 到期。", "names neither"),
        ("{}", "names neither"),
        ("[1]", "no object"),
        ('"text"', "no object"),
        ("[" * 30_000, "nested too deeply"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("x" * (MAX_BYTES + 1), "larger than 64 KiB"),
        ('{"ip": "203.0.113"}', "alert field 'ip': give one IPv4 or IPv6 address"),
        ('{"ip": "203.0.113.7", "login_time": "yesterday"}', "alert field 'login_time': give an RFC 3339 time"),
        ('{"ip": "203.0.113.7", "login_time": "2026-11-23T02:10:00"}', "alert field 'login_time'"),
        ('{"ip": "203.0.113.7", "account": "me"}', "alert field 'account': give the main account's uin"),
        ('{"ip": "203.0.113.7", "surprise": 1}', "alert field 'surprise': is not a field"),
    ],
)
def test_rubbish_is_refused_with_the_field_and_the_mend(raw: str | bytes, says: str) -> None:
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        parse_alert(raw)


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_any_input_is_an_alert_or_an_input_error(raw: str | bytes) -> None:
    try:
        alert = parse_alert(raw)
    except InputError:
        return

    assert alert.ip or alert.login_time or alert.principal
