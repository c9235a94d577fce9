"""Lines from standard input, awaited: a prompt is left when somebody answers elsewhere."""

import asyncio
import os
import select
import sys

CHUNK = 4096


class Lines:
    """Reads whole lines from a file descriptor without blocking the loop."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._buffer = b""
        self._ended = False

    async def next(self) -> str | None:
        """The next line without its end; None where the input has ended."""
        while b"\n" not in self._buffer and not self._ended:
            await self._fill()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return None if self._ended and not line else line.decode(errors="replace").strip()

    def forget(self) -> None:
        """Leave out whatever was typed until now."""
        self._buffer = b""
        while not self._ended and select.select([self._descriptor], [], [], 0)[0]:
            self._ended = not os.read(self._descriptor, CHUNK)

    async def _fill(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._descriptor, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._descriptor)
        chunk = os.read(self._descriptor, CHUNK)
        self._ended = not chunk
        self._buffer += chunk
