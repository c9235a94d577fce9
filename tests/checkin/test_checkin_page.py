"""The page behind a link: looking changes nothing, the button counts once, and nobody else's page can press it."""

import asyncio
import base64
import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tasks.checkin.page import routes
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.intake_file import IntakeFile
from tests import incidents
from tests.checkin.checkin_samples import HOSTILE, given, opened
from tests.scene import STRANGER

ORIGIN = "https://runbooks.example.com"
FORM = {"content-type": "application/x-www-form-urlencoded"}
OWN = FORM | {"sec-fetch-site": "same-origin", "origin": ORIGIN}
UNKNOWN = "A" * 43
CONFIG = IntakeFile.model_validate(
    {"public_url": f"{ORIGIN}/", "trusted_proxies": ["192.0.2.0/24", "2001:db8:ff::/48"]}
)

Send = Callable[..., httpx.Response]


@pytest.fixture
def send(home: Path) -> Send:
    """Send one request to the page, from an address."""
    app = Starlette(routes=routes(CONFIG))

    def request(method: str, token: str, *, client: str = STRANGER, **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(client, 50000))
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
                return await http.request(method, f"/checkin/{token}", **more)

        return asyncio.run(go())

    return request


@pytest.fixture
def token(ledger: Ledger, home: Path, incident: Incident, now: datetime) -> str:
    return given(ledger, home, incident.id, now)[0]


def made(ledger: Ledger, incident: Incident) -> list[str | None]:
    return [link.address for link in ledger.checkin_links(incident.id) if link.used_at]


def heading(answer: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text)
    assert found is not None
    return found[1]


def test_looking_changes_nothing_however_often(send: Send, token: str, ledger: Ledger, incident: Incident) -> None:
    before = ledger.timeline(incident.id)

    statuses = {send(method, token).status_code for method in ("GET", "HEAD") * 20}

    assert (statuses, ledger.timeline(incident.id), made(ledger, incident)) == ({200}, before, [])


def test_the_button_records_the_address_once(send: Send, token: str, ledger: Ledger, incident: Incident) -> None:
    first = send("POST", token, headers=OWN, params={"lang": "en"})
    second = send("POST", token, headers=OWN, params={"lang": "en"}, client="198.51.100.9")
    looked = send("GET", token, params={"lang": "en"})

    assert (first.status_code, heading(first), STRANGER in first.text) == (200, "Recorded, thank you", True)
    assert [(one.status_code, heading(one)) for one in (second, looked)] == [(410, "This link was used already")] * 2
    assert made(ledger, incident) == [STRANGER]


def test_expired_unknown_and_garbled_links_look_the_same(
    send: Send, ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    expired, _ = given(ledger, home, incident.id, now - timedelta(hours=25))
    tokens = (expired, UNKNOWN, "x", expired[:-1], expired[:-1] + "!")

    answers = [send(method, each, headers=OWN) for each in tokens for method in ("GET", "POST")]

    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert made(ledger, incident) == []


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"sec-fetch-site": "same-origin", "origin": ORIGIN}, True),
        ({"origin": ORIGIN}, True),
        ({"origin": "https://inside.example:8642", "host": "inside.example:8642"}, True),
        ({}, True),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ({"sec-fetch-site": "same-site", "origin": ORIGIN}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://runbooks.example.com.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": "http://\u2100.example".encode()}, False),
    ],
)
def test_only_our_own_page_or_a_program_presses_the_button(
    send: Send, token: str, ledger: Ledger, incident: Incident, headers: dict[str, Any], *, taken: bool
) -> None:
    answer = send("POST", token, headers=FORM | headers)

    assert (answer.status_code, bool(made(ledger, incident))) == ((200, True) if taken else (403, False))


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_what_is_no_form_is_not_taken(send: Send, token: str, ledger: Ledger, incident: Incident, kind: str) -> None:
    answer = send("POST", token, headers=OWN | {"content-type": kind})

    assert (answer.status_code, made(ledger, incident)) == (415, [])


@pytest.mark.parametrize(("size", "status"), [(1024, 200), (1025, 413), (1 << 20, 413)])
def test_a_large_body_is_not_taken(send: Send, token: str, size: int, status: int) -> None:
    assert send("POST", token, headers=OWN, content=b"x" * size).status_code == status


def test_other_methods_are_refused(send: Send, token: str, ledger: Ledger, incident: Incident) -> None:
    statuses = {send(method, token, headers=OWN).status_code for method in ("PUT", "DELETE", "PATCH", "OPTIONS")}

    assert (statuses, made(ledger, incident)) == ({405}, [])


@pytest.mark.parametrize(
    ("client", "forwarded", "seen"),
    [
        (STRANGER, None, STRANGER),
        (STRANGER, "198.51.100.66", STRANGER),
        ("192.0.2.1", "198.51.100.7", "198.51.100.7"),
        ("192.0.2.1", "198.51.100.66, 198.51.100.7", "198.51.100.7"),
        ("192.0.2.1", "198.51.100.66, 198.51.100.7, 192.0.2.9", "198.51.100.7"),
        ("192.0.2.1", "rubbish", ""),
        ("192.0.2.1", None, ""),
        ("192.0.2.1", "192.0.2.7", ""),
        ("127.0.0.1", "198.51.100.66", "127.0.0.1"),
        ("::ffff:192.0.2.1", "2001:db8::7", "2001:db8::7"),
        ("2001:db8:ff::1", "[2001:db8::7]:443", "2001:db8::7"),
        ("2001:db8::7", "198.51.100.66", "2001:db8::7"),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
    ],
)
def test_the_address_is_the_connections_or_what_a_declared_proxy_says(
    send: Send, token: str, ledger: Ledger, incident: Incident, client: str, forwarded: str | None, seen: str
) -> None:
    headers = OWN | ({"x-forwarded-for": forwarded} if forwarded else {})

    send("POST", token, headers=headers, client=client)

    assert made(ledger, incident) == [seen]


@pytest.mark.parametrize("client", ["127.0.0.1", "10.1.2.3", "fd00::1", "192.0.2.1"])
def test_who_comes_through_a_proxy_that_says_nothing_is_told_that_no_address_was_seen(
    send: Send, token: str, client: str
) -> None:
    page = send("POST", token, headers=OWN, params={"lang": "en"}, client=client)

    assert (page.status_code, heading(page), client in page.text) == (200, "Recorded, thank you", False)
    assert "This device&#39;s public address did not reach us" in page.text


def test_a_connection_without_an_address_is_refused(send: Send, token: str, ledger: Ledger, incident: Incident) -> None:
    assert send("POST", token, headers=OWN, client="testclient").status_code == 400
    assert made(ledger, incident) == []


def test_a_page_allows_nothing_but_its_own_style_and_form(send: Send, token: str) -> None:
    page = send("GET", token)

    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert page.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-robots-tag"].startswith("noindex")
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_is_small_has_no_script_and_loads_nothing(send: Send, token: str, lang: str) -> None:
    page = send("GET", token, params={"lang": lang})

    assert len(page.content) <= 10 * 1024
    assert not re.search(r"<script|<img|<link|<iframe|\bon\w+=|url\(|https?://", page.text)
    assert 'name="viewport"' in page.text
    assert re.findall(r"<form[^>]*>", page.text) == ['<form method="post">']
    assert page.text.count("<button") == 1


def test_a_page_says_what_it_is_for_and_nothing_secret(send: Send, token: str, ledger: Ledger) -> None:
    page = send("GET", token, params={"lang": "en"})

    assert "Hello Li, somebody logged in to the Tencent Cloud account below." in page.text
    assert all(words in page.text for words in ("1000****0001", "2026-11-23 02:10 (UTC+8)", "南京"))
    assert not [word for word in ("100000000001", STRANGER, token) if word in page.text]


def test_what_strangers_wrote_stays_text(send: Send, ledger: Ledger, home: Path, now: datetime) -> None:
    hostile, _ = given(ledger, home, opened(ledger, now, place=HOSTILE).id, now, HOSTILE)

    page = send("GET", hostile)

    assert page.text.count("&lt;script&gt;") == 2
    assert not re.search(r"<script|<img|\u202e", page.text)


def test_an_alert_that_says_little_has_a_page_too(send: Send, ledger: Ledger, home: Path, now: datetime) -> None:
    bare = incidents.opened(ledger, now, account="", mode="approve", lang="zh")
    token, _ = given(ledger, home, bare.id, now, "")

    page = send("GET", token)

    assert page.status_code == 200
    assert page.text.count("未注明") == 2
    assert "<p>您好：有人登录了" in page.text


@pytest.mark.parametrize(
    ("query", "accepted", "lang"),
    [
        ({}, "", "zh-CN"),
        ({}, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ({}, "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ({}, "fr,en;q=0.3,zh;q=0.2", "en"),
        ({}, "en;q=0, zh;q=0.1", "zh-CN"),
        ({}, "fr-FR;q=rubbish,,;;=", "zh-CN"),
        ({"lang": "en"}, "zh-CN", "en"),
        ({"lang": "zh"}, "en", "zh-CN"),
        ({"lang": "fr"}, "en", "en"),
    ],
)
def test_the_language_is_the_addresses_then_the_browsers_then_chinese(
    send: Send, token: str, query: dict[str, str], accepted: str, lang: str
) -> None:
    page = send("GET", token, params=query, headers={"accept-language": accepted})

    assert f'<html lang="{lang}">' in page.text
    assert (page.headers["content-language"], page.headers["vary"]) == (lang[:2], "Accept-Language")


def test_who_tries_many_links_has_to_wait_and_others_and_who_holds_a_right_one_have_not(send: Send, token: str) -> None:
    tried = [send("GET", f"{n:043}", client="2001:db8:0:1::1").status_code for n in range(11)]
    neighbour, other = (send("POST", UNKNOWN, headers=OWN, client=f"2001:db8:0:{site}::9") for site in (1, 2))

    holder = [send(method, token, headers=OWN, client="2001:db8:0:1::1") for method in ("GET", "POST", "GET")]

    assert tried == [404] * 10 + [429]
    assert [one.status_code for one in holder] == [200, 200, 410]
    assert (neighbour.status_code, int(neighbour.headers["retry-after"]) > 0) == (429, True)
    assert other.status_code == 404


def test_a_ledger_that_is_busy_is_said_and_nothing_is_lost(
    send: Send, token: str, ledger: Ledger, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise LedgerBusy("busy")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "checkin_link", busy)
        answers = [send(method, token, headers=OWN) for method in ("GET", "POST")]

    assert [(one.status_code, one.headers["retry-after"]) for one in answers] == [(503, "5")] * 2
    assert send("POST", token, headers=OWN).status_code == 200
    assert made(ledger, incident) == [STRANGER]


def test_no_log_ever_holds_a_token(send: Send, token: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="runbooks")
    caplog.set_level(logging.DEBUG, logger="tasks")
    caplog.set_level(logging.DEBUG, logger="starlette")

    for method in ("GET", "POST", "POST"):
        send(method, token, headers=OWN)

    assert token not in caplog.text
