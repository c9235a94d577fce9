"""The embedded Prefect UI on its own, to review runs."""

import signal
from contextlib import suppress

from tasks.cli.terminal import tell
from tasks.engine.session import engine


def serve_ui() -> None:
    """Keep the embedded server up until it is interrupted."""
    with engine() as server:
        tell(f"{server.ui_url}/runs · Ctrl-C", style="bold")
        with suppress(KeyboardInterrupt):
            signal.pause()
