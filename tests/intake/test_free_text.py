"""What people and machines write about a login, read without guessing."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tasks.intake.free_text import fields_of_text
from tasks.intake.text_addresses import find_address
from tasks.intake.timestamps import find_time, moment_of
from tasks.model.message import Message
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.recognise import recognise

BEIJING = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 23, 2, 15, tzinfo=BEIJING)


def reminders(text: str) -> tuple[LoginAlert, ...]:
    end = recognise(Message(kind="text", text=text, source="text", at=AT))
    return end if isinstance(end, tuple) else ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在203.0.113.7登录", "203.0.113.7"),
        ("IP:203.0.113.7.", "203.0.113.7"),
        ("登录IP203.0.113.7，请确认", "203.0.113.7"),
        ("VIP203.0.113.7", None),
        ("203.0.113.7:52344", "203.0.113.7"),
        ("203.0.113.7 and again 203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7 or 203.0.113.7", "203.0.113.7"),
        ("登录地址203_0_113_7，请确认", "203.0.113.7"),
        ("【203.0.113.7】登录", "203.0.113.7"),
        ("登录IP：203。0。113。7。请确认", "203.0.113.7"),
        ("登录IP 203.0.113.7。2026年11月", "203.0.113.7"),
        ("第1。2。3。4。5条", None),
        ("from 203.0.113[.]7 and 203[.]0[.]113[.]7", "203.0.113.7"),
        ("2001[:]db8[:][:]7", "2001:db8::7"),
        ("host_203_0_113_7", None),
        ("203_0_113_7_8", None),
        ("1_2_3_4 or 1.2.3.5", None),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("IPv6:2001:db8::7", "2001:db8::7"),
        ("source:2001:db8::7,", "2001:db8::7"),
        ("2001:db8::7%eth0 used", "2001:db8::7"),
        ("from 2001:DB8::7: yes", "2001:db8::7"),
        ("net 2001:db8::", "2001:db8::"),
        ("203.0.113.7 or 203.0.113.8", None),
        ("203.0.113.7-203.0.113.9", None),
        ("network 203.0.113.0/24", None),
        ("version v1.2.3.4", None),
        ("203.0.113.7x", None),
        ("std::vector at 02:10:00, 2026-11-23", None),
        ("00:11:22:33:44:55", None),
        ("256.1.1.1 and 1.2.3", None),
        ("0.0.0.0 or ::", None),
        ("." * 100 + ":" * 100, None),
    ],
)
def test_the_one_address_is_found_and_none_is_guessed(text: str, expected: str | None) -> None:
    found = find_address(text)

    assert (str(found) if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23 02:10:00", "2026-11-22T18:10:00+00:00"),
        ("2026/11/23T02:10", "2026-11-22T18:10:00+00:00"),
        ("2026年11月23日 上午2时10分05秒", "2026-11-22T18:10:05+00:00"),
        ("2026年11月23日 下午2:10", "2026-11-23T06:10:00+00:00"),
        ("2026-11-22T18:10:05Z登录", "2026-11-22T18:10:05+00:00"),
        ("2026-11-22T18:10:05.123Z", "2026-11-22T18:10:05+00:00"),
        ("2026-11-23 02:10:00 (UTC+08:00)", "2026-11-22T18:10:00+00:00"),
        ("2026-11-23 02:10:00 GMT+9", "2026-11-22T17:10:00+00:00"),
        ("2026-11-22 14:10:00 -0400", "2026-11-22T18:10:00+00:00"),
        ("2026-11-22 18:10 UTC", "2026-11-22T18:10:00+00:00"),
        ("Nov 22, 2026 6:10:05 PM UTC", "2026-11-22T18:10:05+00:00"),
        ("22 November 2026 at 12:10 AM GMT", "2026-11-22T00:10:00+00:00"),
        ("上报 2026-11-23 03:00 登录时间: 2026-11-23 02:10", "2026-11-22T18:10:00+00:00"),
        ("11月23日02:10", "2026-11-22T18:10:00+00:00"),
        ("11-23 02:10", "2026-11-22T18:10:00+00:00"),
        ("11-21 02:10", None),
        ("11月23日04:10", None),
        ("2026-13-40 25:61", None),
        ("2026-11-23 02:10 +99:99", None),
        ("1926-11-23 02:10", None),
        ("at 02:10 on 23 November 2026", "2026-11-22T18:10:00+00:00"),
        ("at 02:10 (UTC+8) on Monday, 23 Nov 2026", "2026-11-22T18:10:00+00:00"),
        ("2:10 p.m., November 22nd, 2026", "2026-11-22T06:10:00+00:00"),
        ("23 Nov 2026 02:10", "2026-11-22T18:10:00+00:00"),
        ("23-Nov-2026 02:10", "2026-11-22T18:10:00+00:00"),
        ("the 23rd of November 2026, at 02:10", "2026-11-22T18:10:00+00:00"),
        ("Nov 23rd, 2:10 AM", "2026-11-22T18:10:00+00:00"),
        ("on 23 Nov at 02:10", "2026-11-22T18:10:00+00:00"),
        ("2:10 AM on Nov 23", "2026-11-22T18:10:00+00:00"),
        ("Nov 20th, 2:10 AM", None),
        ("02:10 on 45 November 2026", None),
        ("from May 5 to 02:10", None),
        ("02:10:00", None),
        ("11/23/2026 02:10", None),
    ],
)
def test_a_time_is_read_with_its_zone_and_else_in_beijings(text: str, expected: str | None) -> None:
    found = find_time(text, at=AT)

    assert (found.astimezone(UTC).isoformat() if found else None) == expected


def test_a_date_without_year_is_none_where_nobody_says_when_it_came() -> None:
    assert find_time("11月23日02:10") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1795371000, "2026-11-22T18:10:00+00:00"),
        ("1795371000123", "2026-11-22T18:10:00.123000+00:00"),
        ("2026-11-23 02:10:00", "2026-11-22T18:10:00+00:00"),
        ("2026-11-22T18:10:00Z", "2026-11-22T18:10:00+00:00"),
        *((bad, None) for bad in (None, True, [], "", "0", 0, -1, "9" * 40, 10**400, "0001-01-01 00:00:00", "soon")),
    ],
)
def test_a_machines_time_is_read_or_none(value: object, expected: str | None) -> None:
    found = moment_of(value)  # type: ignore[arg-type] # whatever JSON may say

    assert (found.astimezone(UTC).isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("text", "account", "principal"),
    [
        ("账号（账号 ID：100000000001，昵称：子用户: bob）", "100000000001", None),
        ("您的子账号 ID：100000000002（主账号 ID：100000000001）", "100000000001", "100000000002"),
        ("sub-account: bob, account ID 100000000001", "100000000001", "bob"),
        ("子用户「alice」 登录", None, "alice"),
        ("子用户（alice）登录", None, "alice"),
        ("子用户名称：alice。", None, "alice"),
        ("Username: alice.", None, "alice"),
        ("登录用户: alice, 子用户: bob", None, None),
        ("账号 ID: 100000000001, 账号 ID: 100000000003", None, None),
        ("登录账号：100000000002", None, "100000000002"),
        ("用户：alice", None, "alice"),
        ("Dear user: your account", None, None),
        ("尊敬的用户：您好", None, None),
        ("尊敬的腾讯云用户，您好", None, None),
        ("用户：bob从203.0.113.8登录", None, "bob"),
        ("子用户 alice（UIN：100000000022）登录，子用户ID：100000000022", None, "alice"),
        ("子用户 Alice 登录，用户名：alice", None, "Alice"),
        ("多用户 alice 登录", None, None),
        ("子用户 ID 100000000022 登录", None, "100000000022"),
        ("子用户 1234 登录", None, None),
        ("以角色 ops 登录", None, "ops"),
        ("角色 ops 登录；角色 dev 登录", None, None),
        ("alice (sub-user) signed in", None, "alice"),
        ("sign-in by the sub-user alice", None, "alice"),
        ("the user has logged in", None, None),
        ("Your sub-user login was detected", None, None),
        ("signed in with the ops-admin role", None, "ops-admin"),
        ("主账号登录提醒", None, "root"),
        ("主账号 ID：100000000001，登录 IP：203.0.113.7", "100000000001", None),
        ("登录用户：主账号", None, "root"),
        ("登录账号：100000000001（主账号）", "100000000001", "root"),
        ("ConsoleLogin by sub-user carol@203.0.113.7", None, "carol"),
        ("类型=登录 用户=dave", None, "dave"),
        ("Root user signed in", None, "root"),
        ("a groot user signed in", None, None),
    ],
)
def test_account_and_user_are_what_the_text_calls_so(text: str, account: str | None, principal: str | None) -> None:
    alert = fields_of_text(text)

    assert (alert.account, alert.principal) == (account, principal)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("在 湖北武汉 登录", "湖北武汉"),
        ("在湖北 武汉登录", "湖北 武汉"),
        ("在美国加利福尼亚州洛杉矶登录", "美国加利福尼亚州洛杉矶"),
        ("在中国银行登录", None),
        ("在香港分公司登录", None),
        ("从德国IP登录", "德国"),
        ("来自德国的异地登录", "德国"),
        ("异地（荷兰）登录", "荷兰"),
        ("203.0.113.7（荷兰）登录", "荷兰"),
        ("203.0.113.7（公司网络）登录", None),
        ("在常用设备登录", None),
        ("在控制台登录", None),
        ("公司在北京。2026-11-23 登录", None),
        ("在上海登录（上海市）", "上海"),
        ("登录地点：荷兰", "荷兰"),
        ("登录地点：未知", None),
        ("登录地点：异地登录", None),
        ("登录地为荷兰", "荷兰"),
        ("signed in from Jiangsu", "Jiangsu"),
        ("signed in from Nanjing, Jiangsu, China", "Nanjing, Jiangsu, China"),
        ("signed in from Germany at 02:10", "Germany"),
        ("signed in from Germany Time zone", None),
        ("signed in from IT", None),
        ("signed in from USA", "USA"),
        ("signed in from Nowhere, Atlantis", None),
        ("signed in from your office", None),
        ("location: Frankfurt, Germany", "Frankfurt, Germany"),
    ],
)
def test_a_place_is_what_a_label_or_the_gazetteer_says(text: str, place: str | None) -> None:
    assert fields_of_text(text).place == place


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("您的账号在异地登录，请确认", 1),
        ("An unusual sign-in to your account", 1),
        ("子用户：alice 登录", 1),
        ("登录 203.0.113.7", 1),
        ("登录方式：短信验证码登录，时间 2026-11-23 02:10", 1),
        ("验证码：123456，您正在登录\n2026-11-23 02:10:31", 0),
        ("您的登录保护已于 2026-11-23 02:10 关闭", 0),
        ("Your login password expires on 2026-11-23 02:10", 0),
        ("请登录控制台查看账单", 0),
        ("203.0.113.7 unreachable at 2026-11-23 02:10", 0),
        ("", 0),
    ],
)
def test_only_a_message_about_a_login_is_a_reminder(text: str, count: int) -> None:
    assert len(reminders(text)) == count


def test_a_login_text_is_kept_with_its_code_hidden_and_cut() -> None:
    (alert,) = reminders("异地登录 验证码：123456 " + "x" * 9_000)

    assert alert.text.startswith("异地登录 验证码：*** xxx")
    assert len(alert.text) == 4_000
