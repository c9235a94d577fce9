"""Leaves a run waiting at each of the waits, and keeps ledger, Prefect database, results and clouds as data.

    .venv/bin/python -m tests.upgrade.freeze 0.1.0

At each release: what this release leaves waiting, every later one must go on with.
"""

import asyncio
import json
import os
import sys
import tarfile
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID

from flows.unusual_login import unusual_login
from tasks.cli.drill import person_at_console
from tasks.cli.prepared_answers import answers_type
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.engine.connection import connected
from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, create_run
from tasks.engine.server.embedded import start_server
from tasks.engine.session import deploy
from tasks.intake.alerts import stated
from tasks.ledger.rows import Incident
from tasks.model.delivery import Delivery
from tasks.runbooks.registry import correlation_of, recognisers
from tasks.sandbox.server import Sandbox
from tasks.serving.registrar import run_of
from tasks.steps.contain_first import contain_ahead
from tasks.steps.gather import await_early, begin_early, forget_early
from tasks.steps.open_case import case_of
from tests.upgrade import stage
from tests.upgrade.scrub import scrub
from tests.upgrade.shapes import shapes
from tests.upgrade.waits import WAITS, Wait

HERE = Path(__file__).parent


def freeze(name: str) -> None:
    """Keep one run at each of the waits in a folder of this name."""
    folder = HERE / name
    folder.mkdir()
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        at, rows = datetime.now(UTC), all_waiting(home)
        scrub(home)
        pack(home, folder / "home.tar.xz")
    told = {"version": version("tencent-runbooks"), "prefect": version("prefect"), "frozen_at": at.isoformat()}
    text = json.dumps(told | {"waits": rows, "shapes": shapes()}, ensure_ascii=False, indent=1)
    (folder / "waits.json").write_text(f"{text}\n", encoding="utf-8")


def all_waiting(home: Path) -> list[dict[str, Any]]:
    """Leave all runs waiting."""
    with nameless(), start_server(home) as server, connected(server.api_url, home):
        return [left_waiting(wait, home, number, server.api_url) for number, wait in enumerate(WAITS, start=1)]


def nameless() -> ExitStack:
    """Let no process of this machine be named in the ledger."""
    stack = ExitStack()
    stack.enter_context(patch("tasks.engine.owner._where", lambda: "frozen:0"))
    stack.enter_context(patch("tasks.engine.owner._began", lambda _: "0"))
    stack.enter_context(patch("tasks.engine.owner.os", SimpleNamespace(getpid=lambda: 0, kill=os.kill)))
    return stack


def left_waiting(wait: Wait, home: Path, number: int, api_url: str) -> dict[str, Any]:
    """Bring one run to its wait, and tell what a later version must know of it."""
    state_file = home / "clouds" / f"{number}.json"
    with Sandbox.start(wait.scenario, state_file=state_file) as sandbox:
        wait.prepare(sandbox)
        with stage.at_work(home, sandbox, number, wait.files):
            run = asyncio.run(_run(wait, sandbox, api_url))
            question = asyncio.run(waiting_question(run))
            incident = ledger().incident_of_run(str(run))
            assert isinstance(question, Waiting), (wait.name, question)
            assert incident is not None
            return _told(wait, number, question, incident, stage.writes(sandbox))


async def _run(wait: Wait, sandbox: Sandbox, api_url: str) -> UUID:
    deployment = await deploy(unusual_login, api_url)
    parameters = {"alert": json.dumps(sandbox.alert()), "lang": wait.lang}
    made = await create_run(deployment, await contained_ahead(sandbox) if wait.ahead else parameters)
    state = await stage.walk(made.id, answers_type().model_validate(wait.given), person_at_console(sandbox))
    wait.meanwhile(sandbox)
    if wait.then:
        first = await waiting_question(made.id)
        assert isinstance(first, Waiting), wait.name
        assert await answer(made.id, wait.then, key=first.key) == Accepted(), wait.name
        state = await stage.walk(made.id, answers_type()(), person_at_console(sandbox))
    assert state is RunState.SUSPENDED, (wait.name, state)
    return made.id


async def contained_ahead(sandbox: Sandbox) -> dict[str, Any]:
    """Take the alert in and contain it as `serve` does, before Prefect knows a run; the run's parameters."""
    here = settings()
    reported = stated(json.dumps(sandbox.alert()), recognisers())
    policy, endpoint = load_policy(here.policy), here.endpoint or ""
    body = reported.alert.model_dump(mode="json")
    delivery = Delivery(source="frozen", road="generic", sha256="0" * 64, body=body, alerts=(reported,), at=utc_now())
    (receipt,) = ledger().take_delivery(delivery, correlation_of, mode=policy.mode, endpoint=endpoint, lang=here.lang)
    incident = ledger().incident(receipt.incident_id)
    begin_early(incident.id, reported, policy, endpoint=endpoint, site=here.site, lang=here.lang, now=utc_now())
    facts = await await_early(incident.id)
    assert facts is not None
    forget_early(incident.id)
    now = utc_now()
    case = case_of(incident, run_id="", alert=reported.alert, policy=policy, mode=None, lang=None, again=False, now=now)
    assert await asyncio.to_thread(contain_ahead, case, facts)
    found: dict[str, Any] = run_of(incident)["parameters"]
    return found


def _told(wait: Wait, number: int, question: Waiting, incident: Incident, written: list[str]) -> dict[str, Any]:
    return {
        "name": wait.name,
        "number": number,
        "scenario": wait.scenario,
        "lang": wait.lang,
        "files": wait.files,
        "incident": incident.id,
        "run": incident.flow_run_id,
        "waits_for": question.key,
        "answered": [each.key for each in ledger().answers(incident.id)],
        "approved": sum(entry.what == "approval_given" for entry in ledger().timeline(incident.id)),
        "links": len(ledger().checkin_links(incident.id)),
        "written": written,
        "go_on": wait.go_on,
        "asks": wait.asks,
        "verdict": wait.verdict,
    }


def pack(home: Path, path: Path) -> None:
    """Pack what a later version finds, always in the same order and without whose it was."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(path, "w:xz", preset=9) as archive:
        for each in sorted(home.rglob("*")):
            archive.add(each, each.relative_to(home), recursive=False, filter=plain)


if __name__ == "__main__":
    freeze(sys.argv[1])
