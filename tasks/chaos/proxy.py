"""A connection that can be cut: whatever is said to one port of loopback is passed on to another, until it is cut."""

import asyncio
import socket
import struct
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from tasks.engine.server.process import HOST

CHUNK = 65_536
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER of zero seconds: the end is a reset, as a broken network's is."""


class Proxy:
    """Passes on what comes; while it is cut, connections are broken off and new ones refused."""

    def __init__(self, port: int, to_port: int) -> None:
        self._port = port
        self._to_port = to_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{port}", daemon=True)
        self._thread.start()
        self.mend()

    def cut(self) -> None:
        """Break every connection off, and take none."""
        self._done(self._cut())

    def mend(self) -> None:
        """Take connections again."""
        self._done(self._listen())

    def close(self) -> None:
        """End it."""
        self.cut()
        self._done(self._passed_on())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _done(self, work: Any) -> None:
        future: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.result()

    async def _listen(self) -> None:
        self._server = self._server or await asyncio.start_server(self._come, HOST, self._port)

    async def _cut(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._writers):
            _reset(writer)

    async def _passed_on(self) -> None:
        """Wait until nothing is passed on any more."""
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass_on(reader, writer))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, onward = await asyncio.open_connection(HOST, self._to_port)
        except OSError:
            writer.transport.abort()
            return
        if self._server is None:  # it was cut meanwhile
            _reset(writer)
            _reset(onward)
            return
        self._writers |= {writer, onward}
        try:
            await asyncio.gather(_copy(reader, onward), _copy(there, writer))
        finally:
            self._writers -= {writer, onward}


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection so that its other side hears of it as an error; one that is closed already needs no more."""
    connection = writer.get_extra_info("socket")
    if connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass one direction on; its end ends the other end too, by a reset where it was one."""
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
