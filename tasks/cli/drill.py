"""A drill: the whole runbook against a sandbox, on embedded defaults."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from prefect import Flow

from tasks.cli.options import Options
from tasks.cli.outcome import check_writable
from tasks.cli.respond import run_incident
from tasks.cli.terminal import tell
from tasks.config.home import home, make_home
from tasks.config.settings import settings
from tasks.context import utc_now
from tasks.errors import InputError
from tasks.intake.alerts import stated
from tasks.model.base import Lang, Value
from tasks.model.plan import Action
from tasks.runbooks.registry import recognisers
from tasks.sandbox.acts import STEPS
from tasks.sandbox.scenarios import load, names
from tasks.sandbox.server import Sandbox

DEFAULT_SCENARIO = "stolen-sub-account"


class DrillNote(Value):
    """What is needed to raise the drill's sandbox again after its process died."""

    scenario: str
    port: int
    state_file: Path


def _notes() -> Path:
    return home() / "drills"


def check_scenario(name: str) -> str:
    """The scenario's name if there is one.

    Raises:
        InputError: there is none of that name.
    """
    if name not in names():
        raise InputError("SCENARIO", f"{name!r} is none; `runbooks drill --list` shows them: {', '.join(names())}")
    return name


def point_at(sandbox: Sandbox, policy: Path | None) -> None:
    """Point this process at a sandbox, with the sandbox's own credentials."""
    os.environ.update(sandbox.credentials() | {"RUNBOOKS_CLOUD_ENDPOINT": sandbox.url})
    os.environ.pop("TENCENTCLOUD_TOKEN", None)
    if policy is not None and settings().policy is None:
        os.environ["RUNBOOKS_POLICY"] = str(policy)
    settings.cache_clear()


def _new_sandbox(scenario: str) -> Sandbox:
    folder = _notes() / uuid4().hex[:12]
    folder.mkdir(parents=True, mode=0o700)
    state_file = folder / "sandbox.json"
    sandbox = Sandbox.start(scenario, state_file=state_file)
    note = DrillNote(scenario=scenario, port=int(sandbox.url.rsplit(":", 1)[1]), state_file=state_file)
    (folder / "drill.json").write_text(note.model_dump_json(), encoding="utf-8")
    return sandbox


def raise_sandbox(endpoint: str) -> Sandbox | None:
    """Raise the sandbox of an earlier drill again, as it was, where its process is gone; None for no drill of ours."""
    for path in sorted(_notes().glob("*/drill.json"), key=lambda p: p.stat().st_mtime, reverse=True):
        with suppress(ValueError, OSError):
            note = DrillNote.model_validate_json(path.read_text(encoding="utf-8"), extra="ignore")
            if endpoint == f"http://127.0.0.1:{note.port}":
                return Sandbox.start(note.scenario, port=note.port, state_file=note.state_file)
    return None


def person_at_console(sandbox: Sandbox) -> Callable[[tuple[Action, ...]], None]:
    """Play the person who does the guided steps in the sandbox's web console, as far as it has them."""

    def work(actions: tuple[Action, ...]) -> None:
        for action in actions:
            if str(action.kind) in STEPS:
                sandbox.console(str(action.kind), action.principal.name)

    return work


def drill(flow_of: Callable[[str], Flow[..., Any]], scenario: str, options: Options) -> int:
    """Run a drill to its end; returns the exit status."""
    check_writable(options.record)
    make_home()
    sandbox = _new_sandbox(check_scenario(scenario))
    try:
        point_at(sandbox, None)
        lang = options.lang or settings().lang
        tell(f"{scenario} · {sandbox.scenario.title[lang]}", style="bold")
        tell(f"  {sandbox.scenario.sentence[lang]}")
        alert = json.dumps(sandbox.alert(), ensure_ascii=False)
        flow = flow_of(stated(alert, recognisers()).runbook)
        return run_incident(flow, alert, options, work=person_at_console(sandbox))
    finally:
        sandbox.stop()


def list_scenarios(lang: Lang | None) -> None:
    """Print every scenario with its story."""
    spoken = lang or settings().lang
    for name in names():
        scenario = load(name, now=utc_now())
        tell(f"{name:28}{scenario.title[spoken]}", style="bold")
        tell(f"{'':28}{scenario.sentence[spoken]}")
