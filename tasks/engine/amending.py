"""Adds to the text beside a question that already waits, so that its form shows what came in later."""

import json

from prefect.client.orchestration import get_client

from tasks.engine.questions import Waiting


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
    return name == question.replace("_", "-") and attempt.isdigit()


def may_answer(waiting: Waiting, person: str) -> bool:
    """Whether the form takes an answer of this person's."""
    names = waiting.form["properties"]["answered_by"].get("enum")
    return names is None or person in names
