"""uvicorn's HTTP protocol with deadlines and a limit of connections, for it has neither.

uvicorn 0.54 ends an idle connection that was answered once (`timeout_keep_alive`), and nothing else: a request's head,
its body and a client that does not read may take for ever (its documentation's page "Settings", read 2026-11-28).
"""

import asyncio
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tasks.serving.crowd import Crowd

HEADERS_S = 5.0
"""From the connection's beginning to the end of a request's head: it is one packet or two. After an answer the next one
may begin as long as a connection is kept (`timeout_keep_alive`, 5 s), and has so long from then."""
ANSWERED_S = 60.0
"""From the end of a request's head to the end of its answer, its body and the ledger's patience included."""
GONE_S = 5.0
"""How long what was written last may take to reach the client before the connection is cut."""


def _said(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


TOO_SLOW = _said("408 Request Timeout")
TOO_MANY = _said("503 Service Unavailable")


class Visited(ServerState):
    """The state of a server that knows who is connected."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self.crowd = crowd


class GuardedProtocol(H11Protocol):
    """One connection, which ends if its client keeps us waiting."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: Visited,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._crowd = server_state.crowd
        self._alarm: asyncio.TimerHandle | None = None
        self._waits_for_head: bool | None = None

    @property
    def is_half_open(self) -> bool:
        """Whether it waits for its client: for a head, for a body, or until it reads."""
        unsent = self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        return unsent or self.flow.write_paused or self.transport.is_closing()

    def turn_away(self) -> None:
        """Cut the connection."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does itself
        """Begin, unless there are too many."""
        super().connection_made(transport)
        if self._crowd.enter(self, self.client[0] if self.client else ""):
            self._look()
        else:
            self._end(TOO_MANY)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended."""
        self._crowd.leave(self)
        self._set_alarm(None, self.turn_away)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Go on with what came, and see what is waited for now."""
        super().handle_events()
        self._look()

    def on_response_complete(self) -> None:
        """A request was answered: the next one has its own time."""
        self._waits_for_head = None
        super().on_response_complete()
        self._look()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; where an answer has begun there is nothing to say any more, and after it likewise."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.turn_away()
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _look(self) -> None:
        """Set the alarm for what is waited for, where that has changed."""
        if self.transport.is_closing():
            self._set_alarm(GONE_S, self.turn_away)
            return
        waits_for_head = self.conn.their_state is h11.IDLE
        if waits_for_head is self._waits_for_head:
            return
        self._waits_for_head = waits_for_head
        self._set_alarm(
            HEADERS_S if waits_for_head else ANSWERED_S, self._too_slow if waits_for_head else self.turn_away
        )

    def _too_slow(self) -> None:
        """The head did not come; who has begun to send it is told."""
        self._end(TOO_SLOW if self.conn.trailing_data[0] else b"")

    def _end(self, said: bytes) -> None:
        if said:
            self.transport.write(said)
        self.transport.close()
        self._set_alarm(GONE_S, self.turn_away)

    def _set_alarm(self, after_s: float | None, ring: Callable[[], None]) -> None:
        """Let only this alarm ring, and none where there is no time."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if after_s is None else self.loop.call_later(after_s, ring)
