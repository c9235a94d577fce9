"""A small flow that behaves as a runbook must: a replayable script with two questions."""

import atexit
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from prefect import flow, task
from prefect.cache_policies import INPUTS, RUN_ID
from prefect.input import RunInput
from pydantic import Field, create_model

from tasks.engine.suspension import suspended_until

CHOICES = ("批准 · approve", "拒绝 · decline")


def question(title: str, choices: tuple[str, ...]) -> type[RunInput]:
    """A form with one required choice."""
    choice: Any = Literal[choices]
    return create_model(
        "Question", __base__=RunInput, choice=(choice, Field(title=title, description="选一个 · choose one"))
    )


def note(journal: str, line: str) -> None:
    """Say in a file that something was done, so that a test sees it done twice."""
    with Path(journal).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@task(persist_result=True, cache_policy=INPUTS + RUN_ID, result_serializer="json", task_run_name="look-up-{name}")
async def look_up(journal: str, name: str) -> dict[str, str]:
    note(journal, f"look_up {name}")
    return {"name": name, "at": datetime.now(UTC).isoformat()}


@task(persist_result=True, cache_policy=INPUTS + RUN_ID, result_serializer="json", task_run_name="act-{choice}")
async def act(journal: str, choice: str) -> str:
    note(journal, f"act {choice}")
    stop = Path(journal).with_suffix(".block")
    while stop.exists():
        await _pause()
    note(journal, f"acted {choice}")
    return choice


def _linger(while_there: Path) -> None:
    """Stay after the run is over, as a process does that still has something to close."""
    while while_there.exists():
        time.sleep(0.05)


async def _pause() -> None:
    import asyncio  # noqa: PLC0415

    await asyncio.sleep(0.05)


@flow(flow_run_name="toy {name}")
async def toy(journal: str, name: str, questions: int = 2) -> str:
    """Look up, ask, act, and ask again."""
    note(journal, "body")
    if (lingering := Path(journal).with_suffix(".linger")).exists():
        atexit.register(_linger, lingering)
    facts = await look_up(journal, name)
    said = ["", ""]
    for index in range(questions):
        form = question("决定 · Decision", CHOICES).with_initial_data(description=f"# 问题 {index}\n\n{facts['at']}")
        given = await suspended_until(form, f"q{index}")
        said[index] = given.choice
        note(journal, f"answer {index} {given.choice}")
        await act(journal, f"{index} {given.choice}")
    note(journal, "end")
    return " ".join(said)
