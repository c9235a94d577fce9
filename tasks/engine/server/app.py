"""The application of the embedded server's process: Prefect's own, made safe for concurrent writers on SQLite."""

import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from prefect.server.api.server import create_app as create_prefect_app
from prefect.server.database import configurations, dependencies
from prefect.settings import get_current_settings
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from starlette.applications import Starlette

from tasks.engine.server.guard import Guard

GRACEFUL_SHUTDOWN_S = 3
"""Browsers keep sockets open; they are not waited for longer."""


class ImmediateSqlite(configurations.AioSqliteConfiguration):
    """SQLite whose transactions take the write lock when they begin, and so wait for it instead of failing with 503."""

    @asynccontextmanager
    async def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = False,  # noqa: FBT001, FBT002 - the signature is Prefect's
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        """Begin as IMMEDIATE whatever is asked: a transaction that reads first can't be upgraded beside another."""
        del with_for_update
        async with super().begin_transaction(session, with_for_update=True) as transaction:
            yield transaction


def create_app() -> Starlette:
    """Build Prefect's server application over the database that this process's settings name."""
    url = get_current_settings().server.database.connection_url
    if url is None:
        raise RuntimeError("The embedded server has no database: PREFECT_HOME is not set for its process.")
    address = url.get_secret_value()
    if address.startswith("sqlite"):
        dependencies.MODELS_DEPENDENCIES["database_config"] = ImmediateSqlite(connection_url=address)
    return create_prefect_app(final=True)


def guarded(port: int) -> Guard:
    """Prefect's application behind our guard.

    Args:
        port: where it listens.
    """
    auth = get_current_settings().server.api.auth_string
    if auth is None:
        raise RuntimeError("The embedded server has no auth string: it would answer every user of this machine.")
    return Guard(create_app(), port=port, auth=auth.get_secret_value())


def main(descriptor: int) -> None:
    """Serve on a socket that the parent opened: it listens already, so no other server can take the port."""
    with socket.socket(fileno=descriptor) as listener:
        config = uvicorn.Config(
            lambda: guarded(int(listener.getsockname()[1])),
            factory=True,
            log_level="warning",
            timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
            log_config=None,
        )
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]))
