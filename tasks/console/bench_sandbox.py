"""A sandbox in a process of its own, so that its work is not counted as ours."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from tasks.sandbox.server import Sandbox

STOP_S = 10.0


class Apart(NamedTuple):
    """The sandbox as its clients see it.

    Args:
        environ: the runner's credential, as environment variables.
    """

    url: str
    environ: dict[str, str]
    alert: dict[str, Any]
    pipe: "Connection[Any, Any]"

    def set_faults(self, **changes: Any) -> None:
        """Change how it misbehaves, and return when that holds."""
        self.pipe.send(changes)
        self.pipe.recv()


@contextmanager
def sandbox_apart(scenario: str) -> Iterator[Apart]:
    """Run a sandbox elsewhere while the block runs."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(scenario, theirs), daemon=True, name="sandbox")
    process.start()
    theirs.close()
    try:
        url, environ, alert = ours.recv()
        yield Apart(url=url, environ=environ, alert=alert, pipe=ours)
    finally:
        ours.close()
        process.join(STOP_S)


def _serve(scenario: str, pipe: "Connection[Any, Any]") -> None:
    """Serve until the other end of the pipe is closed."""
    with suppress(EOFError, KeyboardInterrupt), Sandbox.start(scenario) as sandbox:
        pipe.send((sandbox.url, sandbox.credentials(), sandbox.alert()))
        while True:
            sandbox.faults.set(**pipe.recv())
            pipe.send(None)
