"""The database behind the ledger of a home: SQLite, a PostgreSQL of our own, or one that is given."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from tasks.chaos.resident import Resident
from tasks.cli.children import Children
from tasks.engine.server.process import HOST
from tasks.errors import InputError
from tasks.ledger.database import WRITING

OWN = "postgresql"
"""What is written instead of an address for a server that is started here, and may be killed and frozen."""
BINARIES = Path("/usr/lib/postgresql")
"""Where Debian's package has its programs, by version."""
NOBODY, NOGROUP = "nobody", "nogroup"
"""PostgreSQL does not run as root."""
NAME = "ledger"
LOCK = "LOCK TABLE chains IN ACCESS EXCLUSIVE MODE"
"""Whoever writes about an incident locks its row there first; one table, for with two a reader may be in between."""
IMPATIENT = {"connect_timeout": "3", "options": "-c statement_timeout=5000"}
"""How long an onlooker waits for PostgreSQL, which may be frozen, in seconds and in milliseconds."""
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed here."""
    found = sorted(BINARIES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def own_server(home: Path, port: int, children: Children) -> tuple[Resident, Path]:
    """Make a cluster of its own, and the program that serves it; its folder is the caller's to remove.

    Raises:
        InputError: no PostgreSQL is installed.
    """
    found = programs()
    if found is None:
        raise InputError(
            "--database", f"there is no PostgreSQL in {BINARIES}; install Debian's package, or give an URL"
        )
    folder = Path(tempfile.mkdtemp(prefix="runbooks-chaos-pg-"))
    if _is_root():
        shutil.chown(folder, NOBODY, NOGROUP)
    data = folder / "data"
    init = [*_as_nobody(), str(found / "initdb"), "-D", str(data), "-U", NAME, "-A", "trust", "--no-sync"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder)  # noqa: S603 - the system's own program
    words = [*_as_nobody(), str(found / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", HOST]
    url = url_of(port, NAME)
    env = {"RUNBOOKS_HOME": str(home), "PATH": os.environ["PATH"]}
    resident = Resident("postgres", words, home=home, env=env, children=children, ready=lambda: answers(_admin(url)))
    return resident, folder


def url_of(port: int, name: str) -> str:
    """Address of a database of our own server."""
    return f"postgresql+psycopg://{NAME}@{HOST}:{port}/{name}"


def impatient(url: str) -> str:
    """The address of a database for whoever must not wait for one that is frozen or locked."""
    address = make_url(url)
    if address.get_backend_name() != OWN:
        return url
    return address.update_query_dict(IMPATIENT).render_as_string(hide_password=False)


def make_database(url: str) -> None:
    """Make the database that an address names."""
    admin = create_engine(_admin(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{make_url(url).database}"'))
    admin.dispose()


def drop_database(url: str) -> None:
    """Remove the database that an address names, whoever is connected to it."""
    admin = create_engine(_admin(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)'))
    admin.dispose()


def answers(url: str) -> bool:
    """Whether a database answers."""
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 - however it says that it does not
        return False
    finally:
        engine.dispose()
    return True


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Keep everybody else from writing while the block runs; of PostgreSQL's tables also from reading."""
    with engine.connect() as plain:
        connection = plain.execution_options(**WRITING)
        with connection.begin():
            if engine.dialect.name == OWN:
                connection.execute(text(LOCK))
            yield


def cut(engine: Engine) -> None:
    """End every other session of a PostgreSQL database."""
    with engine.connect() as connection:
        connection.execute(text(CUT))


def _admin(url: str) -> str:
    return make_url(url).set(database="postgres").render_as_string(hide_password=False)


def _is_root() -> bool:
    return os.geteuid() == 0


def _as_nobody() -> list[str]:
    """Begin a command with these words where we are root; whoever it becomes is told to end when we die, too."""
    if not _is_root():
        return []
    setpriv = shutil.which("setpriv") or "setpriv"
    return [setpriv, "--reuid", NOBODY, "--regid", NOGROUP, "--clear-groups", "--pdeathsig", "TERM"]
