"""The same login, reported again and again, as several senders would word it."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))
SEED = 2026  # every storm is shuffled the same way


def messages(alerts: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Report each login so often that it makes so many messages, shuffled; every other report in other words."""
    rounds = _rounds(alerts)
    found = [next(rounds) for _ in range(count)]
    random.Random(SEED).shuffle(found)  # noqa: S311 - an order, no secret
    return found


def _rounds(alerts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    turn = 0
    while True:
        for alert in alerts:
            yield reworded(alert) if turn % 2 else alert
        turn += 1


def reworded(alert: dict[str, Any]) -> dict[str, Any]:
    """Tell the same in the words of another sender: China's time, the minute only, no place, another text."""
    at = datetime.fromisoformat(alert["login_time"]).astimezone(BEIJING).replace(second=0)
    text = f"Unusual login of {alert['principal']} from {alert['ip']} at {at:%H:%M}"
    kept = {name: alert[name] for name in ("ip", "account", "principal")}
    return {**kept, "login_time": at.isoformat(), "source": "mail", "text": text}
