"""The door for alerts, over HTTP."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from tasks.errors import EngineError, LedgerError
from tasks.intake import answering, endpoint, repeated_lines, wrong_tries
from tasks.intake import limits as receive
from tasks.intake.formats import ROADS
from tasks.intake.reading import read_body
from tasks.intake.routes import alert_routes
from tasks.intake.wrong_tries import Brake, WrongTries
from tasks.ledger.errors import LedgerBusy, Replayed
from tasks.model.delivery import Delivery, Kept, Receipt, Unread
from tasks.model.intake_file import IntakeFile, IntakeSource, Proof, Road
from tasks.runbooks.registry import recognisers

EXAMPLES = Path(__file__).parent / "examples"
SECRETS = {"mine": "example-secret-mine-1", "dingtalk": "example-secret-ding-2", "monitor": "ops:example-secret-3"}
SECRETS |= {"phone": "example-secret-phon-7"}
SECRETS |= {"signed": "example-secret-sign-4", "feishu": "example-secret-feis-5", "slow": "example-secret-slow-6"}
BEARER = {"authorization": f"Bearer {SECRETS['mine']}"}
ALERT = b'{"ip": "203.0.113.7", "principal": "alice", "source": "somebody else"}'
FILE = Path("x")
CONFIG = IntakeFile(
    sources=(
        IntakeSource(name="mine", secret_file=FILE),
        IntakeSource(name="slow", secret_file=FILE, per_minute=1),
        IntakeSource(name="phone", road=Road.SMS_FORWARDER, proof=Proof.SIGN, secret_file=FILE, per_minute=60),
        IntakeSource(name="dingtalk", road=Road.DINGTALK, proof=Proof.KEY, secret_file=FILE),
        IntakeSource(name="feishu", road=Road.FEISHU, proof=Proof.KEY, secret_file=FILE),
        IntakeSource(name="monitor", road=Road.CLOUD_MONITOR, proof=Proof.BASIC, secret_file=FILE),
        IntakeSource(name="signed", proof=Proof.HMAC, secret_file=FILE),
    )
)


@dataclass
class Ledger:
    """Remembers what it took, and fails as it is told to."""

    error: Exception | None = None
    new: bool = True
    wait: asyncio.Event | None = None
    taken: list[Delivery] = field(default_factory=list)
    counts: list[tuple[str, str]] = field(default_factory=list)
    runbooks: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    kept: list[Unread] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)

    async def take(self, delivery: Delivery) -> tuple[Receipt, ...]:
        if self.wait is not None:
            await self.wait.wait()
        if self.error is not None:
            raise self.error
        if delivery.nonce and delivery.nonce in self.nonces and delivery.again not in self.nonces - {""}:
            raise Replayed(delivery.source)
        self.nonces |= {delivery.nonce, delivery.again}
        self.taken.append(delivery)
        return tuple(Receipt(incident_id=f"inc-{n}", new=self.new) for n, _ in enumerate(delivery.alerts))

    async def keep(self, message: Unread) -> Kept:
        if self.error is not None:
            raise self.error
        self.kept.append(message)
        return Kept(id=f"msg-{len(self.kept)}", new=True)

    def counted(self, source: str, outcome: str, runbook: str = "", *, about: tuple[str, ...] = ()) -> None:
        self.counts.append((source, outcome))
        self.runbooks.append(runbook)
        self.about.extend(about)


def routes_of(ledger: Ledger, config: IntakeFile, secrets: Mapping[str, str]) -> list[Route]:
    given = {name: SecretStr(secret) for name, secret in secrets.items()}
    return alert_routes(config, given, recognisers(), take=ledger.take, keep=ledger.keep, counted=ledger.counted)


def client(ledger: Ledger) -> httpx.AsyncClient:
    app = Starlette(routes=routes_of(ledger, CONFIG, SECRETS))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://runbooks.example.com")


def send(ledger: Ledger, path: str, content: Any = ALERT, *, method: str = "POST", **more: Any) -> httpx.Response:
    async def once() -> httpx.Response:
        async with client(ledger) as http:
            return await http.request(method, path, content=content, **more)

    return asyncio.run(once())


def test_an_alert_is_accepted_with_its_incident_and_kept_under_its_senders_name() -> None:
    ledger = Ledger()

    answer = send(ledger, "/alerts/mine", headers=BEARER)

    (delivery,) = ledger.taken
    assert (answer.status_code, answer.json()) == (202, {"incidents": [{"id": "inc-0", "new": True}]})
    assert (delivery.source, delivery.road, delivery.alerts[0].alert.source) == ("mine", "generic", "mine")
    assert delivery.sha256 == hashlib.sha256(ALERT).hexdigest()
    assert delivery.body == json.loads(ALERT)
    assert (ledger.counts, ledger.runbooks) == ([("mine", "taken")], ["unusual_login"])


def test_an_alert_that_joins_is_accepted_and_counted_as_such() -> None:
    ledger = Ledger(new=False)

    answer = send(ledger, "/alerts/mine", headers=BEARER)

    assert (answer.status_code, answer.json()["incidents"]) == (202, [{"id": "inc-0", "new": False}])
    assert ledger.counts == [("mine", "joined")]


def test_nothing_is_answered_before_the_ledger_has_it() -> None:
    async def order() -> tuple[bool, int]:
        ledger = Ledger(wait=asyncio.Event())
        async with client(ledger) as http:
            answer = asyncio.create_task(http.post("/alerts/mine", content=ALERT, headers=BEARER))
            for _ in range(50):
                await asyncio.sleep(0)
            early = answer.done()
            assert ledger.wait is not None
            ledger.wait.set()
            return early, (await answer).status_code

    assert asyncio.run(order()) == (False, 202)


@pytest.mark.parametrize(
    "error", [LedgerBusy("x"), LedgerError("x"), EngineError("x"), OSError("disk full"), ValueError(ALERT.decode())]
)
def test_what_could_not_be_stored_is_to_be_sent_again(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger(error=error)

    answer = send(ledger, "/alerts/mine", headers=BEARER)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (ledger.counts, ledger.runbooks) == ([("mine", "failed")], [""])
    assert "203.0.113.7" not in caplog.text + answer.text


def test_a_ledger_that_hangs_longer_than_the_sender_waits_is_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    road = ROADS[Road.GENERIC]
    monkeypatch.setattr(answering, "ROADS", {Road.GENERIC: type(road)(road.read, patience_s=0.01)})

    async def hang() -> int:
        async with client(Ledger(wait=asyncio.Event())) as http:
            return (await http.post("/alerts/mine", content=ALERT, headers=BEARER)).status_code

    assert asyncio.run(hang()) == 503


def test_cloud_monitor_is_answered_within_its_five_seconds() -> None:
    assert ROADS[Road.CLOUD_MONITOR].patience_s < 5


def signature(at: int) -> dict[str, str]:
    text = f"msg_1.{at}.".encode() + ALERT
    made = base64.b64encode(hmac.new(SECRETS["signed"].encode(), text, hashlib.sha256).digest()).decode()
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,{made}"}


def test_a_signed_message_is_taken_once_and_its_replay_is_refused() -> None:
    ledger, headers = Ledger(), signature(int(datetime.now(UTC).timestamp()))

    first, again = (send(ledger, "/alerts/signed", headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code, len(ledger.taken)) == (202, 409, 1)
    assert ledger.taken[0].nonce_until is not None
    assert ledger.counts == [("signed", "taken"), ("signed", "refused")]


LOGIN = "【腾讯云】您的子用户{}于{}在异地登录，IP地址：203.0.113.7，如非本人操作请修改密码。"
CODE = "【腾讯云】验证码123456，5分钟内有效，请勿告诉他人。"


def pair(at: float) -> str:
    """Timestamp and sign of a phone, in the query."""
    signed = base64.b64encode(
        hmac.digest(SECRETS["phone"].encode(), f"{at:.0f}\n{SECRETS['phone']}".encode(), "sha256")
    )
    return "/alerts/phone?" + urlencode({"timestamp": f"{at:.0f}", "sign": signed.decode()})


def sms(name: str) -> bytes:
    return LOGIN.format(name, "2026年11月22日 18:15:02").encode()


@pytest.mark.parametrize(
    ("unit", "bodies", "statuses", "taken", "kept"),
    [
        (1, [sms("alice")] * 3, [202, 202, 202], 3, 0),
        (1, [sms("alice"), sms("bob"), sms("carol"), sms("alice")], [202, 202, 202, 202], 2, 2),
        (1, [CODE.encode(), sms("alice"), CODE.encode()], [200, 202, 200], 1, 0),
        (1000, [sms("alice")] * 3, [202, 202, 202], 3, 0),
        (1000, [sms("alice"), sms("bob"), sms("alice")], [202, 409, 202], 2, 0),
        (1000, [CODE.encode(), sms("alice"), CODE.encode()], [200, 409, 200], 0, 0),
    ],
)
def test_one_signature_brings_one_alert_whatever_else_is_sent_with_it(
    unit: int, bodies: list[bytes], statuses: list[int], taken: int, kept: int
) -> None:
    """In seconds several honest messages may share it: there a second alert is kept for a person to look at."""
    ledger, path = Ledger(), pair(datetime.now(UTC).timestamp() * unit)

    async def sent() -> list[int]:
        async with client(ledger) as http:
            return [(await http.post(path, content=body)).status_code for body in bodies]

    assert asyncio.run(sent()) == statuses
    assert (len(ledger.taken), len(ledger.kept)) == (taken, kept)
    assert len({one.alerts for one in ledger.taken}) == min(taken, 1)
    assert all("签名" in one.why.zh for one in ledger.kept)


def test_texts_about_nothing_do_not_silence_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can send texts to it; those about a login have a rate of their own."""
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    ledger = Ledger()

    async def bombed() -> list[int]:
        now = datetime.now(UTC).timestamp() * 1000
        async with client(ledger) as http:
            codes = [(await http.post(pair(now + n), content=CODE.encode())).status_code for n in range(700)]
            logins = [(await http.post(pair(now - n), content=sms(f"user{n}"))).status_code for n in range(1, 71)]
            return [codes.count(200), codes.count(429), logins.count(202), logins.count(429)]

    assert asyncio.run(bombed()) == [600, 100, 60, 10]


def test_who_tries_on_and_on_is_slowed_down_and_a_right_proof_from_there_is_not(
    monkeypatch: pytest.MonkeyPatch, all_logs: Callable[[], str]
) -> None:
    held = list[float]()

    async def sleep(seconds: float) -> None:
        held.append(seconds)

    monkeypatch.setattr(wrong_tries, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(wrong_tries, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(repeated_lines, "monotonic", lambda: 1000.0)
    ledger = Ledger()

    async def tried() -> list[httpx.Response]:
        wrong = BEARER | {"authorization": "Bearer wrong"}
        async with client(ledger) as http:
            tries = [await http.post("/alerts/mine", content=ALERT, headers=wrong) for _ in range(100)]
            return [*tries, await http.post("/alerts/mine", content=ALERT, headers=BEARER)]

    *tries, right = asyncio.run(tried())

    assert [one.status_code for one in tries] == [401] * 20 + [429] * 80
    assert tries[-1].headers["retry-after"] == "3"
    assert held == sorted(held)
    assert (min(held), max(held), len(held)) == (0.1, 2.0, 80)
    assert (right.status_code, len(ledger.taken)) == (202, 1)
    assert all_logs().count("refused") == 20


def test_only_so_many_are_held_back_and_only_so_many_addresses_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_tries, "ADDRESSES", 3)
    monkeypatch.setattr(wrong_tries, "HELD_MAX", 2)
    brake, waiting = Brake(WrongTries(1)), asyncio.Event()

    async def tried() -> list[bool]:
        monkeypatch.setattr(wrong_tries.asyncio, "sleep", lambda _: waiting.wait())
        tries = [asyncio.ensure_future(brake.wrong("192.0.2.1")) for _ in range(5)]
        for _ in range(5):
            await real_sleep(0)
        done = [one.done() for one in tries]
        waiting.set()
        await asyncio.gather(*tries)
        return done

    real_sleep = asyncio.sleep

    assert asyncio.run(tried()) == [True, False, False, True, True]
    others = [brake.tries.note(f"192.0.2.{n}") for n in range(2, 5)]
    assert (others, brake.tries.note("192.0.2.1")) == ([0, 0, 0], 0)


def test_a_strangers_body_is_not_read_where_the_proof_stands_before_it() -> None:
    sent: list[int] = []

    answer = send(Ledger(), "/alerts/mine", endless(sent), headers={"authorization": "Bearer wrong"})

    assert (answer.status_code, sent) == (401, [])


def test_a_long_message_is_read_beside_the_loop_and_one_of_a_sender_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most, begun, go = list[bytes](), list[int](), threading.Event(), threading.Event()

    def read(adapter: Any, known: Any, body: bytes, content_type: str, **more: Any) -> Any:
        reading.append(body)
        most.append(len(reading))
        if len(body) > 4096:
            begun.set()
            go.wait()
        reading.remove(body)
        return read_body(adapter, known, body, content_type, **more)

    monkeypatch.setattr(endpoint, "read_body", read)
    long = ALERT[:-1] + b" " * 5000 + b"}"

    async def both() -> list[int]:
        async with client(Ledger()) as http:
            slow = [asyncio.create_task(http.post("/alerts/mine", content=long, headers=BEARER)) for _ in "12"]
            await asyncio.to_thread(begun.wait)
            quick = await http.post("/alerts/mine", content=ALERT, headers=BEARER)
            go.set()
            return [quick.status_code, *[(await one).status_code for one in slow]]

    assert asyncio.run(both()) == [202, 202, 202]
    assert max(most) == 2


@pytest.mark.parametrize(
    ("unit", "bodies", "statuses"),
    [
        (1000, [sms("alice"), *[sms(f"user{n}") for n in range(99)]], {202: 1, 409: 99}),
        (1, [sms("alice"), *[sms(f"user{n}") for n in range(99)]], {202: 100}),
        (1000, [sms("alice")] * 100, {202: 60, 429: 40}),
    ],
)
def test_what_is_brought_again_uses_up_nobodys_rate(
    unit: int, bodies: list[bytes], statuses: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the very same message does, which is its sender's own to send once more."""
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    now, ledger = datetime.now(UTC).timestamp(), Ledger()

    async def sent() -> tuple[Counter[int], int]:
        async with client(ledger) as http:
            seen = Counter([(await http.post(pair(now * unit), content=body)).status_code for body in bodies])
            return seen, (await http.post(pair(now * 1000 + 1), content=sms("victim"))).status_code

    counted, victim = asyncio.run(sent())

    assert (dict(counted), victim) == (statuses, 429 if 429 in statuses else 202)


def test_a_signed_message_that_is_replayed_uses_up_nobodys_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    at, ledger = int(datetime.now(UTC).timestamp()), Ledger()

    async def sent() -> tuple[Counter[int], int]:
        async with client(ledger) as http:
            tries = [await http.post("/alerts/signed", content=ALERT, headers=signature(at)) for _ in range(700)]
            last = await http.post("/alerts/signed", content=ALERT, headers=signature(at + 1))
            return Counter(one.status_code for one in tries), last.status_code

    counted, last = asyncio.run(sent())

    assert (dict(counted), last) == ({202: 1, 409: 699}, 202)


def test_an_old_signature_is_refused() -> None:
    answer = send(Ledger(), "/alerts/signed", headers=signature(int(datetime.now(UTC).timestamp()) - 400))

    assert (answer.status_code, "webhook-timestamp" in answer.json()["error"]) == (403, True)


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/alerts/mine", "POST", {}, 401),
        ("/alerts/mine", "POST", {"authorization": f"Bearer {SECRETS['slow']}"}, 401),
        ("/alerts/monitor", "POST", BEARER, 401),
        ("/alerts/nobody", "POST", BEARER, 404),
        ("/alerts/mine/x", "POST", BEARER, 404),
        ("/alerts/mine", "GET", BEARER, 405),
        ("/alerts/mine", "PUT", BEARER, 405),
        ("/alerts/mine", "POST", BEARER | {f"x-{n}": "" for n in range(101)}, 431),
        ("/alerts/mine", "POST", BEARER | {"x": "x" * 17_000}, 431),
    ],
)
def test_who_is_not_let_in_takes_nothing(path: str, method: str, headers: dict[str, str], status: int) -> None:
    ledger = Ledger()

    answer = send(ledger, path, method=method, headers=headers)

    assert (answer.status_code, ledger.taken) == (status, [])
    assert [outcome for _, outcome in ledger.counts] == (["refused"] if status in (401, 431) else [])


def test_who_is_not_known_is_told_how_to_ask() -> None:
    assert send(Ledger(), "/alerts/mine").headers["www-authenticate"].startswith("Bearer")
    assert send(Ledger(), "/alerts/monitor").headers["www-authenticate"].startswith("Basic")


async def endless(sent: list[int]) -> AsyncIterator[bytes]:
    while True:
        sent.append(1)
        yield b"x" * 1024


def test_a_body_without_end_is_cut_off_at_its_limit() -> None:
    sent: list[int] = []

    answer = send(Ledger(), "/alerts/mine", endless(sent), headers=BEARER)

    assert (answer.status_code, len(sent)) == (413, 65)


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "BODY_S", 0.01)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    assert send(Ledger(), "/alerts/mine", slow(), headers=BEARER).status_code == 408


@pytest.mark.parametrize(("pace", "status"), [(1e9, 408), (1e-9, 413)])
def test_a_body_that_dribbles_is_given_up_long_before_its_time(
    pace: float, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first pace a KiB is worth a microsecond, and at the second 30,000 years."""
    monkeypatch.setattr(receive, "BODY_S", 3600.0 if status == 408 else 1e20)
    monkeypatch.setattr(receive, "START_S", 0.0 if status == 408 else 1.0)
    monkeypatch.setattr(receive, "BYTES_A_SECOND", pace)

    async def dribble() -> AsyncIterator[bytes]:
        async for chunk in endless([]):
            yield chunk
            await asyncio.sleep(0)

    assert send(Ledger(), "/alerts/mine", dribble(), headers=BEARER).status_code == status


@pytest.mark.parametrize("length", [64 * 1024 + 1, 10**12])
def test_a_body_that_says_it_is_too_large_is_not_begun(length: int) -> None:
    sent: list[int] = []

    answer = send(Ledger(), "/alerts/mine", endless(sent), headers=BEARER | {"content-length": str(length)})

    assert (answer.status_code, sent) == (413, [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "nested too deeply"),
        (b'{"ip": "203.0.113"}', "alert field 'ip'"),
    ],
)
def test_rubbish_is_refused_with_the_field_and_the_mend_but_not_the_value(content: bytes, says: str) -> None:
    answer = send(Ledger(), "/alerts/mine", content, headers=BEARER)

    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert '203.0.113"' not in answer.text


def test_who_sends_too_often_waits_and_strangers_cannot_use_up_his_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    ledger, headers = Ledger(), {"authorization": f"Bearer {SECRETS['slow']}"}

    async def some() -> list[httpx.Response]:
        async with client(ledger) as http:
            wrong = [await http.post("/alerts/slow", content=ALERT) for _ in range(3)]
            return wrong + [await http.post("/alerts/slow", content=ALERT, headers=headers) for _ in range(2)]

    *wrong, first, second = asyncio.run(some())

    assert [one.status_code for one in (*wrong, first, second)] == [401, 401, 401, 202, 429]
    assert second.headers["retry-after"] == "60"
    assert len(ledger.taken) == 1


def test_two_that_come_at_once_do_not_share_one_place() -> None:
    headers = {"authorization": f"Bearer {SECRETS['slow']}"}

    async def both() -> list[int]:
        go = asyncio.Event()

        async def held() -> AsyncIterator[bytes]:
            await go.wait()
            yield ALERT

        async with client(Ledger()) as http:
            answers = [asyncio.create_task(http.post("/alerts/slow", content=held(), headers=headers)) for _ in "12"]
            for _ in range(50):
                await asyncio.sleep(0)
            go.set()
            return sorted([(await one).status_code for one in answers])

    assert asyncio.run(both()) == [202, 429]


def test_a_connection_that_ends_early_takes_nothing() -> None:
    ledger, said = Ledger(), list[Any]()
    headers = [(b"authorization", BEARER["authorization"].encode())]
    scope = {"type": "http", "method": "POST", "path": "/alerts/mine", "query_string": b"", "headers": headers}

    async def receive_() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send_(message: Any) -> None:
        said.append(message)

    asyncio.run(Starlette(routes=routes_of(ledger, CONFIG, SECRETS))(scope, receive_, send_))

    assert (said[0]["status"], ledger.taken, ledger.counts) == (400, [], [("mine", "refused")])


@pytest.mark.parametrize(
    ("path", "name", "auth", "status", "expected"),
    [
        ("/alerts/dingtalk?key={dingtalk}", "dingtalk_text.json", None, 200, {"errcode": 0, "errmsg": "ok"}),
        ("/alerts/feishu?key={feishu}", "feishu_text.json", None, 200, {"code": 0, "msg": "success"}),
        ("/alerts/monitor", "cloud_monitor_login.json", True, 200, {"sessionId": "example-session", "retCode": 0}),
        ("/alerts/monitor", "cloud_monitor_ping.json", True, 200, {"sessionId": "example-session", "retCode": 0}),
        ("/alerts/dingtalk?key={dingtalk}", "wecom_test.json", None, 200, {"errcode": 0, "errmsg": "ok"}),
    ],
)
def test_senders_hear_what_they_wait_for(
    path: str, name: str, auth: object, status: int, expected: dict[str, Any]
) -> None:
    ledger = Ledger()
    login = tuple(SECRETS["monitor"].split(":")) if auth else None

    answer = send(ledger, path.format(**SECRETS), (EXAMPLES / name).read_bytes(), auth=login)

    taken = bool(ledger.taken)
    assert answer.status_code == status
    assert answer.json().items() >= expected.items()
    assert ("incidents" in answer.json(), "ignored" in answer.json()) == (taken, not taken)
    assert [outcome for _, outcome in ledger.counts] == ["taken" if taken else "ignored"]


def test_what_is_kept_of_a_message_has_no_secrets() -> None:
    ledger = Ledger()
    body = json.dumps({"text": "异地登录 203.0.113.7 验证码 123456", "ip": "203.0.113.7"}).encode()

    send(ledger, "/alerts/mine", body, headers=BEARER)

    kept = ledger.taken[0].model_dump_json(exclude={"at"})
    assert "203.0.113.7" in kept
    assert "123456" not in kept


@pytest.fixture
def all_logs(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    with caplog.at_level(logging.DEBUG, logger="tasks"):
        yield lambda: "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("tasks"))


def test_no_log_holds_anything_of_a_message(all_logs: Callable[[], str]) -> None:
    for ledger, content in (
        (Ledger(), ALERT),
        (Ledger(), b'{"ip": "203.0.113"}'),
        (Ledger(error=ValueError("alice")), ALERT),
    ):
        send(ledger, "/alerts/mine?key=example-key-in-query", content, headers=BEARER)
    send(Ledger(), "/alerts/203.0.113.7", headers=BEARER)

    assert all_logs().count("message of mine: ") == 3
    assert not [one for one in ("203.0.113", "alice", "example-", "somebody") if one in all_logs()]


def test_without_an_intake_file_the_default_sender_is_known() -> None:
    ledger = Ledger()
    routes = routes_of(ledger, IntakeFile(), {"default": SECRETS["mine"]})

    async def once() -> int:
        transport = httpx.ASGITransport(Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://runbooks.example.com") as http:
            return (await http.post("/alerts/default", content=ALERT, headers=BEARER)).status_code

    assert asyncio.run(once()) == 202
