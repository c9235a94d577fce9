"""Every road of `serve`, as it is wired: an alert is opened, something else is counted, the rest is kept and told."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tasks.cli.serve import _routes
from tasks.context import ledger
from tasks.errors import LedgerError
from tasks.ledger import kept_messages
from tasks.ledger.errors import LedgerBusy
from tasks.model.delivery import Unread
from tasks.model.intake_file import IntakeFile, IntakeSource, Proof, Road
from tasks.model.policy import Policy
from tasks.serving.engine_probe import EngineState
from tasks.serving.health import health_routes
from tasks.serving.ingest import Reception
from tasks.serving.queue import Roster

EXAMPLES = Path(__file__).parents[1] / "intake" / "examples"
TOKEN = "example-9aca013ee66881da"
CONFIG = IntakeFile(
    sources=tuple(
        IntakeSource(name=road.value, road=road, proof=Proof.BEARER, secret_env="EXAMPLE_SECRET") for road in Road
    )
)
ROBOT = {"errcode": 0, "errmsg": "ok"}
FEISHU = {"code": 0, "msg": "success", "StatusCode": 0, "StatusMessage": "success"}
MONITOR = {"retCode": 0}
ANSWERS: dict[Road, tuple[int, dict[str, Any]]] = {
    Road.TEXT: (202, {}),
    Road.SMS_FORWARDER: (202, {}),
    Road.CLOUD_MONITOR: (200, MONITOR),
    Road.EVENTBRIDGE: (200, MONITOR),
    Road.CSIP: (200, {}),
    Road.WECOM: (200, ROBOT),
    Road.DINGTALK: (200, ROBOT),
    Road.FEISHU: (200, FEISHU),
}
OTHER_ROADS = sorted(set(Road) - {Road.GENERIC})
SMS = "【腾讯云】您的账号在 203.0.113.7 登录，时间 2026-11-23 02:10:00。"
RECORD = {"data": {"eventName": "ConsoleLogin", "sourceIPAddress": "203.0.113.7", "eventTime": 1795544000}}
ALARM = {"alarmStatus": "1", "alarmType": "event", "alarmPolicyInfo": {"conditions": {"eventName": "ConsoleLogin"}}}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_SECRET", TOKEN)


@pytest.fixture
def reception(home: Path) -> Reception:
    return Reception(Roster(), Policy, lambda: None)


def web(reception: Reception) -> httpx.AsyncClient:
    health = health_routes(Roster(), closed=lambda: False, engine=lambda: EngineState("ok", 0.0))
    app = Starlette(routes=[*_routes(CONFIG, reception), *health])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://runbooks.example.com")


def send(reception: Reception, road: Road, body: Any, content_type: str = "") -> httpx.Response:
    async def once() -> httpx.Response:
        headers = {"authorization": f"Bearer {TOKEN}"} | ({"content-type": content_type} if content_type else {})
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        async with web(reception) as http:
            return await http.post(f"/alerts/{road.value}", content=content, headers=headers)

    return asyncio.run(once())


def get(reception: Reception, path: str) -> httpx.Response:
    async def once() -> httpx.Response:
        async with web(reception) as http:
            return await http.get(path)

    return asyncio.run(once())


def counted(reception: Reception, line: str) -> float:
    """The figure that `/metrics` gives; counters are the process's own, so that tests compare before and after."""
    found = (each.split(" ")[-1] for each in get(reception, "/metrics").text.splitlines() if each.startswith(line))
    return float(next(found, "0"))


def outcomes(outcome: str, road: Road) -> str:
    return f'runbooks_alerts_total{{outcome="{outcome}",runbook="",source="{road.value}"}}'


def ignored(about: str, road: Road) -> str:
    return f'runbooks_messages_ignored_total{{about="{about}",source="{road.value}"}}'


@pytest.mark.parametrize(
    ("road", "body"),
    [
        (Road.GENERIC, {"ip": "203.0.113.7"}),
        (Road.TEXT, SMS.encode()),
        (Road.SMS_FORWARDER, {"content": SMS}),
        (Road.CLOUD_MONITOR, ALARM),
        (Road.EVENTBRIDGE, RECORD),
        (Road.CSIP, {"Login": [{"Ip": "203.0.113.7"}]}),
        (Road.WECOM, {"msgtype": "text", "text": {"content": SMS}}),
        (Road.DINGTALK, {"msgtype": "text", "text": {"content": SMS}}),
        (Road.FEISHU, {"msg_type": "text", "content": {"text": SMS}}),
    ],
)
def test_a_login_is_opened_on_every_road_and_nothing_is_kept(reception: Reception, road: Road, body: Any) -> None:
    answer = send(reception, road, body)

    assert answer.status_code == ANSWERS.get(road, (202, {}))[0]
    assert [each["new"] for each in answer.json()["incidents"]] == [True]
    assert "kept" not in answer.json()
    assert (len(ledger().incidents()), ledger().kept_messages()) == (1, ())


@pytest.mark.parametrize(
    ("road", "body", "about"),
    [
        (Road.TEXT, "【示例】您的快递已到达。".encode(), "no_login"),
        (Road.SMS_FORWARDER, {"content": "您的快递已到达。"}, "no_login"),
        (Road.CLOUD_MONITOR, {**ALARM, "alarmStatus": 0, "sessionId": "example"}, "recovered"),
        (Road.CLOUD_MONITOR, {**ALARM, "alarmType": "metric"}, "other_event"),
        (Road.EVENTBRIDGE, {"data": {"eventName": "RunInstances"}}, "other_event"),
        (Road.CSIP, {"title": "您的快递已到达。"}, "no_login"),
        (Road.WECOM, {"msgtype": "image", "image": {"base64": "x"}}, "no_text"),
        (Road.DINGTALK, {"msgtype": "text", "text": {"content": "您的快递已到达。"}}, "no_login"),
        (Road.FEISHU, {"msg_type": "image", "content": {"image_key": "x"}}, "no_text"),
    ],
)
def test_something_else_is_answered_as_the_road_wants_it_and_counted_by_what_it_is(
    reception: Reception, road: Road, body: Any, about: str
) -> None:
    before = [counted(reception, line) for line in (outcomes("ignored", road), ignored(about, road))]
    answer = send(reception, road, body)
    after = [counted(reception, line) for line in (outcomes("ignored", road), ignored(about, road))]

    echoed = {"sessionId": "example"} if road is Road.CLOUD_MONITOR and about == "recovered" else {}
    assert (answer.status_code, answer.json()) == (200, {**ANSWERS[road][1], **echoed, "ignored": about})
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1]
    assert (ledger().incidents(), ledger().kept_messages()) == ((), ())


SERVER = (
    "【腾讯云】尊敬的用户，您好！主机安全检测您的腾讯云账号（账号ID：100000000001，昵称：示例）下的服务器："
    "[内]192_0_2_11 [外]198_51_100_21，实例ID：lhins-example1(demo)，时间：2026-11-23 02:10:00（GMT+8:00），"
    "有（来源IP：203_0_113_7，来源地：荷兰）可疑登录风险，登录用户名：root"
)
COMPANY = "【示例商城】您的帐号于2026-11-23 02:10在江苏苏州登录，如非本人操作，请立即修改密码。"


@pytest.mark.parametrize(("text", "about"), [(SERVER, "server_login"), (COMPANY, "other_company")])
def test_a_login_to_a_server_or_to_another_company_never_becomes_an_incident(
    reception: Reception, text: str, about: str
) -> None:
    bodies = {Road.TEXT: text.encode(), Road.SMS_FORWARDER: {"msg": text}}
    answers = [send(reception, road, body) for road, body in bodies.items()]
    refused = send(reception, Road.GENERIC, text.encode())

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"ignored": about})] * 2
    assert refused.status_code == 400
    assert ledger().incidents() == ()


STRANGE = (b"", b"  \n", b"\xff\xfe\xfd", "请处理登录提醒".encode(), b'{"content": "login\nreminder', b"{login")
MACHINES = sorted(set(OTHER_ROADS) - {Road.TEXT, Road.SMS_FORWARDER, Road.CSIP})


@pytest.mark.parametrize(
    ("road", "body"),
    [
        *((road, body) for road in OTHER_ROADS for body in STRANGE),
        *((road, body) for road in MACHINES for body in (b"{}", b"[1]", b"[" * 5000, b'{"a":' * 33)),
        (Road.EVENTBRIDGE, json.dumps([RECORD] * 101).encode()),
        (Road.CSIP, json.dumps({"Login": [{"Ip": "203.0.113.7"}] * 201}).encode()),
        (Road.SMS_FORWARDER, b'{"from": "10690000"}'),
    ],
)
def test_what_a_proven_sender_cannot_mend_is_kept_and_answered_as_a_success(
    reception: Reception, road: Road, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = counted(reception, outcomes("kept", road))
    answer = send(reception, road, body, "application/json")

    (kept,) = ledger().kept_messages()
    status, words = ANSWERS[road]
    assert (answer.status_code, answer.json()) == (status, {**words, "kept": kept.id})
    assert counted(reception, outcomes("kept", road)) - before == 1
    assert counted(reception, "runbooks_messages_kept") == 1
    assert get(reception, "/readyz").json()["kept_messages"] == 1
    assert (kept.source, kept.road, kept.content_type, kept.count) == (road, road, "application/json", 1)
    assert kept.why.zh
    assert " is " not in kept.why.zh  # Chinese is said in Chinese
    assert [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING] == [
        f"a message of {road.value} was not understood, and is kept: runbooks messages {kept.id}"
    ]
    assert ledger().incidents() == ()


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"", 0),
        (b"{}", 0),
        (b'"x"', 0),
        (b'{"msgtype": "image"}', 0),
        (b'{"ip": "203.0.113"}', 1),
        (b'[{"ip": "203.0.113.7"}]', 1),
        (b'{"ip": "203.0.113.7", "surprise": 1}', 1),
        (b'{"ip": ', 1),
        (b"hello", 1),
        (b"\xff\xfe\xfd", 1),
    ],
)
def test_who_sends_our_own_shape_is_told_the_mend_and_what_may_be_an_alert_is_kept_besides(
    reception: Reception, body: bytes, kept: int
) -> None:
    answer = send(reception, Road.GENERIC, body, "application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert [one.id for one in ledger().kept_messages()] == ([answer.json()["kept"]] if kept else [])
    assert len(ledger().kept_messages()) == kept


def test_of_three_events_the_login_is_opened_the_strange_one_kept_and_the_third_is_nothing(
    reception: Reception,
) -> None:
    answer = send(reception, Road.EVENTBRIDGE, [{"data": {"eventName": "RunInstances"}}, RECORD, {"data": 7}])

    (kept,) = ledger().kept_messages()
    (incident,) = ledger().incidents()
    assert answer.json() == {**MONITOR, "incidents": [{"id": incident.id, "new": True}], "kept": kept.id}
    assert "eventbridge data: is no JSON object" in kept.why.en


def test_several_reasons_are_told_each_once(reception: Reception) -> None:
    others = [{"data": {"eventName": name}} for name in ("RunInstances", "ConsoleLogin", "StopInstances")]
    others[1]["data"] |= {"errorCode": "AuthFailure"}
    answer = send(reception, Road.EVENTBRIDGE, others)
    strange = send(reception, Road.EVENTBRIDGE, [7, {"data": 7}, {"data": 7}, {"data": {}}, 8])

    assert answer.json() == {**MONITOR, "ignored": "other_event, failed_login"}
    assert ledger().kept_message(strange.json()["kept"]).why.en.count("eventbridge data") == 1


def test_one_that_is_delivered_twice_because_the_answer_was_lost_is_one_row(
    home: Path, reception: Reception, caplog: pytest.LogCaptureFixture
) -> None:
    lost = send(reception, Road.TEXT, "请处理登录提醒".encode())
    ledger().close()
    ledger.cache_clear()
    again = send(Reception(Roster(), Policy, lambda: None), Road.TEXT, "请处理登录提醒".encode())

    (kept,) = ledger().kept_messages()
    assert (lost.json(), again.json()) == ({"kept": kept.id}, {"kept": kept.id})
    assert kept.count == 2
    assert caplog.text.count("runbooks messages msg-") == 1


@pytest.mark.parametrize("error", [LedgerBusy("x"), LedgerError("disk is full"), OSError("203.0.113.7")])
def test_what_could_not_be_kept_is_to_be_sent_again(
    reception: Reception, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Unread) -> None:
        raise error

    monkeypatch.setattr(ledger(), "keep_message", fail)
    answers = [send(reception, road, b"\xff\xfe") for road in (Road.TEXT, Road.GENERIC)]
    partly = send(reception, Road.EVENTBRIDGE, [RECORD, 7])

    assert [one.status_code for one in (*answers, partly)] == [503, 503, 503]
    assert (ledger().incidents(), ledger().kept_messages()) == ((), ())
    assert "203.0.113.7" not in caplog.text


def test_a_process_that_ends_keeps_nothing_more(reception: Reception) -> None:
    reception.closed = True

    assert send(reception, Road.TEXT, b"\xff\xfe").status_code == 503
    assert ledger().kept_messages() == ()


def test_a_defect_of_ours_loses_no_message(
    reception: Reception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("203.0.113.7")

    monkeypatch.setattr("tasks.intake.vendor_events.told_of_alarm", fail)
    answer = send(reception, Road.CLOUD_MONITOR, ALARM)

    (kept,) = ledger().kept_messages()
    assert (answer.status_code, answer.json()["kept"]) == (200, kept.id)
    assert "a defect of ours: ZeroDivisionError" in caplog.text
    assert "203.0.113.7" not in caplog.text


def test_no_secret_and_no_word_of_a_message_is_in_the_log_and_no_secret_in_the_table(
    home: Path, reception: Reception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = "登录提醒 SecretKey=ExampleKeyOf32Characters0000000 密码：hunter2-example 您的验证码 135790 canary-word"
    for road in OTHER_ROADS:
        send(reception, road, said.encode(), "text/plain; token=example-token-in-type")
        send(reception, road, said.encode("gb18030"))
        send(reception, road, json.dumps({"password": "hunter2-example", "x": said}).encode()[:-1])
    ledger().close()

    stored = b"".join(path.read_bytes() for path in home.glob("ledger.db*")).decode("utf-8", errors="replace")
    assert "canary-word" in stored
    assert "canary-word" not in caplog.text
    for secret in ("ExampleKeyOf32Characters0000000", "hunter2-example", "135790", "example-token-in-type"):
        assert secret not in stored
        assert secret not in caplog.text


def test_a_flood_of_strange_messages_does_not_fill_the_disk_and_what_is_dropped_is_counted(
    reception: Reception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kept_messages, "MOST", 3)
    before = counted(reception, "runbooks_messages_dropped_total")
    for number in range(5):
        send(reception, Road.TEXT, f"登录提醒 {number}".encode())

    assert [one.body for one in ledger().kept_messages()] == [f"登录提醒 {n}" for n in (4, 3, 2)]
    assert counted(reception, "runbooks_messages_dropped_total") - before == 2
    assert caplog.text.count("1 older messages that nobody had handled were dropped") == 2


@pytest.mark.parametrize(
    "kept", ["\x1b[2J\x1b]0;x\x07", "\u202e\u2066", "[x](javascript:1) <b>", "{{ 7 * 7 }} {% x %}"]
)
def test_a_hostile_text_is_kept_word_for_word_and_logged_never(
    reception: Reception, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    send(reception, Road.TEXT, f"登录提醒 {kept}".encode())

    assert ledger().kept_messages()[0].body == f"登录提醒 {kept}"
    assert kept not in caplog.text
