"""What many ask for at once is looked up once."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")

FRESH_S = 1.0
"""How long an answer is as good as a new one, for monitors that ask every few seconds."""


class Remembered(Generic[T]):
    """Gives everybody who asks within a second the same answer, however many there are.

    Args:
        ask: looks it up.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._lock = asyncio.Lock()
        self._known: tuple[float, T] | None = None

    async def get(self) -> T:
        """Give the answer."""
        async with self._lock:
            if self._known is None or monotonic() - self._known[0] >= FRESH_S:
                answer = await self._ask()
                self._known = (monotonic(), answer)  # fresh from now on: those who waited do not ask once more
            return self._known[1]
