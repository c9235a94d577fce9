"""What could not be done is tried again in the background; the run waits for that before it calls itself incomplete."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TypeVar

from tasks.context import ledger, utc_now
from tasks.decide.approvers import Approvers, approvers_of
from tasks.decide.identity import everybody
from tasks.decide.proof_of_person import Presented, Recognised, proof_of_person
from tasks.decide.tries import to_try_again, with_tries
from tasks.decide.verdict import POLICY
from tasks.engine.step import say, step
from tasks.ledger.actions import CLAIMED
from tasks.ledger.kept import outcome_of
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import Try
from tasks.model.base import Value
from tasks.model.case import Case
from tasks.model.plan import Outcome
from tasks.model.progress import Decided, Gathered
from tasks.reporting.render import tries_text
from tasks.steps.ask import wait_for, waiting_key
from tasks.steps.forms import TRIES, tries_form

G = TypeVar("G", bound=Gathered)

LOOK_S = 0.5
"""How often it is looked whether a try that is in hand has ended."""

_patient: ContextVar[bool] = ContextVar("whether the run may wait for further tries", default=False)


class Awaited(Value):
    """Whether a run waits for further tries."""

    waits: bool


@contextmanager
def patiently() -> Iterator[None]:
    """Let runs that begin in this block wait for further tries: somebody tries, and nobody waits for the shell."""
    token = _patient.set(True)
    try:
        yield
    finally:
        _patient.reset(token)


async def finish_tries(progress: Decided) -> Decided:
    """Wait until what failed was done by a further try, was tried for the last time, or somebody gives it up.

    A run that nobody waits for patiently, such as one of a script, goes on at once with what the tries came to by now.
    """
    left = to_try_again(progress.outcomes)
    if not left:
        return progress
    awaited = await await_tries(progress.case, progress.rounds, patient=_patient.get())
    by = await _given_up_by(progress, left) if awaited.waits else POLICY
    return await with_later_tries(progress, f"round {progress.rounds}", by)


async def with_later_tries(progress: G, point: str, by: str = POLICY) -> G:
    """End all tries, and go on from what came of them: what was done in the background is known and can be put back."""
    if not to_try_again(progress.outcomes):
        return progress
    later = await take_tries(progress.case, point, by)
    return progress.model_copy(update={"outcomes": with_tries(progress.outcomes, later)})


@step("try again later? · round {number}", name="await_tries", distinct=("number",))
@in_thread
def await_tries(case: Case, number: int, *, patient: bool) -> Awaited:  # noqa: ARG001 - it tells the rounds apart
    """Decide once whether the run waits."""
    return Awaited(waits=patient and not _over(case))


@step("tried again · {point}", name="take_tries", distinct=("point",))
async def take_tries(case: Case, point: str, by: str) -> tuple[Outcome, ...]:
    """Try no more, let a try that is in hand end, and read what came of all."""
    outcomes = await asyncio.to_thread(_taken, case.incident_id, by)
    for one in outcomes:
        say("%s: %s → %s: %s", point, one.name, one.status, case.pick(one.detail))
    return outcomes


def _taken(incident_id: str, by: str) -> tuple[Outcome, ...]:
    ledger().stop_tries(incident_id, by, utc_now())
    while any(one.held_until and one.held_until > utc_now() for one in ledger().tries(incident_id)):
        time.sleep(LOOK_S)
    ledger().take_tries(incident_id, utc_now())
    last = {(one.kind, one.target, f"{one.plan_hash}.{one.made}") for one in ledger().tries(incident_id)}
    rows = (row for row in ledger().actions(incident_id) if (row.kind, row.target, row.plan_hash) in last)
    return tuple(outcome_of(row) for row in rows if row.status != CLAIMED)


async def _given_up_by(progress: Decided, left: tuple[Outcome, ...]) -> str:
    """Wait, and say who ended it; the policy, where the tries ended by themselves.

    That they are over is read outside a step: once they are, they stay so, and a replay does not wait again.
    """
    case, attempt = progress.case, 0
    while left_open := await in_thread(_open)(case):
        attempt += 1
        may = _approvers(progress)
        text = tries_text(left, _next(left_open), case.incident_id, case.lang)
        key = waiting_key(f"{TRIES}-{progress.rounds}-{attempt}")
        filled = await wait_for(progress, key, tries_form(may.names, case.lang), text, by="answered_by")
        who = proof_of_person(Presented(name=filled.fields["answered_by"]), may)
        if isinstance(who, Recognised):
            return who.name
        say("%s", case.pick(who))
    return POLICY


def _approvers(progress: Decided) -> Approvers:
    known = everybody(progress.facts)
    return approvers_of(progress.plan, progress.case.policy, suspect=progress.suspect.principal, known=known)


def _open(case: Case) -> tuple[Try, ...]:
    return tuple(one for one in ledger().tries(case.incident_id) if one.due_at is not None)


def _over(case: Case) -> bool:
    return not _open(case)


def _next(tries: tuple[Try, ...]) -> datetime | None:
    return min((one.due_at for one in tries if one.due_at), default=None)
