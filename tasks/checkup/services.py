"""Databases and Prefect's server, asked and not started."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import httpx

from tasks.config.home import home
from tasks.config.settings import settings
from tasks.decide.checkup.exposure import judge_engine, stays_here
from tasks.decide.checkup.wording import danger, note, ok
from tasks.engine.server.embedded import API_URL_VARIABLE
from tasks.engine.server.note import FOLDER, peek_note
from tasks.errors import LedgerError
from tasks.ledger.look import Look, look_at, opened_to_read
from tasks.model.finding import Finding

PATIENCE_S = 5.0
QUESTION = "/admin/version"
"""What Prefect's API tells only to whoever may use it."""


def databases() -> Iterator[Finding]:
    """Whether the ledger, and the embedded server's database, can be read."""
    try:
        yield _ledger(look_at(settings().ledger))
    except LedgerError as exc:
        yield danger(
            (f"账本打不开：{exc}", f"the ledger can't be opened: {exc}"), ("按上面的说明处理。", "do as it says.")
        )
    if not os.environ.get(API_URL_VARIABLE):
        yield from _embedded_database()


def engine() -> Iterator[Finding]:
    """Whether Prefect's server answers, and whom."""
    named = os.environ.get(API_URL_VARIABLE)
    noted = peek_note(home())
    running = f"http://127.0.0.1:{noted.port}/api" if noted and noted.pid else None
    url = (named or running or "").rstrip("/") or None
    yield judge_engine(_without_password(url) if url else None, _status(url) if url else None)


def _ledger(found: Look) -> Finding:
    if not found.there:
        return ok(
            f"账本 {found.name} 还没有；第一次使用时建立。",
            f"the ledger {found.name} is not there yet; its first use makes it.",
        )
    if not found.current:
        what = (
            f"账本 {found.name} 的表结构与本版本不同。",
            f"the tables of the ledger {found.name} are another version's.",
        )
        mend = (
            "serve 启动时会升级旧账本；若由更新的版本写成，请升级本程序。",
            "serve brings an older one up to date when it starts; if a newer version wrote it, upgrade this program.",
        )
        return note(what, mend)
    return ok(
        f"账本可读（{found.engine}），表结构是最新的。",
        f"the ledger can be read ({found.engine}), and its tables are up to date.",
    )


def _embedded_database() -> Iterator[Finding]:
    path = home() / FOLDER / "prefect.db"
    if not path.exists():
        return
    try:
        with closing(opened_to_read(path)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as exc:
        mend = (
            "停掉 serve，移走它后再启动：未结事件会重新提问。",
            "stop serve, move it away, and start: open incidents ask anew.",
        )
        yield danger(
            (f"Prefect 的数据库 {path} 读不了（{exc}）。", f"Prefect's database {path} can't be read ({exc})."), mend
        )
        return
    yield ok("内置 Prefect 的数据库可读（SQLite）。", "the embedded Prefect's database can be read (SQLite).")


def _without_password(url: str) -> str:
    """An address as it may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _status(url: str) -> int | None:
    """What the API answers to somebody who gives no string; None for no answer."""
    here = stays_here(httpx.URL(url).host)
    try:
        return httpx.get(url + QUESTION, timeout=PATIENCE_S, trust_env=not here).status_code
    except httpx.HTTPError:
        return None
