"""What a suspended run waits for, and how it is answered: the same question that Prefect's own form shows."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, FlowRunInput
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Scheduled

from tasks.engine.binding import ABOUT, completed
from tasks.engine.runs import read_run
from tasks.errors import EngineError
from tasks.model.base import Value

INPUT_LIMIT = 50
"""Input rows read at once; a question has three."""
MANY = 200
"""Input rows of a whole run, the server's own limit."""
ANEW = "-again"
"""Stands in the key of a question that is asked anew, for what it is about has changed; attempts count from one."""
EVALUATED_KEY = "__prefect_kind"
"""Prefect's server evaluates objects with this key as templates and variables."""


class Waiting(Value):
    """A question that a run waits with: its form, and the text beside it."""

    flow_run_id: UUID
    key: str
    form: dict[str, Any]
    """JSON Schema of the answer."""
    description: str
    """Markdown with the evidence; empty where there is none."""
    since: datetime


class BrokenWait(Value):
    """A run that waits for an answer to a question which was never written down: no answer can be accepted."""

    flow_run_id: UUID
    key: str


class Accepted(Value):
    """The answer was taken; it is the first and only one."""


class Refused(Value):
    """The answer was not taken; the run is as it was."""

    reason: str


async def waiting_question(flow_run_id: UUID) -> Waiting | BrokenWait | None:
    """Read what a run waits for; nothing if it does not wait, or waits without a question."""
    async with get_client() as client:
        run = await read_run(client, flow_run_id)
        key = asked_key(run)
        if key is None or run.state is None:
            return None
        rows = await _rows(client, flow_run_id, f"suspended-{key}-")
    form = rows.get(f"suspended-{key}-schema")
    if form is None:
        return BrokenWait(flow_run_id=flow_run_id, key=key)
    description = rows.get(f"suspended-{key}-description")
    return Waiting(
        flow_run_id=flow_run_id,
        key=key,
        form=form.decoded_value,
        description=str(description.decoded_value) if description else "",
        since=run.state.timestamp,
    )


def asked_key(run: FlowRun) -> str | None:
    """Key of the question that a run is suspended with."""
    state = run.state
    if state is None or not state.is_paused() or not state.state_details.run_input_keyset:
        return None
    return state.state_details.pause_key


async def _rows(client: PrefectClient, flow_run_id: UUID, prefix: str) -> dict[str, FlowRunInput]:
    rows = await client.filter_flow_run_input(flow_run_id, key_prefix=prefix, limit=INPUT_LIMIT, exclude_keys=set())
    return {row.key: row for row in rows}


async def answer(flow_run_id: UUID, run_input: dict[str, Any], *, key: str | None = None) -> Accepted | Refused:
    """Answer what a run waits for and let it go on; the first answer is final.

    Args:
        flow_run_id: the run.
        run_input: the form's fields.
        key: the question that is meant, by default the one that is open; the answer is bound to its form, so that
            another one is not answered by mistake.
    """
    if EVALUATED_KEY in json.dumps(run_input):
        return Refused(reason=f"An answer may not hold {EVALUATED_KEY}: Prefect would evaluate it.")
    async with get_client() as client:
        run = await read_run(client, flow_run_id)
        if key is not None and asked_key(run) != key:
            return Refused(reason=f"The run does not wait for {key!r} (any more).")
        form = await _form_of(client, run)
        return await _resume(client, flow_run_id, completed(form, run_input))


async def _form_of(client: PrefectClient, run: FlowRun) -> dict[str, Any]:
    """The form of the question that a run was read to wait with; empty where it waits with none."""
    name = f"suspended-{asked_key(run)}-"
    row = (await _rows(client, run.id, name)).get(f"{name}schema")
    form: dict[str, Any] = row.decoded_value if row else {}
    return form


async def _resume(client: PrefectClient, flow_run_id: UUID, run_input: dict[str, Any]) -> Accepted | Refused:
    try:
        result = await client.resume_flow_run(flow_run_id, run_input=run_input)
    except PrefectHTTPStatusError as error:
        if error.response.status_code != httpx.codes.CONFLICT:
            raise EngineError(f"The Prefect server answered {error.response.status_code} to the answer.") from error
        return Refused(reason="This question already has an answer.")
    # The HTTP status is not the verdict: a refusal comes as 200.
    if result.status == SetStateStatus.ACCEPT:
        return Accepted()
    return Refused(reason=getattr(result.details, "reason", None) or f"Prefect said {result.status.value}.")


async def wake(waiting: Waiting) -> bool:
    """Let a run go on from its top without an answer, if it still waits with this question; true where it does.

    It is the transition that an answer makes, so that the server lets one of the two win: after an answer there is
    nothing to wake, and after this an answer is refused.
    """
    async with get_client() as client:
        if asked_key(await read_run(client, waiting.flow_run_id)) != waiting.key:
            return False
        result: OrchestrationResult[Any] = await client.set_flow_run_state(
            waiting.flow_run_id, Scheduled(name="Resuming")
        )
    return result.status == SetStateStatus.ACCEPT


async def has_answer(flow_run_id: UUID, key: str) -> bool:
    """Whether an answer to a question was accepted, however it came."""
    async with get_client() as client:
        return f"suspended-{key}-response" in await _rows(client, flow_run_id, f"suspended-{key}-")


async def answer_to(flow_run_id: UUID, key: str) -> dict[str, Any] | None:
    """The form that was filled in to a question; None where none was."""
    async with get_client() as client:
        row = (await _rows(client, flow_run_id, f"suspended-{key}-")).get(f"suspended-{key}-response")
    given = row.decoded_value if row else None
    return given if isinstance(given, dict) else None


async def answers_given(flow_run_id: UUID) -> dict[str, dict[str, Any]]:
    """The forms that were filled in a run, by the key of the question; none where the server does not know the run."""
    async with get_client() as client:
        rows = await client.filter_flow_run_input(flow_run_id, key_prefix="suspended-", limit=MANY, exclude_keys=set())
    ends = "-response"
    filled = {row.key.removeprefix("suspended-").removesuffix(ends): row for row in rows if row.key.endswith(ends)}
    return {
        key: {name: given for name, given in dict(row.decoded_value).items() if name != ABOUT}
        for key, row in filled.items()
    }


async def has_form(client: PrefectClient, flow_run_id: UUID, key: str) -> bool:
    """Whether the form of a question is written down, so that people can fill it."""
    return f"suspended-{key}-schema" in await _rows(client, flow_run_id, f"suspended-{key}-")


async def add_to_question(waiting: Waiting, markdown: str) -> None:
    """Put a paragraph at the end of a question's text; the question, its form and its answer are not touched.

    Prefect has no call that changes a row, so it is written anew; a process that died between the two would leave the
    form without its text, which is why the text is read before and written at once.
    """
    name = f"suspended-{waiting.key}-description"
    text = f"{waiting.description.rstrip()}\n\n{markdown}\n"
    async with get_client() as client:
        if waiting.description:
            await client.delete_flow_run_input(waiting.flow_run_id, name)
        await client.create_flow_run_input(waiting.flow_run_id, name, json.dumps(text))


def waits_for(waiting: Waiting, question: str) -> bool:
    """Whether a run waits for this question, whichever time it is asked."""
    name, _, attempt = waiting.key.rpartition("-")
    return name.removesuffix(ANEW) == question.replace("_", "-") and attempt.isdigit()


def may_answer(waiting: Waiting, person: str) -> bool:
    """Whether the form takes an answer of this person's."""
    names = waiting.form["properties"]["answered_by"].get("enum")
    return names is None or person in names
