"""A sandbox in a process of its own, so that its work is not counted as ours."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from tasks.sandbox.engine import SeenCall
from tasks.sandbox.server import Sandbox

STOP_S = 10.0


class Names(NamedTuple):
    """Who is who in the sandbox's account.

    Args:
        uins: by name.
        owners: names of the keys' owners, by the key's id.
    """

    uins: dict[str, str]
    owners: dict[str, str]


class Apart(NamedTuple):
    """The sandbox as its clients see it.

    Args:
        environ: the runner's credential, as environment variables.
        alert: the drill's alert.
        alerts: one for each login that the scenario tells one of.
    """

    url: str
    environ: dict[str, str]
    alert: dict[str, Any]
    alerts: list[dict[str, Any]]
    people: Names
    pipe: "Connection[Any, Any]"

    def set_faults(self, **changes: Any) -> None:
        """Change how it misbehaves, and return when that holds."""
        self.pipe.send(changes)
        self.pipe.recv()

    def calls(self, start: int = 0) -> list[SeenCall]:
        """List the calls that it has seen, without the first so many."""
        self.pipe.send(start)
        found: list[SeenCall] = self.pipe.recv()
        return found


@contextmanager
def sandbox_apart(scenario: str) -> Iterator[Apart]:
    """Run a sandbox elsewhere while the block runs."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(scenario, theirs), daemon=True, name="sandbox")
    process.start()
    theirs.close()
    try:
        url, environ, alert, alerts, people = ours.recv()
        yield Apart(url=url, environ=environ, alert=alert, alerts=alerts, people=people, pipe=ours)
    finally:
        ours.close()
        process.join(STOP_S)


def _serve(scenario: str, pipe: "Connection[Any, Any]") -> None:
    """Serve until the other end of the pipe is closed."""
    with suppress(EOFError, KeyboardInterrupt), Sandbox.start(scenario) as sandbox:
        pipe.send((sandbox.url, sandbox.credentials(), sandbox.alert(), sandbox.alerts(), _people(sandbox)))
        while True:
            wanted = pipe.recv()
            if isinstance(wanted, int):
                pipe.send(sandbox.calls()[wanted:])
                continue
            sandbox.faults.set(**wanted)
            pipe.send(None)


def _people(sandbox: Sandbox) -> Names:
    names = {one.uin: one.name for one in sandbox.world.cloud.people}
    owners = {one.id: names[one.owner] for one in sandbox.world.cloud.keys}
    return Names({name: str(uin) for uin, name in names.items()}, owners)
