"""The sandbox as others use it: started, asked, told to misbehave, stopped."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from tasks.sandbox import keep, scenarios
from tasks.sandbox.acts import Act, attempt, login, press
from tasks.sandbox.app import build_app
from tasks.sandbox.audit import Bulk
from tasks.sandbox.engine import Engine, SeenCall
from tasks.sandbox.faults import Faults
from tasks.sandbox.people import active_key
from tasks.sandbox.protocol import CuttableProtocol
from tasks.sandbox.scenarios import Scenario
from tasks.sandbox.world import World

HOST = "127.0.0.1"  # never anything else: the sandbox gives out keys
STOP_TIMEOUT_S = 30.0  # calls that hang are let go at once; a machine may be slow
KEEP_ALIVE_S = 75  # uvicorn's own 5 s cut clients off that pause for a moment, in the midst of their next call
BULK_SPAN_S = 29 * 86400  # what one query of the audit log can span


class Sandbox:
    """A stand-in for Tencent Cloud's API on loopback.

    Args:
        state_file: keeps the cloud over restarts; the file's scenario must be the same.
    """

    def __init__(self, scenario: Scenario, *, port: int, state_file: Path | None, latency_s: float) -> None:
        self.scenario = scenario
        self._faults = Faults(scenario.story.faults)
        if latency_s:
            self._faults.set(latency_s=latency_s)
        self._engine = Engine(scenario.world, self._faults, time.time, _saver(state_file))
        self._engine.save(scenario.world)
        self._socket = _listen(port)
        self._port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._server = uvicorn.Server(self._config())
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    @classmethod
    def start(
        cls, scenario: str, *, port: int = 0, state_file: Path | None = None, latency_s: float = 0.0
    ) -> "Sandbox":
        """Start a sandbox in a thread of its own, and return when it answers."""
        sandbox = cls(_scenario(scenario, state_file), port=port, state_file=state_file, latency_s=latency_s)
        sandbox._thread.start()
        while not sandbox._server.started:
            if not sandbox._thread.is_alive():
                raise RuntimeError(f"the sandbox did not start on {sandbox.url}")
            time.sleep(0.005)
        return sandbox

    @property
    def url(self) -> str:
        """The address that clients are pointed at."""
        return f"http://{HOST}:{self._port}"

    @property
    def faults(self) -> Faults:
        """The faults; `faults.set(latency_s=1, throttle={"cam:ListUsers": 2})`."""
        return self._faults

    @property
    def world(self) -> World:
        """The whole state, for tests to look into."""
        return self._engine.world

    def alert(self) -> dict[str, Any]:
        """Give the alert that starts the drill."""
        return self.scenario.alert()

    def alerts(self) -> list[dict[str, Any]]:
        """Give one alert for each login that the story tells one of."""
        return self.scenario.alerts()

    def credentials(self, principal: str = "") -> dict[str, str]:
        """Give a key as environment variables; the runner's where nobody is named."""
        key = active_key(self._engine.world.cloud, principal or self.scenario.story.runner)
        return {"TENCENTCLOUD_SECRET_ID": key.id, "TENCENTCLOUD_SECRET_KEY": key.secret}

    def calls(self) -> list[SeenCall]:
        """List every API call that was seen, in order."""
        with self._engine.lock:
            return list(self._engine.calls)

    def console(self, step: str, principal: str = "root") -> None:
        """Do a step in the web console as a person would."""
        press(self._engine, step, principal)

    def attempt(self, who: str, operation: str, params: dict[str, Any] | None = None, *, ip: str = "") -> str:
        """Let somebody try a call in their open web console session; give the error code, or nothing."""
        return attempt(self._engine, Act(who, operation, time.time(), ip=ip, params=params))

    def try_login(self, who: str, *, ip: str) -> bool:
        """Let somebody try to log in to the web console."""
        with self._engine.lock:
            return login(self._engine.world, who, at=int(time.time()), ip=ip)

    def generate_events(self, count: int) -> None:
        """Add plain records to the audit log, evenly over the last 29 days."""
        with self._engine.lock:
            self._engine.world.log.bulk.append(Bulk(count=count, newest=int(time.time()) - 60, span_s=BULK_SPAN_S))

    def show_late_records(self) -> None:
        """Let the audit log show by now all that it is late with."""
        with self._engine.lock:
            for event in self._engine.world.log.events:
                event.visible_at = 0

    def stop(self) -> None:
        """Stop, even while calls hang."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._server.should_exit = True
            self._thread.join(STOP_TIMEOUT_S)
        self._socket.close()

    def wait(self) -> None:
        """Wait until it is stopped."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _config(self) -> uvicorn.Config:
        app = build_app(self._engine, self._stopping, lambda: self.url)
        return uvicorn.Config(
            app,
            http=CuttableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._server.serve(sockets=[self._socket]))
        finally:
            self._loop.close()


def serve(
    scenario: str,
    *,
    port: int,
    state_file: Path | None,
    latency_s: float,
    announce: Callable[[Sandbox], None],
) -> None:
    """Run a sandbox until SIGINT or SIGTERM; say when it answers."""
    ended = threading.Event()
    before = {one: signal.signal(one, lambda *_: ended.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Sandbox.start(scenario, port=port, state_file=state_file, latency_s=latency_s) as sandbox:
            announce(sandbox)
            ended.wait()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _scenario(name: str, state_file: Path | None) -> Scenario:
    world = keep.load(state_file) if state_file else None
    if world is None:
        return scenarios.load(name, now=datetime.now(UTC))
    if world.cloud.scenario != name:
        raise ValueError(f"{state_file} holds the scenario {world.cloud.scenario!r}, not {name!r}: remove it first")
    return Scenario(name, scenarios.story_of(name), datetime.fromtimestamp(world.cloud.started, UTC), world)


def _saver(state_file: Path | None) -> Callable[[World], None]:
    if state_file is None:
        return lambda _: None
    return lambda world: keep.save(world, state_file)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError:
        listening.close()
        raise
    return listening
