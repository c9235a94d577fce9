"""The sandbox on its own, for `respond`, for tccli, or for anybody's code."""

import json
import shlex
from pathlib import Path

from tasks.cli.terminal import tell
from tasks.sandbox.server import Sandbox, serve


def announce(sandbox: Sandbox) -> None:
    """Print what a client needs, ready for a shell."""
    for name, value in (sandbox.credentials() | {"RUNBOOKS_CLOUD_ENDPOINT": sandbox.url}).items():
        tell(f"export {name}={shlex.quote(value)}")
    tell(f"# alert: {json.dumps(sandbox.alert(), ensure_ascii=False)}")
    tell(f"# console: {sandbox.url}/console")


def run_sandbox(scenario: str, *, port: int, latency_s: float, state_file: Path | None) -> None:
    """Serve a sandbox until it is interrupted."""
    serve(scenario, port=port, state_file=state_file, latency_s=latency_s, announce=announce)
