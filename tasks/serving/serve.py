"""The long-lived process, put together: it takes alerts in, runs what they open, and ends in order."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from uuid import UUID

from prefect import Flow
from starlette.routing import Route

from tasks.checkin.answer import keep_answering
from tasks.config.policy_file import CurrentPolicy
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.custody.seal import keep_sealing
from tasks.engine.connection import connected
from tasks.engine.inplace import open_clients
from tasks.errors import LedgerError
from tasks.ledger.rows import Incident
from tasks.model.address import Network
from tasks.serving.deployed import Deployed
from tasks.serving.end import end_within
from tasks.serving.engine_probe import EngineProbe, EngineState
from tasks.serving.guard import Guard, Loop
from tasks.serving.health import health_routes
from tasks.serving.heartbeat import Heartbeat
from tasks.serving.http_server import ended, web
from tasks.serving.ingest import Reception
from tasks.serving.kept_board import Board
from tasks.serving.pickup import Pickup
from tasks.serving.policy import PolicyInForce
from tasks.serving.prefect_server import Embedded, embedded
from tasks.serving.queue import Roster
from tasks.serving.registrar import Registrar
from tasks.serving.sweeper import Sweeper
from tasks.serving.watcher import watch
from tasks.serving.workers import Places
from tasks.steps.keep_looking import keep_looking
from tasks.steps.try_again import keep_trying

log = logging.getLogger("runbooks.serve")

DRAIN_S = 20.0
"""How long runs at work may take to end or to come to a question once the process is told to end; the others are cut
off, and whoever starts next goes on with them."""
CUT_S = 5.0
"""How long what was cut off may take to end."""
HARD_S = 45.0
"""How long the whole end may take, whatever hangs: systemd's `TimeoutStopSec` is 60."""
THREADS = 64
"""Threads that wait for the cloud and the ledger: some for each place, or containment would queue behind reads."""
AGAIN_S = 2.0
"""How long until a ledger that is away is opened again."""

Deploy = Callable[[str], Coroutine[Any, Any, Mapping[UUID, str]]]
"""Registers the deployments with the server at an address; returns the name of each one's flow."""


class Wiring(NamedTuple):
    """What `serve` needs of the command line.

    Args:
        home: `RUNBOOKS_HOME`.
        listener: where alerts come in.
        flows: the flows by their names.
        routes: makes the routes of the intake from the reception.
        deploy: registers the deployments.
        announce: is told the UI's address once alerts are taken.
        trusted: networks of reverse proxies before the intake.
    """

    home: Path
    listener: socket.socket
    flows: Mapping[str, Flow[..., Any]]
    routes: Callable[[Reception], list[Route]]
    deploy: Deploy
    announce: Callable[[str], None]
    trusted: Sequence[Network] = ()


def serve(wiring: Wiring) -> None:
    """Serve until SIGTERM or SIGINT; what is at work then may come to an end.

    The main thread only waits for signals: in it Prefect's engine would take them over while a run is at work.
    """
    told = _Told()
    before = {number: signal.signal(number, told.by_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="serve") as beside:
            beside.submit(asyncio.run, _serve(wiring, told)).result()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Told:
    """Whether the process was told to end; a signal may come before there is a loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early = False
        self.engine: Embedded | None = None
        """The server that is told to end, too, where the process does not come to its end in time."""

    def by_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Tell the loop; called in the main thread."""
        if not self._early:
            end_within(HARD_S, self._at_last)
        self._early = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._event.set)

    def _at_last(self) -> None:
        if self.engine is not None:
            self.engine.abandon()

    async def wait(self) -> None:
        """Wait until it was told."""
        self._loop = asyncio.get_running_loop()
        if not self._early:
            await self._event.wait()


async def _serve(wiring: Wiring, told: _Told) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=THREADS))
    async with embedded(wiring.home) as engine:
        told.engine = engine
        with connected(engine.api_url, wiring.home):
            await _Process(wiring, engine).run(told)


class _Process:
    """The parts of one process, and its end."""

    def __init__(self, wiring: Wiring, engine: Embedded) -> None:
        self._wiring = wiring
        self._engine = engine
        self._policy = PolicyInForce(CurrentPolicy(settings().policy))
        self._roster = Roster(settings().at_once)
        self._guard = Guard()
        self._probe = EngineProbe(engine.api_url)
        self._heartbeat = Heartbeat()
        self._registrar = Registrar(
            settings().endpoint or "",
            came=self._found,
            registered=self._registered,
            others=lambda: self._heartbeat.others,
        )
        self._reception = Reception(self._roster, self._policy, self._registrar.hurry)
        self._sweeper = Sweeper(
            settings().endpoint or "",
            self._roster,
            go_on=self._reception.left,
            forgotten=self._registrar.hurry,
            others=lambda: self._heartbeat.others,
        )
        self._web = web(
            [
                *wiring.routes(self._reception),
                *health_routes(
                    self._roster,
                    closed=lambda: self._reception.closed,
                    engine=self._engine_state,
                    held_up=lambda: self._guard.down,
                ),
            ],
            wiring.trusted,
        )

    async def run(self, told: _Told) -> None:
        """Serve until told to end; the end of any part before that is an error."""
        taking_in = asyncio.create_task(self._web.serve(sockets=[self._wiring.listener]))
        self._wiring.announce(self._engine.ui_url)
        working = asyncio.create_task(self._work())
        ending = asyncio.create_task(told.wait())
        await asyncio.wait({taking_in, working, ending}, return_when=asyncio.FIRST_COMPLETED)
        log.warning("ending: no more alerts are taken; runs at work have %.0f s to come to a stop", DRAIN_S)
        self._reception.closed = True
        await ended(self._web, taking_in)
        if not working.done():
            await self._drain(working)
        if working.done() and not working.cancelled():
            working.result()

    async def _drain(self, working: "asyncio.Task[None]") -> None:
        self._roster.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._roster.empty(), DRAIN_S)
        working.cancel()
        await asyncio.wait({working}, timeout=CUT_S)
        if not working.done():
            log.error("what was cut off does not end; whoever starts next goes on with it")

    async def _work(self) -> None:
        """Run everything else, each part as soon as what it needs is there: the ledger, then Prefect's server."""
        async with asyncio.TaskGroup() as group:
            self._begin(group, "the look at the Prefect server", self._probe.keep)
            await wait_for_the_ledger()
            async with open_clients():  # each part sees them
                await self._parts()

    async def _parts(self) -> None:
        places = Places(self._wiring.flows, self._roster, self._policy, self._sweeper.hurry)
        async with asyncio.TaskGroup() as group:
            self._begin(group, "the watcher", lambda: watch(self._policy, self._registrar.hurry))
            self._begin(group, "looking ahead", places.look_ahead)
            self._begin(group, "check-ins", keep_answering)
            self._begin(group, "signing", keep_sealing)
            self._begin(group, "looking for late records", lambda: keep_looking(settings().endpoint or ""))
            self._begin(group, "trying again", lambda: keep_trying(settings().endpoint or ""))
            self._begin(group, "giving places", places.work)
            self._begin(group, "the deployments", lambda: self._with_engine(group))

    async def _with_engine(self, group: asyncio.TaskGroup) -> None:
        """Begin everything that needs Prefect's server, once that answers."""
        deployed = Deployed(self._register)
        await deployed.register()
        log.info("Prefect answers: %s", self._engine.ui_url)
        pickup = Pickup(deployed.flows, self._roster)
        self._begin(group, "keeping the deployments", deployed.keep)
        self._begin(group, "registering", lambda: self._registrar.run(deployed.current))
        self._begin(group, "picking up", pickup.run)
        self._begin(group, "listening", pickup.listen)
        self._begin(group, "the board", Board().run)
        self._begin(group, "the heartbeat", self._heartbeat.keep)
        self._begin(group, "the sweeper", self._sweeper.run)

    def _begin(self, group: asyncio.TaskGroup, name: str, loop: Loop) -> None:
        group.create_task(self._guard.keep(name, loop), name=name)

    async def _register(self) -> Mapping[UUID, str]:
        await self._engine.ready()
        return await self._wiring.deploy(self._engine.api_url)

    def _engine_state(self) -> EngineState:
        """How Prefect's server is, by its answers and by whether it took the last run."""
        return self._probe.state(takes_runs=self._registrar.reachable)

    def _found(self, incident: Incident, *, begun: bool) -> None:
        self._reception.found(incident, begun=begun)

    def _registered(self, incident_id: str, run_id: UUID) -> None:
        job = self._roster.find(incident_id)
        if job is not None:
            job.register(run_id)


async def wait_for_the_ledger() -> None:
    """Wait until the ledger can be opened; what it is waited for is said once."""
    said = ""
    while True:
        try:
            await asyncio.to_thread(ledger)
        except (LedgerError, OSError) as error:
            if str(error) != said:
                log.error("waiting for the ledger; no alert can be taken before: %s", error)  # noqa: TRY400 - one line
            said = str(error)
            await asyncio.sleep(AGAIN_S)
        else:
            break
    if said:
        log.warning("the ledger is there; alerts are taken")
