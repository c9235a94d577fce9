"""What strangers wrote is kept as it came, and is nowhere evaluated, rendered or obeyed."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.context import ledger
from tasks.errors import InputError
from tasks.ledger.rows import ChainOk
from tasks.sandbox.server import Sandbox
from tests.alerts import parse_alert
from tests.answers import STOLEN
from tests.reporting.markup import Page, markdown_tokens

pytestmark = pytest.mark.prefect

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>"
    "[click](https://evil.example.com/a)![pixel](https://evil.example.com/b.png)"
    "{{733173317331*3}}{% raw %}${733173317331*3}"
    '{"__prefect_kind": "jinja", "template": "{{733173317331*3}}"}'
    "\x1b[31m\x1b]0;owned\x07\u202edrow\u202c\u200b\x00\r\n# heading\n| a | b |\n`code`\x9b2J"
)
EVALUATED = "2199519951993"
"""No id and no digest holds so many digits by chance."""
STEERING = ("\x1b", "\x9b", "\x07", "\x00", "\u202e", "\u200b", "\r")


def check_markdown(text: str) -> None:
    tokens = markdown_tokens(text)
    links = [str(token.attrGet("href")) for token in tokens if token.type == "link_open"]
    assert not [token for token in tokens if token.type in ("image", "html_block", "html_inline")]
    assert not [link for link in links if "evil" in link or link.startswith("javascript")]
    assert EVALUATED not in text
    assert not [one for one in STEERING if one in text]


def bob_logs_in(sandbox: Sandbox) -> None:
    assert sandbox.try_login("bob", ip="198.51.100.10")


@pytest.mark.parametrize("whole", [False, True], ids=["beside the facts", "in place of them"])
def test_a_hostile_alert_is_only_text(
    respond: Any,
    prefect_server: Any,
    capfd: pytest.CaptureFixture[str],
    whole: bool,  # noqa: FBT001 - pytest passes it
) -> None:
    at = (datetime.now(UTC) - timedelta(minutes=90)).isoformat()
    plain = {"principal": HOSTILE} if whole else {"ip": "203.0.113.7", "login_time": at, "principal": "alice"}
    alert = plain | {"place": HOSTILE, "method": HOSTILE, "source": HOSTILE, "text": (HOSTILE * 20)[:4000]}
    capfd.readouterr()

    # A second login of today: an alert that names none of them must not be guessed at, whatever the hour.
    ended = respond("stolen-sub-account", STOLEN, alert=json.dumps(alert), prepare=bob_logs_in)

    out, err = capfd.readouterr()
    record, run = ended.record, ended.record["flow_run_id"]
    assert {name: record["alert"][name] for name in ("place", "method", "source", "text")} == {
        name: alert[name].replace("\0", "\ufffd") for name in ("place", "method", "source", "text")
    }  # one database keeps no NUL, so none is taken in
    assert (ended.status, record["verdict"]) == ((3, "needs_person") if whole else (0, "contained"))
    assert not [one for one in STEERING if one in out + err]
    folder = ended.home / "reports" / record["incident_id"]
    check_markdown((folder / "report.md").read_text(encoding="utf-8"))
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert not {"img", "script", "iframe"} & set(page.tags)
    assert not [value for name, value in page.attributes if "evil" in value or name.startswith("on")]
    name, *shown = texts_of(prefect_server, run)
    assert not [one for one in STEERING if one in name]
    assert len(shown) >= (1 if whole else 5)
    for text in shown:
        check_markdown(text)
    assert isinstance(ledger().verify_chain(record["incident_id"]), ChainOk)


def texts_of(server: Any, run: str) -> list[str]:
    """The run's name, then the Markdown that the UI shows of it: its forms' descriptions and its artifacts."""
    with closing(sqlite3.connect(f"file:{server.home}/prefect/prefect.db?mode=ro", uri=True)) as database:
        inputs = database.execute(
            "SELECT value FROM flow_run_input WHERE flow_run_id = ? AND key LIKE '%-description'", (run,)
        ).fetchall()
        artifacts = database.execute("SELECT data FROM artifact WHERE flow_run_id = ?", (run,)).fetchall()
        (name,) = database.execute("SELECT name FROM flow_run WHERE id = ?", (run,)).fetchone()
    assert inputs
    assert artifacts
    return [str(name), *(json.loads(text) for (text,) in (*inputs, *artifacts))]


@pytest.mark.parametrize(
    "text",
    [
        '{"__prefect_kind": "jinja", "template": "{{733173317331*3}}"}',
        '{"ip": {"__prefect_kind": "jinja", "template": "203.0.113.7"}}',
        '{"ip": "203.0.113.7", "place": {"__prefect_kind": "json", "value": "1"}}',
    ],
)
def test_an_alert_that_prefect_would_evaluate_is_none(text: str) -> None:
    with pytest.raises(InputError):
        parse_alert(text)
