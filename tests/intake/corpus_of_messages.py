"""The corpus of messages: real shapes in our own words, each with what becomes of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tasks.errors import InputError
from tasks.intake.alerts import recognised
from tasks.intake.formats import ROADS
from tasks.model.intake_file import Road
from tasks.model.message import NotUnderstood, SomethingElse, Topic
from tasks.runbooks.registry import recognisers
from tasks.runbooks.unusual_login.alert import LoginAlert

FOLDER = Path(__file__).parent / "corpus"
AT = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
USUAL = datetime(2026, 11, 22, 18, 10, tzinfo=UTC)
KEPT = "kept"
JSON, PLAIN = "application/json", "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Case:
    """One message.

    Args:
        group: the file that it stands in.
        source: whose shape it has, in words.
        body: what the sender posts.
        becomes: the fields of each alert; else the topics that are right, or `kept`.
    """

    group: str
    name: str
    source: str
    road: Road
    body: bytes
    content_type: str
    alerts: tuple[dict[str, Any], ...] = ()
    ends: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.group}: {self.name}"


def cases() -> list[Case]:
    """All of them."""
    return [_case(path.stem, row) for path in sorted(FOLDER.glob("*.yaml")) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return rows


def _case(group: str, row: dict[str, Any]) -> Case:
    road, becomes = Road(row.get("road", "text")), row["becomes"]
    each: list[Any] = becomes if isinstance(becomes, list) else [becomes]
    opens = isinstance(each[0], dict)
    body, content_type = _body(row, road)
    return Case(
        group=group,
        name=row["name"],
        source=row["source"],
        road=road,
        body=body,
        content_type=row.get("type", content_type),
        alerts=tuple(each) if opens else (),
        ends=frozenset() if opens else frozenset(each),
    )


def _body(row: dict[str, Any], road: Road) -> tuple[bytes, str]:
    if "json" in row:
        return json.dumps(row["json"], ensure_ascii=False).encode(), JSON
    if "body" in row:
        return row["body"].encode(), JSON
    wrapped = {
        Road.WECOM: {"msgtype": "markdown", "markdown": {"content": row["text"]}},
        Road.DINGTALK: {"msgtype": "markdown", "markdown": {"title": "x", "text": row["text"]}},
        Road.FEISHU: {"msg_type": "text", "content": {"text": row["text"]}},
        Road.SMS_FORWARDER: {"from": "10690000", "content": row["text"], "timestamp": "1795375831000"},
    }
    return (json.dumps(wrapped[road]).encode(), JSON) if road in wrapped else (row["text"].encode(), PLAIN)


def read(case: Case) -> tuple[tuple[LoginAlert, ...], frozenset[str]]:
    """The alerts that a message brings, and the other ends of its parts."""
    try:
        told = ROADS[case.road].read(case.body, case.content_type, at=AT)
        ends = [recognised(each, recognisers()) for each in told]
    except InputError:
        return (), frozenset({KEPT})
    found = tuple(one.alert for end in ends if isinstance(end, tuple) for one in end)
    alerts = tuple(alert for alert in found if isinstance(alert, LoginAlert))
    return alerts, frozenset(_end(end) for end in ends if not isinstance(end, tuple))


def _end(end: SomethingElse | NotUnderstood) -> str:
    return KEPT if isinstance(end, NotUnderstood) else end.reason.value


def shown(alert: LoginAlert, expected: dict[str, Any]) -> dict[str, Any]:
    """An alert's fields as the corpus writes them; a place only where it is asked for, `none` where there is none."""
    moment = alert.login_time.astimezone(UTC) if alert.login_time else None
    fields = {
        "ip": str(alert.ip) if alert.ip else None,
        "time": "usual" if moment == USUAL else moment and moment.isoformat(),
        "account": alert.account,
        "principal": alert.principal,
        "place": alert.place or "none" if "place" in expected else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def known_ends() -> frozenset[str]:
    """What a message may become beside an alert."""
    return frozenset({KEPT, *(topic.value for topic in Topic)})
