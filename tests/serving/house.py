"""`runbooks serve` as a process, and a sender that writes to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from tasks.ledger.backlog import STATES
from tasks.ledger.rows import ChainOk, Incident
from tasks.ledger.store import Ledger, open_ledger
from tasks.sandbox.server import Sandbox
from tests.calls import READS
from tests.waiting import until

ROOT = Path(__file__).parents[2]
AUTO = (
    "mode: auto\nauto_actions: [disable_access_key, disable_console_login, quarantine]\n"
    "auto_per_hour: 1000\nauto_share: 1.0\n"  # storms
)


@dataclass
class House:
    """A home in which `runbooks serve` lives, before a sandbox.

    Args:
        env: what its processes see.
    """

    sandbox: Sandbox
    home: Path
    env: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, **env: str) -> subprocess.Popen[str]:
        """Start `serve`, and return once it takes alerts."""
        process = self.begin(**env)
        until(self.is_ready, by=process)
        return process

    def begin(self, **env: str) -> subprocess.Popen[str]:
        """Start `serve`, whatever it may have to wait for."""
        with (self.home / "serve.log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.patient", "serve"],
                cwd=self.home,
                env=self.env | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )
        self.processes.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run another command in the same home to its end; what it said."""
        whole = [sys.executable, "-m", "tests.patient", *command]
        done = subprocess.run(
            whole, cwd=self.home, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    @property
    def url(self) -> str:
        """Where it takes alerts."""
        return f"http://127.0.0.1:{self.env['RUNBOOKS_INTAKE_PORT']}"

    def is_ready(self) -> bool:
        """Whether it says that it takes alerts."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=None, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def send(self, alert: dict[str, Any]) -> httpx.Response:
        """Send one alert as the default sender does."""
        token = (self.home / "intake.token").read_text(encoding="utf-8").strip()
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}/alerts/default"
        return httpx.post(url, json=alert, headers=headers, timeout=None, trust_env=False)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger that it writes, opened once: to open it takes far longer than to look."""
        return open_ledger(f"sqlite:///{self.home / 'ledger.db'}")

    def incidents(self) -> tuple[Incident, ...]:
        """All incidents, read by themselves."""
        return self.ledger.incidents()

    def states(self) -> dict[str, int]:
        """How many open incidents wait for what."""
        counted = self.ledger.count_open()
        return {state: sum(n for (_, at), n in counted.items() if at == state) for state in STATES}

    def whats(self, incident_id: str) -> list[str]:
        """Kinds of the timeline's entries."""
        return [entry.what for entry in self.ledger.timeline(incident_id)]

    def chains_hold(self) -> bool:
        """Whether every timeline is what was written."""
        return all(isinstance(self.ledger.verify_chain(one.id), ChainOk) for one in self.ledger.incidents())

    def writes(self) -> list[str]:
        """Calls that changed the cloud, with what they were for."""
        done = (call for call in self.sandbox.calls() if call.code == "" and not call.action.startswith(READS))
        return [f"{call.action} {json.dumps(call.parameters, sort_keys=True)}" for call in done]

    def log(self) -> str:
        """What it wrote to standard error."""
        return (self.home / "serve.log").read_text(encoding="utf-8")


NewHouse = Callable[..., House]


def kill(process: subprocess.Popen[str], number: signal.Signals = signal.SIGKILL) -> int:
    """End a process, and return its status."""
    os.kill(process.pid, number)
    return process.wait()
