"""The programs of one home: what they are told, how they are started, whether they answer, how they are ended."""

import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx
import yaml
from sqlalchemy import make_url

from tasks.chaos import cloud as sandbox
from tasks.chaos.database import NAME, OWN, drop_database, make_database, own_server, url_of
from tasks.chaos.engine_view import EngineView
from tasks.chaos.form import PEOPLE
from tasks.chaos.plan import House
from tasks.chaos.proxy import Proxy
from tasks.chaos.resident import END_S, Resident
from tasks.cli.children import Children, end_those_in, living_in
from tasks.engine.deployments import WORK_POOL, code_root
from tasks.engine.server.process import HOST
from tasks.errors import EngineError

START_S = 240.0
"""A first start migrates a fresh database, and the machine may be busy with other homes."""
SQLITE = "sqlite"
POLL_S = 0.2
PROBE_S = 5.0
LOG_TAIL = 2_000
TOKEN = "CHAOS_TOKEN"  # noqa: S105 - a variable's name
SENDER = {"name": "default", "secret_env": TOKEN, "per_minute": 1_000_000}
OTHERS = ("PREFECT_", "RUNBOOKS_", "TENCENTCLOUD_")
"""Settings of whoever runs us are not for these."""
AUTOMATIC = ("disable_access_key", "disable_console_login", "quarantine")
FIRST_PORT, LAST_PORT = 10_000, 32_000
"""Below what systems give to connections that go out, which would take a port while its program is down."""
WATCH_NEVER = "0"
"""The watcher would raise every login of the scenario by itself."""

_turns = count(os.getpid() * 89)


def free_port() -> int:
    """A port of loopback that nobody has, and that is given to one program only."""
    while True:
        port = FIRST_PORT + next(_turns) % (LAST_PORT - FIRST_PORT)
        with socket.socket() as one, suppress(OSError):
            one.bind((HOST, port))
            return port


class Programs:
    """The sandbox and every `runbooks serve` of a home, and its worker where it has one."""

    def __init__(self, house: House, home: Path, children: Children, stop: threading.Event, database: str) -> None:
        self.home = home
        self.token = secrets.token_urlsafe()
        self.cloud = sandbox.make_cloud(home)
        self.engine = EngineView(home)
        cloud_port, wire_port = free_port(), free_port()
        self.sandbox_url, self.cloud_url = (f"http://{HOST}:{port}" for port in (cloud_port, wire_port))
        self.proxy = Proxy(wire_port, cloud_port)
        self.urls = [f"http://{HOST}:{free_port()}" for _ in range(house.serves)]
        self._children = children
        self._stop = stop
        self.database: Resident | None = None
        self._database_folder: Path | None = None
        self.ledger_url = self._ledger_url(database, house.number)
        self._env = self._environment(house)
        state = ["--port", str(cloud_port), "--state", str(home / sandbox.STATE)]
        words = ["-m", "flows", "sandbox", sandbox.SCENARIO, *state]
        self.sandbox = self._resident("cloud", words, lambda: sandbox.answers(self.sandbox_url))
        self.serves = [self._serve(number, url) for number, url in enumerate(self.urls)]
        self.worker = self._worker() if house.worker else None

    def start(self) -> None:
        """Start everything, and wait until alerts are taken.

        Raises:
            EngineError: a program does not answer.
        """
        if self.database is not None:
            self.database.start()
            self._until_ready(self.database)
        if not self.ledger_url.startswith(SQLITE):
            make_database(self.ledger_url)
        for resident in (self.sandbox, *self.serves):
            resident.start()
            self._until_ready(resident)
        if self.worker is not None:
            self.worker.start()

    def end(self) -> list[str]:
        """End everything in order; return what did not go as it should, in sentences."""
        tardy = [
            f"{one.name} did not end within {END_S:.0f} s of SIGTERM, at the end"
            for one in self.serves
            if not one.tell_to_end()
        ]
        if self.worker is not None:
            self.worker.kill_group()
        self.sandbox.tell_to_end()
        ours = {self.database.pid} if self.database is not None else set()
        left = [pid for pid in living_in(self.home) if os.getsid(pid) not in ours]
        return [*tardy, *(f"process {pid} was left behind" for pid in left)]

    def kill(self) -> None:
        """End everything at once, and remove what lies elsewhere."""
        self.proxy.close()
        if self.database is None and not self.ledger_url.startswith(SQLITE):
            drop_database(self.ledger_url)
        end_those_in(self.home)
        if self.database is not None:
            self.database.kill_group()
        if self._database_folder is not None:
            shutil.rmtree(self._database_folder)

    def _ledger_url(self, database: str, number: int) -> str:
        """Where the ledger is; a PostgreSQL of our own is made ready."""
        if not database:
            return f"{SQLITE}:///{self.home / 'ledger.db'}"
        if database != OWN:
            name = f"chaos_{secrets.token_hex(4)}_{number}"
            return make_url(database).set(database=name).render_as_string(hide_password=False)
        port = free_port()
        self.database, self._database_folder = own_server(self.home, port, self._children)
        return url_of(port, NAME)

    def verified(self) -> bool:
        """Whether `runbooks verify` finds everything as it was written."""
        log = self.home / "verify.log"
        return self._children.start(["-m", "flows", "verify"], cwd=self.home, env=self._env, log=log).wait() == 0

    def _until_ready(self, resident: Resident) -> None:
        deadline = time.monotonic() + START_S
        while not resident.ready():
            if self._stop.is_set() or resident.has_died or time.monotonic() > deadline:
                log = (self.home / f"{resident.name}.log").read_text("utf-8", errors="replace")
                raise EngineError(f"{resident.name} did not come to answer:\n{log[-LOG_TAIL:]}")
            time.sleep(POLL_S)

    def _serve(self, number: int, url: str) -> Resident:
        port = url.rpartition(":")[2]
        return self._resident(
            f"serve-{number}", ["-m", "flows", "serve"], lambda: is_ready(url), RUNBOOKS_INTAKE_PORT=port
        )

    def _worker(self) -> Resident:
        """A worker as an operator starts one, at the server of the home as it is then."""
        words = ["-m", "tasks.chaos.worker", str(self.home), WORK_POOL]
        return self._resident("worker", words, lambda: True, PREFECT_HOME=str(self.home / "worker"))

    def _resident(self, name: str, words: list[str], ready: Callable[[], bool], **env: str) -> Resident:
        return Resident(name, words, home=self.home, env=self._env | env, children=self._children, ready=ready)

    def _environment(self, house: House) -> dict[str, str]:
        policy, intake = self.home / "policy.yaml", self.home / "intake.yaml"
        policy.write_text(yaml.safe_dump(policy_of(house)), encoding="utf-8")
        intake.write_text(yaml.safe_dump({"sources": [SENDER]}), encoding="utf-8")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
        root = os.pathsep.join(filter(None, [str(code_root()), os.environ.get("PYTHONPATH")]))
        ours = {
            "RUNBOOKS_HOME": str(self.home),
            "RUNBOOKS_POLICY": str(policy),
            "RUNBOOKS_INTAKE": str(intake),
            "RUNBOOKS_CLOUD_ENDPOINT": self.cloud_url,
            "RUNBOOKS_LEDGER_URL": self.ledger_url,
            "RUNBOOKS_WATCH_EVERY": WATCH_NEVER,
            "RUNBOOKS_LANG": "en",
            TOKEN: self.token,
        }
        return (
            plain
            | dict(self.cloud.environ)
            | ours
            | {"PYTHONPATH": root, "DO_NOT_TRACK": "1", "PYTHONFAULTHANDLER": "1"}
        )


def policy_of(house: House) -> dict[str, object]:
    """What the people of a home declare: three, of whom two may approve."""
    people = [{"name": name, "approver": name != PEOPLE[0]} for name in PEOPLE]
    unlimited = {"auto_per_hour": 100_000, "auto_share": 1.0}  # its breaker would end mode auto after ten incidents
    return {"mode": house.mode, "auto_actions": list(AUTOMATIC), "people": people, **unlimited}


def is_ready(url: str) -> bool:
    """Whether a `serve` says that it takes alerts."""
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/readyz", timeout=PROBE_S, trust_env=False).is_success
    return False
