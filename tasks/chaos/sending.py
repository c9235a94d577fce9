"""Senders of alerts: each sends its message until it is answered 202, to whichever `serve` takes it."""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx

from tasks.chaos.cloud import Victim
from tasks.chaos.plan import Report
from tasks.chaos.seen import Taken
from tasks.model.base import BEIJING

TIMEOUT_S = 15.0
AGAIN_S = 0.7
"""Between two tries of one message."""


class Senders:
    """Everybody who sends, and what they were answered.

    Args:
        urls: where alerts are taken in; the next is tried where one does not answer.
    """

    def __init__(self, urls: Sequence[str], token: str, stop: threading.Event) -> None:
        self._urls = tuple(urls)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._stop = stop
        self._lock = threading.Lock()
        self.taken: list[Taken] = []
        self.unsent: list[str] = []
        self.refusals = 0

    def send(self, victim: Victim, report: Report, *, until_s: float) -> None:
        """Send one report until it is taken, or until that moment of the monotonic clock."""
        message = reworded(victim.alert) if report.reworded else victim.alert
        tries = 0
        while not self._stop.is_set() and time.monotonic() < until_s:
            url = self._urls[tries % len(self._urls)]
            if self._took(url, victim, message):
                return
            tries += 1
            self._stop.wait(AGAIN_S)
        with self._lock:
            self.unsent.append(victim.uin)

    def _took(self, url: str, victim: Victim, message: Mapping[str, Any]) -> bool:
        with suppress(httpx.HTTPError):
            answer = httpx.post(
                f"{url}/alerts/default", json=message, headers=self._headers, timeout=TIMEOUT_S, trust_env=False
            )
            if answer.status_code == HTTPStatus.ACCEPTED:
                self._note(victim, answer.json()["incidents"])
                return True
        with self._lock:
            self.refusals += 1
        return False

    def _note(self, victim: Victim, incidents: Sequence[Mapping[str, Any]]) -> None:
        at = datetime.now(UTC)
        with self._lock:
            self.taken += [
                Taken(victim=victim.uin, incident=one["id"], new=bool(one["new"]), at=at) for one in incidents
            ]


def reworded(alert: Mapping[str, Any]) -> dict[str, Any]:
    """Tell of the login in the words of another sender: China's time, the minute only, another text."""
    at = datetime.fromisoformat(alert["login_time"]).astimezone(BEIJING).replace(second=0)
    text = f"Unusual login of {alert['principal']} from {alert['ip']} at {at:%H:%M}"
    kept = {name: alert[name] for name in ("ip", "account", "principal")}
    return {**kept, "login_time": at.isoformat(), "source": "mail", "text": text}
