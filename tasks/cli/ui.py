"""The embedded Prefect UI on its own, to review runs."""

import signal
from contextlib import suppress

from tasks.cli.sign_in import tell_sign_in
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.engine.session import engine


def serve_ui() -> None:
    """Keep the embedded server up until it is interrupted."""
    with engine() as server:
        tell(f"{server.ui_url}/runs · Ctrl-C", style="bold")
        tell_sign_in(server.ui_url, zh=settings().lang == "zh")
        with suppress(KeyboardInterrupt):
            signal.pause()
