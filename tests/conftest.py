"""Fixtures that several parts share: one real Prefect server for the whole session; and how Hypothesis draws."""

import atexit
import os
import shutil
import signal
import sqlite3
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import stamina
from hypothesis import HealthCheck, settings

from flows.__main__ import main
from tasks.config.settings import settings as read_settings
from tasks.context import ledger
from tasks.ledger import database as ledger_database
from tests.empty_ledger import copied_ledger, set_up_in_haste
from tests.off_loop import watch
from tests.patient import LOOKING_UP, have_patience
from tests.typed import Typed
from tests.waiting import FOR_EVER_S

# Hypothesis draws the same examples every time, and no clock judges them.
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# To look for what those miss: pytest --hypothesis-profile=explore
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False, max_examples=2000)
settings.load_profile("steady")

have_patience(*LOOKING_UP)
watch(alone=False)

# What the shell and the home of whoever runs the tests hold is not for them: settings, keys, another Prefect server.
for _name in [name for name in os.environ if name.startswith(("RUNBOOKS_", "TENCENTCLOUD_", "PREFECT_"))]:
    del os.environ[_name]
os.environ["RUNBOOKS_IP_LIBRARIES"] = "none"  # the tests are the same with the extra `places` and without it
os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="prefect-home-")
atexit.register(shutil.rmtree, os.environ["PREFECT_HOME"], ignore_errors=True)
os.environ["XDG_DATA_HOME"] = os.environ["PREFECT_HOME"]

# The programs that tests start keep what they compiled, as they do at a user's; else each compiles all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Nothing leaves loopback, but each of the many clients would read the world's certificates anew, which takes longer
# than its call.
ssl.create_default_context = cache(ssl.create_default_context)

# A shell that starts us in the background has SIGINT ignored, and our children would inherit that and never stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


READ_ONCE = (
    ("tasks.context", "cloud_at"),
    ("tasks.context", "ledger"),
    ("tasks.config.settings", "settings"),
    ("tasks.lookup.ip_libraries", "libraries"),
)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget after each test what a process reads once, lest the next test finds it."""
    yield
    for module, name in READ_ONCE:
        if module in sys.modules:
            getattr(sys.modules[module], name).cache_clear()


@pytest.fixture(autouse=True, scope="session")
def _ledgers_are_quick() -> Iterator[None]:
    """Let ledgers be copies that never wait for the disk: that takes longer than most tests. `tests/ledger` waits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger_database, "_make_whole", copied_ledger)
        patch.setattr(ledger_database, "_set_up_sqlite", set_up_in_haste)
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own with its own ledger, of which a process reads and remembers nothing yet."""
    monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path))
    for read_once in (read_settings, ledger):
        read_once.cache_clear()
    yield tmp_path
    if ledger.cache_info().currsize:
        ledger().close()


@pytest.fixture
def in_english(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose commands speak English, and read the policy that a test puts there as `policy.yaml`."""
    monkeypatch.setenv("RUNBOOKS_LANG", "en")
    monkeypatch.setenv("RUNBOOKS_POLICY", str(home / "policy.yaml"))
    return home


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run a command line."""

    def once(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["runbooks", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return once


@dataclass(frozen=True)
class PrefectServer:
    """A running embedded server, and the home it keeps its files in.

    Args:
        empty_database: as it was before the first test: a server that finds it starts in seconds.
    """

    api_url: str
    ui_url: str
    home: Path
    empty_database: Path

    @property
    def auth(self) -> tuple[str, str]:
        """Name and password that open it."""
        name, _, password = (self.home / "prefect" / "auth").read_text(encoding="ascii").strip().partition(":")
        return name, password

    def furnish(self, home: Path) -> None:
        """Give another home a database that needs no migration."""
        folder = home / "prefect"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(self.empty_database, folder / "prefect.db")


@pytest.fixture(scope="session")
def _running_prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    from tasks.engine.server.embedded import start_server  # noqa: PLC0415 - Prefect takes seconds to import; few tests need it

    home = tmp_path_factory.mktemp("runbooks-home")
    empty = tmp_path_factory.mktemp("prefect-empty") / "prefect.db"
    with start_server(home, timeout_s=FOR_EVER_S) as server:
        _copy(home / "prefect" / "prefect.db", empty)
        yield PrefectServer(api_url=server.api_url, ui_url=server.ui_url, home=home, empty_database=empty)


def _copy(database: Path, to: Path) -> None:
    """Copy a database that is in use."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


@pytest.fixture
def prefect_server(_running_prefect: PrefectServer) -> Iterator[PrefectServer]:
    """A real embedded Prefect server that this process is connected to while the test runs."""
    from tasks.engine.connection import connected  # noqa: PLC0415 - the same

    with connected(_running_prefect.api_url, _running_prefect.home):
        yield _running_prefect
        _forget_unfinished_runs()


def _forget_unfinished_runs() -> None:
    """Delete what a test leaves to be run, lest another test's worker runs it."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - the same
    from prefect.client.schemas.filters import FlowRunFilter  # noqa: PLC0415 - the same

    left = FlowRunFilter.model_validate({"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}})
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=left):
            client.delete_flow_run(run.id)


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Retries as often as in earnest, without the waits between."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield
