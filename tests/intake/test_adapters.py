"""Each road on recorded examples: what is an alert, what is none, what is rubbish."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from tasks.intake.alerts import recognised
from tasks.intake.formats import ROADS
from tasks.intake.reading import read_body
from tasks.model.intake_file import Road
from tasks.model.message import NotUnderstood, Reported, SomethingElse, Topic
from tasks.runbooks.registry import recognisers
from tasks.runbooks.unusual_login.alert import LoginAlert
from tests.alerts import parse_alert

EXAMPLES = Path(__file__).parent / "examples"
RECORDED = Path(__file__).parents[3] / "shared" / "reference" / "data" / "webhooks"
AT = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
TYPES = {".json": "application/json", ".form": "application/x-www-form-urlencoded", ".txt": "text/plain; charset=utf-8"}

MOMENT = "2026-11-22T18:10:00+00:00"
BARE = ("203.0.113.7", MOMENT, "100000000001", None)
WITH_NAME = ("203.0.113.7", MOMENT, "100000000001", "alice")


def ends(road: Road, body: bytes, content_type: str = "") -> list[tuple[Reported, ...] | SomethingElse | NotUnderstood]:
    return [recognised(each, recognisers()) for each in ROADS[road].read(body, content_type, at=AT)]


def read(road: Road, body: bytes, content_type: str = "") -> tuple[LoginAlert, ...]:
    found = (end for end in ends(road, body, content_type) if isinstance(end, tuple))
    return tuple(cast("LoginAlert", one.alert) for end in found for one in end)


def shown(alert: LoginAlert) -> tuple[str | None, ...]:
    moment = alert.login_time.astimezone(UTC).isoformat() if alert.login_time else None
    return (str(alert.ip) if alert.ip else None, moment, alert.account, alert.principal)


@pytest.mark.parametrize(
    ("road", "name", "expected"),
    [
        (Road.GENERIC, "sms.txt", [BARE]),
        (Road.TEXT, "sms.txt", [BARE]),
        (Road.TEXT, "mail.txt", [("2001:db8::7", "2026-11-22T18:10:05+00:00", "100000000001", "alice")]),
        (Road.TEXT, "mini_program.txt", [("2001:db8::7", MOMENT, None, "alice")]),
        (Road.SMS_FORWARDER, "sms_forwarder.json", [BARE]),
        (Road.SMS_FORWARDER, "sms_forwarder.form", [BARE]),
        (Road.SMS_FORWARDER, "sms_forwarder_template.json", [BARE]),
        (Road.SMS_FORWARDER, "sms.txt", [BARE]),
        (Road.CLOUD_MONITOR, "cloud_monitor_login.json", [(None, MOMENT, "100000000001", None)]),
        (Road.CLOUD_MONITOR, "cloud_monitor_console_call.json", [(None, None, "100000000001", None)]),
        (Road.EVENTBRIDGE, "eventbridge_login.json", [WITH_NAME]),
        (Road.EVENTBRIDGE, "eventbridge_root_login.json", [("203.0.113.7", MOMENT, "100000000001", "root")]),
        (Road.EVENTBRIDGE, "eventbridge_outer.json", [WITH_NAME]),
        (Road.EVENTBRIDGE, "eventbridge_list.json", [WITH_NAME, (*WITH_NAME[:3], "root")]),
        (Road.EVENTBRIDGE, "eventbridge_push.json", [(None, MOMENT, None, None)]),
        (Road.CSIP, "csip_evidence.json", [("203.0.113.7", MOMENT, None, None)]),
        (
            Road.CSIP,
            "csip_alarm.json",
            [
                (*WITH_NAME[:3], "100000000002"),
                ("2001:db8::8", "2026-11-22T18:12:00+00:00", "100000000001", "100000000002"),
            ],
        ),
        (Road.CSIP, "csip.txt", [WITH_NAME]),
        (Road.WECOM, "wecom_text.json", [BARE]),
        (Road.WECOM, "wecom_markdown.json", [WITH_NAME]),
        (Road.WECOM, "wecom_card.json", [WITH_NAME]),
        (Road.DINGTALK, "dingtalk_text.json", [BARE]),
        (Road.DINGTALK, "dingtalk_markdown.json", [WITH_NAME]),
        (Road.DINGTALK, "dingtalk_card.json", [WITH_NAME]),
        (Road.FEISHU, "feishu_text.json", [BARE]),
        (Road.FEISHU, "feishu_post.json", [WITH_NAME]),
        (Road.FEISHU, "feishu_card.json", [WITH_NAME]),
        (Road.FEISHU, "feishu_slack.json", [BARE]),
    ],
)
def test_an_example_is_read_as_the_alerts_that_it_means(
    road: Road, name: str, expected: list[tuple[str | None, ...]]
) -> None:
    alerts = read(road, (EXAMPLES / name).read_bytes(), TYPES[Path(name).suffix])

    assert [shown(alert) for alert in alerts] == expected


@pytest.mark.parametrize(
    ("road", "name", "topic"),
    [
        (Road.TEXT, "code_sms.txt", Topic.ONE_TIME_CODE),
        (Road.TEXT, "bill_sms.txt", Topic.NO_LOGIN),
        (Road.SMS_FORWARDER, "code_sms.txt", Topic.ONE_TIME_CODE),
        (Road.CLOUD_MONITOR, "cloud_monitor_ping.json", Topic.OTHER_EVENT),
        (Road.CLOUD_MONITOR, "cloud_monitor_recovered.json", Topic.RECOVERED),
        (Road.CLOUD_MONITOR, "cloud_monitor_host_login.json", Topic.SERVER_LOGIN),
        (Road.EVENTBRIDGE, "eventbridge_failed_login.json", Topic.FAILED_LOGIN),
        (Road.EVENTBRIDGE, "eventbridge_other.json", Topic.OTHER_EVENT),
        (Road.EVENTBRIDGE, "cloud_monitor_ping.json", Topic.OTHER_EVENT),
        (Road.CSIP, "bill_sms.txt", Topic.NO_LOGIN),
        (Road.WECOM, "wecom_image.json", Topic.NO_TEXT),
        (Road.WECOM, "wecom_test.json", Topic.NO_LOGIN),
    ],
)
def test_what_is_surely_about_something_else_says_what(road: Road, name: str, topic: Topic) -> None:
    assert ends(road, (EXAMPLES / name).read_bytes(), TYPES[Path(name).suffix]) == [SomethingElse(reason=topic)]


@pytest.mark.parametrize(
    ("road", "body"),
    [
        (Road.TEXT, "请及时处理登录提醒".encode()),
        (Road.SMS_FORWARDER, b'{"content": "", "text": "login reminder"}'),
        (Road.CLOUD_MONITOR, b'{"alarmStatus": "1", "alarmType": "event"}'),
        (Road.EVENTBRIDGE, b'{"data": {}}'),
        (Road.EVENTBRIDGE, b"[]"),
        (Road.CSIP, b"{}"),
        (Road.CSIP, (EXAMPLES / "csip_leak.json").read_bytes()),
        (Road.WECOM, b'{"msgtype": "text", "text": {"content": " "}}'),
        (Road.DINGTALK, b'{"msgtype": "markdown"}'),
        (Road.FEISHU, b'{"msg_type": "new_kind", "new": {"key": "x"}}'),
    ],
)
def test_what_may_be_a_login_but_does_not_say_so_is_not_understood(road: Road, body: bytes) -> None:
    (end,) = ends(road, body, "application/json" if body[:1] in b"[{" else "")

    assert isinstance(end, NotUnderstood)


@pytest.mark.parametrize(
    ("road", "body"),
    [
        (Road.DINGTALK, {"msgtype": "new_kind", "new": {"title": "异地登录 203.0.113.7"}}),
        (Road.WECOM, {"msgtype": "new_kind", "new": [{"text": "异地登录 203.0.113.7"}]}),
        (Road.FEISHU, {"msg_type": "new_kind", "new": {"content": "异地登录 203.0.113.7"}}),
    ],
)
def test_a_kind_of_message_that_robots_learned_since_is_read_all_the_same(road: Road, body: dict[str, object]) -> None:
    (alert,) = read(road, json.dumps(body).encode())

    assert str(alert.ip) == "203.0.113.7"


def test_every_example_is_used() -> None:
    source = Path(__file__).read_text(encoding="utf-8")

    assert [path.name for path in EXAMPLES.iterdir() if f'"{path.name}"' not in source] == []


@pytest.mark.parametrize(
    "road", [one for one in Road if one not in (Road.GENERIC, Road.TEXT, Road.SMS_FORWARDER, Road.CSIP)]
)
@pytest.mark.parametrize("body", [b"", b" ", b"\xff\xfe", b"hello", b"[1]", b'"x"', b"{}", b"[" * 5_000, b'{"a":' * 33])
def test_rubbish_is_not_understood_on_roads_of_machines(road: Road, body: bytes) -> None:
    reading = read_body(ROADS[road], recognisers(), body, "application/json", at=AT)

    assert (reading.alerts, reading.topics, len(reading.whys), reading.mend) == ((), (), 1, "")


@pytest.mark.parametrize(
    ("road", "body", "says"),
    [
        (Road.GENERIC, b'{"surprise": 1}', "alert field 'surprise': is not a field"),
        (
            Road.GENERIC,
            b'{"ip": "203.0.113.7", "login_time": "0001-01-01T00:00:00+08:00"}',
            "login_time.*give a year from 2000",
        ),
        (Road.GENERIC, '{"ip": "203.0.113.7", "account": "１０００００"}'.encode(), "account.*digits only"),
        (Road.GENERIC, b"hello", "names neither"),
        (Road.TEXT, b"", "is empty"),
        (Road.SMS_FORWARDER, b'{"from": "10690000"}', "names no message"),
        (Road.CLOUD_MONITOR, b'{"alarmType": "event"}', "alarmStatus: is missing"),
        (Road.EVENTBRIDGE, b'{"data": 1}', "eventbridge data: is no JSON object"),
        (Road.EVENTBRIDGE, json.dumps([{}] * 101).encode(), "more than 100 events"),
        (Road.CSIP, json.dumps({"Login": [{"Ip": "203.0.113.7"}] * 201}).encode(), "more than 200 logins"),
        (Road.CSIP, b"", "is empty"),
        (Road.WECOM, b'{"text": {"content": "x"}}', "wecom msgtype: is missing"),
        (Road.DINGTALK, b'{"text": {"content": "x"}}', "dingtalk msgtype: is missing"),
        (Road.FEISHU, b'{"content": {"text": "x"}}', "feishu msg_type: is missing"),
    ],
)
def test_what_is_wrong_is_said_with_the_field_and_the_mend(road: Road, body: bytes, says: str) -> None:
    reading = read_body(ROADS[road], recognisers(), body, "application/json" if body[:1] == b"{" else "", at=AT)

    assert re.search(says, reading.mend if road is Road.GENERIC else reading.why.en)


def test_what_machines_report_is_kept_without_session_tokens() -> None:
    (alert,) = read(Road.EVENTBRIDGE, (EXAMPLES / "eventbridge_login.json").read_bytes())

    assert "ConsoleLogin" in alert.text
    assert "example-session-token" not in alert.text


@pytest.mark.parametrize(
    ("road", "name"), [(Road.CLOUD_MONITOR, "cloud_monitor_console_call.json"), (Road.TEXT, "sms.txt")]
)
def test_an_alert_is_still_one_when_the_run_reads_it_again(road: Road, name: str) -> None:
    (alert,) = read(road, (EXAMPLES / name).read_bytes())

    assert parse_alert(alert.model_dump_json()) == alert


@pytest.mark.parametrize(
    ("body", "ip"),
    [(b'{"ip": "::ffff:203.0.113.7"}', "203.0.113.7"), (b'{"ip": "fe80::1%<script>", "principal": "a"}', "fe80::1")],
)
def test_an_address_has_one_spelling_and_no_zone(body: bytes, ip: str) -> None:
    (alert,) = read(Road.GENERIC, body)

    assert str(alert.ip) == ip


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.is_dir(), reason="the reference data is not here")
@pytest.mark.parametrize(
    ("road", "name", "count"),
    [
        (Road.CLOUD_MONITOR, "cloudmonitor_event_callback.json", 0),
        (Road.EVENTBRIDGE, "eventbridge_amp_http_callback.json", 0),
        (Road.EVENTBRIDGE, "eventbridge_cloudaudit_event.json", 0),
        (Road.CSIP, "csip_AbnormalLogin_evidence.json", 1),
    ],
)
def test_the_documented_bodies_are_read(road: Road, name: str, count: int) -> None:
    assert len(read(road, (RECORDED / name).read_bytes(), "application/json")) == count


RECORD = {"eventID": "event-1", "eventName": "ConsoleLogin", "userIdentity": {"accountId": "100000000001"}}


@pytest.mark.parametrize(
    "wrapped",
    [
        RECORD,
        {"specversion": "1.0", "id": "push-1", "source": "my.function", "type": "x:y", "data": RECORD},
        {"specversion": "1.0", "id": "push-1", "type": "x", "data": json.dumps(RECORD)},
        {"Records": [RECORD]},
        {"data": {"CloudAuditEvent": json.dumps(RECORD)}},
    ],
)
def test_a_records_own_id_comes_with_it_however_it_is_wrapped(wrapped: object) -> None:
    assert [alert.event_id for alert in read(Road.EVENTBRIDGE, json.dumps(wrapped).encode())] == ["event-1"]


def test_more_records_than_are_read_are_not_understood() -> None:
    body = json.dumps({"Records": [RECORD] * 101}).encode()

    assert len(read_body(ROADS[Road.EVENTBRIDGE], recognisers(), body, "", at=AT).whys) == 1
