"""Alerts out of what machines report: fields of any kind made fit, the whole message kept without its secrets."""

import json
from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.intake.client_address import plain_address
from tasks.intake.free_text import TEXT_MAX
from tasks.intake.redact import redact
from tasks.model.alert import Alert

LINE_MAX = 500  # characters, as the model allows
UIN_DIGITS = range(5, 21)
NO_NAME = frozenset({"", "-", "0", "none", "null", "unknown"})


def alert_of(
    message: JsonValue,
    *,
    source: str,
    ip: JsonValue = None,
    login_time: datetime | None = None,
    account: JsonValue = None,
    principal: JsonValue = None,
) -> Alert:
    """Make an alert of a machine's message; a field that is not what it should be stays None."""
    written = plain_address(line(ip))
    return Alert(
        ip=None if written is None or written.is_unspecified else written,
        login_time=login_time,
        account=uin(account),
        principal=line(principal) if line(principal).lower() not in NO_NAME else None,
        source=source,
        text=f"login reported by {source}: {text_of(message)}"[:TEXT_MAX],
    )


def text_of(message: JsonValue) -> str:
    """The message in one line, without its secrets."""
    masked = redact(message)
    return masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False)


def line(value: JsonValue) -> str:
    """A name or a number as text of one line; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    written = str(value) if isinstance(value, str) or abs(value) < 10**UIN_DIGITS.stop else ""
    return " ".join(written[: LINE_MAX * 2].split())[:LINE_MAX]


def uin(value: JsonValue) -> str | None:
    """An account's id; None for what is none."""
    written = line(value)
    fits = written.isascii() and written.isdecimal() and len(written) in UIN_DIGITS and written.strip("0")
    return written if fits else None


def first(message: Mapping[str, JsonValue], *names: str) -> JsonValue:
    """The first of these fields that says something."""
    return next((message[name] for name in names if message.get(name) not in (None, "", [], {})), None)
