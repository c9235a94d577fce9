"""Calling `runbooks` in processes of its own, so that a test can kill them."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tasks.ledger.rows import ChainOk, Incident
from tasks.ledger.store import Ledger, open_ledger
from tasks.sandbox.server import Sandbox
from tests.calls import READS

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Stage:
    """A sandbox, a home, and a shell in which `runbooks` is called.

    Args:
        env: what every process of `runbooks` sees.
    """

    sandbox: Sandbox
    home: Path
    env: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *words: object, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        """Start `runbooks` and leave it at work."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.patient", *map(str, words)],
            cwd=self.home,
            env=self.env | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Call `runbooks` and wait for its end."""
        process = self.start(*words, env=env)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def file(self, name: str, content: object) -> Path:
        """Write a file beside the home's; text as it is, all else as YAML."""
        path = self.home / name
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return path

    def alert(self) -> Path:
        """The scenario's alert, in a file."""
        return self.file("alert.json", json.dumps(self.sandbox.alert()))

    def record(self) -> dict[str, Any]:
        """What `--record` wrote."""
        found: dict[str, Any] = json.loads((self.home / "record.json").read_text(encoding="utf-8"))
        return found

    def ledger(self) -> Ledger:
        """The ledger that the processes write."""
        return open_ledger(f"sqlite:///{self.home / 'ledger.db'}")

    def incident(self) -> Incident:
        """The only incident of the home."""
        (found,) = self.ledger().incidents()
        return found

    def writes(self) -> list[str]:
        """Calls that changed the cloud, as the sandbox saw them, with what they were for."""
        done = (call for call in self.sandbox.calls() if call.code == "" and not call.action.startswith(READS))
        return [f"{call.action} {json.dumps(call.parameters, sort_keys=True)}" for call in done]

    def reads(self, service: str) -> int:
        """How often a product was asked."""
        return sum(call.service == service for call in self.sandbox.calls())

    def chain_holds(self) -> bool:
        """Whether the timeline of every incident is what was written."""
        ledger = self.ledger()
        return all(isinstance(ledger.verify_chain(one.id), ChainOk) for one in ledger.incidents())


def said(process: subprocess.Popen[str], text: str) -> str:
    """Read the process's output until a line holds the text."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return line
    raise AssertionError(f"it never said {text!r} but: {''.join(lines)} {process.stderr and process.stderr.read()}")


def kill(process: subprocess.Popen[str]) -> None:
    """End a process as a power cut would."""
    process.kill()
    process.wait()
