"""What is submitted is bound to what was shown: the server refuses whatever was meant for another question."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import SetStateStatus
from prefect.input import RunInput

from tasks.cli.overtaken import overtaken_by
from tasks.engine.binding import bound, check_binding, completed
from tasks.engine.inplace import run_in_place
from tasks.engine.questions import Accepted, Refused, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, view
from tasks.errors import EngineError

APPROVE = {"choice": "批准 · approve"}


class Form(RunInput):
    """A form of one field."""

    choice: str


def test_the_form_wants_exactly_one_value_and_shows_it_filled_in() -> None:
    schema = bound(Form, "q-1").model_json_schema()

    assert schema["required"] == ["choice", "about"]
    assert (schema["properties"]["about"]["enum"], schema["properties"]["about"]["default"]) == (["q-1"], "q-1")
    assert schema["additionalProperties"] is False
    assert Form.model_json_schema()["required"] == ["choice"]


def test_the_text_beside_the_form_stays() -> None:
    assert bound(Form.with_initial_data(description="# Why"), "q-1")._description == "# Why"


def test_an_answer_to_a_form_of_an_earlier_version_is_read_and_one_to_something_else_is_not() -> None:
    form = bound(Form, "q-1")

    check_binding(form.model_validate({"choice": "a"}), "q-1")
    check_binding(form.model_validate({"choice": "a", "about": "q-1"}), "q-1")
    with pytest.raises(EngineError, match="'q-2' was kept as the answer to 'q-1'"):
        check_binding(form.model_validate({"choice": "a", "about": "q-2"}), "q-1")


@pytest.mark.parametrize("given", [{"choice": "a"}, {"choice": "a", "about": "q-2"}])
def test_what_was_filled_in_is_sent_with_what_binds_it_to_the_form_that_was_shown(given: dict[str, Any]) -> None:
    assert completed(bound(Form, "q-1").model_json_schema(), given) == {"choice": "a", "about": "q-1"}
    assert completed(Form.model_json_schema(), given) == given
    assert completed({}, given) == given


async def resumed(run: UUID, body: dict[str, Any]) -> SetStateStatus:
    """Send a body as it is, as Prefect's own page does."""
    async with get_client() as client:
        return (await client.resume_flow_run(run, run_input=body)).status


def shown(run: UUID) -> Waiting:
    question = asyncio.run(waiting_question(run))
    assert isinstance(question, Waiting)
    return question


@pytest.mark.prefect
def test_the_body_of_one_question_answers_no_other(toy: Any) -> None:
    run = toy.new_run()
    asyncio.run(run_in_place(toy.flow, run))
    first = shown(run)
    body = completed(first.form, APPROVE)

    assert asyncio.run(resumed(run, APPROVE)) is SetStateStatus.REJECT
    assert asyncio.run(resumed(run, body | {"about": "q1"})) is SetStateStatus.REJECT
    assert asyncio.run(resumed(run, body)) is SetStateStatus.ACCEPT
    asyncio.run(run_in_place(toy.flow, run))
    assert shown(run).key == "q1"
    assert asyncio.run(resumed(run, body)) is SetStateStatus.REJECT
    assert isinstance(asyncio.run(answer(run, APPROVE, key=first.key)), Refused)
    assert asyncio.run(view(run)).state is RunState.SUSPENDED
    assert asyncio.run(overtaken_by(shown(run))) is None
    said = asyncio.run(overtaken_by(first))
    assert said is not None
    assert said.en.startswith("Decided meanwhile by")
    assert asyncio.run(answer(run, APPROVE, key="q1")) == Accepted()
