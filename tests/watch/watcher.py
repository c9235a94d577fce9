"""A watcher of a sandbox in whose audit log logins are written as a test needs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tasks.cloud.client import Cloud
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.policy import Policy
from tasks.model.watch import Polled
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.sandbox.acts import login
from tasks.sandbox.server import Sandbox
from tasks.watch.poll import poll
from tasks.watch.state import name_of


@dataclass
class Watcher:
    """The watcher of one sandbox.

    Args:
        now: the time of the next look; set forward by `later`.
    """

    sandbox: Sandbox
    ledger: Ledger
    cloud: Cloud
    now: datetime

    def poll(self, **changes: Any) -> Polled:
        given = {"endpoint": self.sandbox.url, "lang": "zh", "now": self.now} | changes
        policy = given.pop("policy", Policy(mode="approve"))
        return poll(self.cloud, given.pop("ledger", self.ledger), policy, **given)

    def later(self, **span: float) -> None:
        """Let time pass for the watcher."""
        self.now += timedelta(**span)

    def login(self, who: str, ip: str, *, ago_s: float = 30, times: int = 1, **how: Any) -> None:
        """Write logins into the audit log, made so many seconds before the watcher's now."""
        at = int((self.now - timedelta(seconds=ago_s)).timestamp())
        with self.sandbox._engine.lock:
            for _ in range(times):
                login(self.sandbox.world, who, at=at, ip=ip, **how)

    def calls(self, action: str = "") -> list[str]:
        """Names of the calls that were made so far."""
        return [each.action for each in self.sandbox.calls() if action in each.action]

    def cost(self, **changes: Any) -> int:
        """How many calls a look takes."""
        before = len(self.sandbox.calls())
        self.poll(**changes)
        return len(self.sandbox.calls()) - before

    def incidents(self) -> tuple[Incident, ...]:
        return self.ledger.incidents()

    def alerts(self) -> list[LoginAlert]:
        """The alerts that opened incidents, oldest login first."""
        found = [LoginAlert.model_validate(each.alert) for each in self.incidents()]
        return sorted(found, key=lambda each: each.login_time or self.now)

    @property
    def cursor(self) -> Any:
        return self.ledger.cursor(name_of(self.sandbox.url))

    def rewrite(self, beside: str = "", **changes: Any) -> None:
        """Change what the watcher remembers."""
        name = name_of(self.sandbox.url) + beside
        before = self.ledger.cursor(name)
        assert isinstance(before, dict)
        assert self.ledger.move_cursor(name, before | changes, before=before, at=self.now)


Watch = Callable[[str], Watcher]
