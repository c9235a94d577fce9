"""One incident from the terminal: a real run of the real deployment, driven in this process."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.utilities.urls import url_for

from tasks.checkin.url import checkin_url
from tasks.cli.links import tell_links
from tasks.cli.options import Options
from tasks.cli.outcome import check_writable, exit_status, record_of_run, tell_outcome, write_record
from tasks.cli.overtaken import overtaken_by
from tasks.cli.prepared_answers import filled, topic
from tasks.cli.prompt import prompt
from tasks.cli.sign_in import tell_sign_in
from tasks.cli.stdin import Lines
from tasks.cli.terminal import complain, tell, told
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.engine.drive import drive
from tasks.engine.leases import leased
from tasks.engine.questions import Refused, Waiting, answer, waits_for
from tasks.engine.runs import RunState, create_run, view
from tasks.engine.session import deploy, engine
from tasks.errors import EngineError, SettingsError
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import DUPLICATE
from tasks.model.base import Sentence
from tasks.model.plan import Action
from tasks.reporting.templating import in_language
from tasks.runbooks.registry import runbook_of
from tasks.steps.keep_looking import looking

Worker = Callable[[tuple[Action, ...]], None]
"""Does guided steps in the place of a person; only a drill has one."""

GONE = Sentence(
    zh="处置引擎（Prefect 服务）中途不可达，请人工继续。",
    en="The engine (Prefect's server) could not be reached any more; a person must go on.",
)


class Answering:
    """Answers what a run asks: from the file, else in the terminal, else whoever answers in the UI."""

    def __init__(self, options: Options, *, zh: bool, work: Worker | None = None) -> None:
        self._options = options
        self._zh = zh
        self._work = work
        self._cut_short: Waiting | None = None
        self._lines = Lines() if sys.stdin is not None and sys.stdin.isatty() else None

    async def __call__(self, waiting: Waiting) -> None:
        """Say where people can answer, and ask in the terminal, where there is one.

        Where somebody else was first, what was being typed was meant for that question, and answers no other one.
        """
        if self._lines is not None and self._cut_short is not None:
            self._lines.forget()
            await self._say_overtaken(self._cut_short)
        self._say_where(waiting)
        await in_thread(self._say_links)(waiting)
        self._cut_short = waiting
        while self._lines is not None:
            form = await prompt(waiting, self._lines)
            if form is None or await self._submit(waiting, form):
                break
        self._cut_short = None

    async def from_file(self, waiting: Waiting) -> bool:
        """Answer from the file, where it has an answer."""
        form = filled(waiting, self._options.answers) if self._options.answers else None
        if form is None:
            return False
        if topic(waiting.key) == "manual_steps" and self._work and form[next(iter(form))] == "done":
            await in_thread(self._work)(await in_thread(_guided)(waiting))
        return await self._submit(waiting, form)

    async def _submit(self, waiting: Waiting, form: dict[str, Any]) -> bool:
        verdict = await answer(waiting.flow_run_id, form, key=waiting.key)
        if not isinstance(verdict, Refused):
            return True
        overtaken = await self._say_overtaken(waiting)
        if not overtaken:
            tell(f"  {verdict.reason}", style="yellow")
        return overtaken

    async def _say_overtaken(self, waiting: Waiting) -> bool:
        """Say who decided meanwhile, or that the plan changed; false where the question is still open."""
        why = await overtaken_by(waiting)
        if why is not None:
            tell(f"  {in_language(why, 'zh' if self._zh else 'en')}", style="yellow")
        return why is not None

    def _say_where(self, waiting: Waiting) -> None:
        where = "等待回答" if self._zh else "waiting for an answer"
        here = ("在此回答，或 " if self._zh else "here, or ") if self._lines else ""
        how = f"{here}Resume (V2: ⋮ → Resume)"
        tell(f"⏸  {where} · {waiting.key} · {how} · {url_for('flow-run', obj_id=waiting.flow_run_id)}", style="bold")

    def _say_links(self, waiting: Waiting) -> None:
        """Show check-in links beside the question that they help with, on a terminal only: output may be kept."""
        incident, base = ledger().incident_of_run(str(waiting.flow_run_id)), checkin_url()
        checkins = runbook_of(incident.runbook).checkins if incident else None
        if incident and base and checkins and sys.stdout.isatty() and waits_for(waiting, checkins.question):
            try:
                tell_links(incident.id, base, lang="zh" if self._zh else "en")
            except SettingsError as exc:  # the question can be answered without
                complain(str(exc))


def _guided(waiting: Waiting) -> tuple[Action, ...]:
    """The guided steps that a waiting run asks about: those of the plan that nothing came of yet."""
    record = record_of_run(waiting.flow_run_id, GONE)
    if record is None:
        return ()
    settled = {(outcome.kind, outcome.target) for outcome in record.actions}
    return tuple(a for a in record.plan.actions if a.how == "manual" and (a.kind, a.target) not in settled)


async def drive_run(flow: Flow[..., Any], run_id: UUID, options: Options, *, work: Worker | None = None) -> RunState:
    """Drive a run to its end, through its questions, until the time-out; where the engine is lost, to there."""
    zh = (options.lang or settings().lang) == "zh"
    answering = Answering(options, zh=zh, work=work)
    try:
        async with leased(run_id), looking(run_id):
            return await drive(
                flow, run_id, on_waiting=answering, prepared=answering.from_file, timeout_s=options.timeout_s
            )
    except EngineError as exc:
        complain(str(exc))
        return RunState.SUSPENDED


async def _run(flow: Flow[..., Any], alert: str, options: Options, api_url: str, work: Worker | None) -> int:
    deployment = await deploy(flow, api_url)
    parameters = {"alert": alert, "mode": options.mode, "lang": options.lang, "again": options.again}
    run = await create_run(deployment, parameters)
    tell(f"→ {url_for('flow-run', obj_id=run.id)}", style="bold")
    tell_sign_in(api_url.removesuffix("/api"), zh=(options.lang or settings().lang) == "zh")
    state = await drive_run(flow, run.id, options, work=work)
    await tell_failure(run.id, state)
    answering = await answering_run(run.id) if state is RunState.COMPLETED else run.id
    return await in_thread(conclude)(answering, state, options)


async def answering_run(run_id: UUID) -> UUID:
    """The run that answers what this one is about: itself, or the one that did before."""
    seen = await view(run_id)
    if seen.state_name != DUPLICATE:
        return run_id
    other = await in_thread(ledger().incident)(seen.message)
    tell(
        f"= {other.id} · 此事已在处置（--again 重新处置） · is answered already (--again answers it anew)",
        style="bold",
    )
    return UUID(other.flow_run_id) if other.flow_run_id else run_id


async def tell_failure(run_id: UUID, state: RunState) -> None:
    """Say why a run failed: it is a defect of ours, or somebody cancelled it."""
    if state in {RunState.FAILED, RunState.CRASHED, RunState.CANCELLED}:
        tell(f"{state}: {(await view(run_id)).message}", style="red")


def conclude(run_id: UUID, state: RunState, options: Options) -> int:
    """Write the record, say how it ended, and give the exit status."""
    record = record_of_run(run_id, GONE)
    if record is not None:
        if options.record is not None:
            write_record(record, options.record)
        tell_outcome(record, zh=(options.lang or settings().lang) == "zh")
    if state is RunState.SUSPENDED:
        tell(f"  runbooks answer {run_id}", style="bold")
    return exit_status(state, record)


async def _stay() -> None:
    lines = Lines()
    tell("界面保持打开；按回车结束。 The UI stays open; press Enter to end.", style="dim")
    await lines.next()


def run_incident(flow: Flow[..., Any], alert: str, options: Options, *, work: Worker | None = None) -> int:
    """Answer one alert now; returns the exit status.

    Args:
        flow: the runbook.
        alert: the alert as JSON or text.
        work: does the guided steps that the answers file says are done; for drills.
    """
    check_writable(options.record)
    with engine() as server, told():
        try:
            return asyncio.run(_run(flow, alert, options, server.api_url, work))
        finally:
            if options.stay and sys.stdin.isatty():
                asyncio.run(_stay())
