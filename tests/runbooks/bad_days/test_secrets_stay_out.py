"""No secret is kept or shown: not in files, databases, forms, artifacts or on the terminal."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.answers import STOLEN
from tests.runbooks.bad_days.shell import Stage

pytestmark = pytest.mark.prefect

STAND_IN = "drills"  # the sandbox's own state is the cloud's side


def secrets_of(stage: Stage) -> dict[str, bytes]:
    """Every secret that the run came near, by what it is."""
    world = stage.sandbox.world
    tokens = {f"session token {event.request_id}": event.token for event in world.log.events if event.token}
    keys = {f"key {key.id}": key.secret for key in world.cloud.keys}
    sent = [call.parameters.get("Password") for call in stage.sandbox.calls()]
    made = {f"password {number}": word for number, word in enumerate(sent) if word}
    assert tokens
    assert keys
    assert made
    all_of_them = tokens | keys | made | {"temporary token": stage.env["TENCENTCLOUD_TOKEN"]}
    return {what: secret.encode() for what, secret in all_of_them.items()}


def cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every value of a database: in the file's bytes one may be cut by a page's edge."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield table, "\n".join(str(cell) for cell in row).encode()


def places(home: Path) -> Iterator[tuple[str, bytes]]:
    """All that is kept under a home, with its name."""
    for path in sorted(home.rglob("*")):
        if path.is_file() and STAND_IN not in path.parts:
            yield str(path), path.read_bytes()
            if path.suffix == ".db":
                yield from ((f"{path} {table}", content) for table, content in cells(path))


def could_hold(secrets: dict[str, bytes], kept: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """What could hold a secret at all: hundreds of them begin alike, and most texts hold no such beginning."""
    beginnings = {secret[:8] for secret in secrets.values()}
    return [(where, text) for where, text in kept if any(beginning in text for beginning in beginnings)]


def test_no_secret_is_found_anywhere(stage: Stage, prefect_server: Any) -> None:
    stage.env["TENCENTCLOUD_TOKEN"] = "temporary-token-SECRETexample"
    given = stage.file("answers.yaml", STOLEN)
    record = stage.home / "record.json"

    ended = stage.run("respond", stage.alert(), "--mode", "approve", "--answers", given, "--record", record)

    assert ended.returncode == 0, ended.stderr
    secrets = secrets_of(stage)
    kept = [*places(stage.home), *places(prefect_server.home)]
    kept += [("stdout", ended.stdout.encode()), ("stderr", ended.stderr.encode())]
    doubtful = could_hold(secrets, kept)
    found = {(what, where) for what, secret in secrets.items() for where, text in doubtful if secret in text}
    assert found == set()
    # The same search does find what is no secret, in every kind of place.
    login = next(key for key in secrets if key.startswith("key AKIDexampleAlice")).removeprefix("key ")
    witnessed = {Path(where.split()[0]).suffix for where, text in kept if login.encode() in text}
    assert witnessed >= {".db", ".json", ".md", ".html"}
    assert any(where.endswith("prefect.db artifact") for where, text in kept if login.encode() in text)
    assert any(where.endswith("prefect.db flow_run_input") for where, text in kept if login.encode() in text)
    assert stage.chain_holds()
