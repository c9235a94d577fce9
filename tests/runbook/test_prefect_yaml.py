"""What `prefect deploy` makes of prefect.yaml is what our own commands register."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client

from flows.unusual_login import unusual_login
from tasks.console.engine import deploy

pytestmark = pytest.mark.prefect
ROOT = Path(__file__).parents[2]
COMMON = ("entrypoint", "path", "work_pool_name", "tags", "parameter_openapi_schema", "enforce_parameter_schema")


async def deployed() -> dict[str, Any]:
    async with get_client() as client:
        deployment = await client.read_deployment_by_name("unusual_login/unusual_login")
    return {name: getattr(deployment, name) for name in COMMON}


def test_the_file_and_the_commands_deploy_the_same(prefect_server: Any, tmp_path: Path) -> None:
    asyncio.run(deploy(unusual_login, prefect_server.api_url))
    ours = asyncio.run(deployed())

    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert asyncio.run(deployed()) == ours | {"path": str(ROOT)}
