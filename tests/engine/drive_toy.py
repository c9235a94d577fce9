"""A process that drives one run of the toy flow and answers nothing: what a test kills."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from prefect.flows import load_flow_from_entrypoint

from tasks.engine.connection import connected
from tasks.engine.drive import drive
from tasks.engine.questions import Waiting


async def say(question: Waiting) -> None:
    print("waiting", question.key, flush=True)  # noqa: T201 - the test reads it


def main(api_url: str, home: str, flow_run_id: str) -> None:
    with connected(api_url, Path(home)):
        toy = load_flow_from_entrypoint(f"{Path(__file__).with_name('toy_flow.py')}:toy")
        asyncio.run(drive(toy, UUID(flow_run_id), on_waiting=say))


if __name__ == "__main__":
    main(*sys.argv[1:])
