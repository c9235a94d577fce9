"""Strangers at the intake's door, in a process of their own: half-open connections, endless bodies, wrong proofs.

Each comes from addresses of loopback's own network, as from machines of its own.
"""

import resource
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Literal, NamedTuple

HOST = "127.0.0.1"
ADDRESSES, GUESSERS = 60, 8
"""Where strangers come from: 127.0.0.2 and the following, the first few of which try wrong proofs, too."""
AGAIN_S = 2.0
"""After so long a half-open connection that was ended is opened anew; an endless body begins anew at once."""
PACE_S = 0.016
"""Between two chunks of an endless body: a megabyte a second, as over a fast line."""
TICK_S = 0.005
OPENED_AT_ONCE = 20
"""Half-open connections that begin between two looks at the others."""
AT_ONCE = 600
"""Wrong proofs that wait for their answer at the same time; more are not sent, and not counted."""
STOP_S = 10.0
DESCRIPTORS = 8192

HALF = b"POST /alerts/default HTTP/1.1\r\nHost: bench\r\n"
ENDLESS = HALF + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"
CHUNK = b"x" * 0x4000
WRONG = HALF + b"Authorization: Bearer wrong\r\nContent-Length: 21\r\n\r\n" + b'{"ip": "203.0.113.7"}'


class Strangers(NamedTuple):
    """How many there are.

    Args:
        guesses: wrong proofs a second, each on a connection of its own.
    """

    half_open: int = 1200
    endless: int = 4
    guesses: int = 1500


class Done(NamedTuple):
    """What they did so far.

    Args:
        opened: half-open connections; one that was ended is opened again. poured: bytes of endless bodies.
        guessed: wrong proofs that were answered. refused: connections that failed, or had no answer.
    """

    opened: int = 0
    poured: int = 0
    guessed: int = 0
    refused: int = 0


@dataclass(eq=False)
class _Call:
    """One connection of a stranger.

    Args:
        kind: which of them it is.
        says: what it says once it is connected.
    """

    kind: Literal["half-open", "endless", "guess"]
    says: bytes
    line: socket.socket


class Pressing:
    """Strangers at work: plain sockets, for whoever presses should cost less than whoever is pressed.

    Args:
        pipe: who asks by it what was done so far is told; they end when it is closed.
    """

    def __init__(self, port: int, strangers: Strangers, pipe: "Connection[Any, Any]") -> None:
        self._port = port
        self._strangers = strangers
        self._pipe = pipe
        self._selector = selectors.DefaultSelector()
        self._selector.register(pipe, selectors.EVENT_READ)
        self._turns = count()
        self._again = deque((0.0, "half-open") for _ in range(strangers.half_open))
        self._again.extend((0.0, "endless") for _ in range(strangers.endless))
        self._pouring = dict[_Call, float]()
        self._guessing = 0
        self.done = Done()

    def press(self) -> None:
        """Press on until the pipe is closed."""
        began, guesses = time.monotonic(), 0
        while self._answered_pipe():
            now = time.monotonic()
            due = int((now - began) * self._strangers.guesses)
            for _ in range(min(due - guesses, AT_ONCE - self._guessing)):
                self._guessing += 1
                self._call("guess", WRONG, GUESSERS)
            guesses = due
            for _ in range(min(len(self._again), OPENED_AT_ONCE)):
                self._open_again(now)
            for call, at in list(self._pouring.items()):
                if at <= now:
                    self._pour(call, now)
            for key, events in self._selector.select(TICK_S):
                if isinstance(key.data, _Call):
                    self._heard(key.data, events)

    def _answered_pipe(self) -> bool:
        """Tell whoever asks; False once nobody will."""
        try:
            while self._pipe.poll():
                self._pipe.recv()
                self._pipe.send(self.done)
        except (EOFError, OSError):
            return False
        return True

    def _open_again(self, now: float) -> None:
        at, kind = self._again.popleft()
        if at > now:
            self._again.appendleft((at, kind))
        elif kind == "endless":
            self._call("endless", ENDLESS, ADDRESSES)
        else:
            self._call("half-open", HALF, ADDRESSES)

    def _call(self, kind: Literal["half-open", "endless", "guess"], says: bytes, addresses: int) -> None:
        """Connect from the next address."""
        line = socket.socket()
        line.setblocking(False)  # noqa: FBT003 - positional in the standard library
        line.bind((f"127.0.0.{2 + next(self._turns) % addresses}", 0))
        line.connect_ex((HOST, self._port))
        self._selector.register(line, selectors.EVENT_WRITE, _Call(kind, says, line))

    def _heard(self, call: _Call, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                self._say(call)
            elif call.line.recv(4096):
                self._over(call, answered=True)
            else:
                self._over(call, answered=False)
        except OSError:
            self._over(call, answered=False)

    def _say(self, call: _Call) -> None:
        """Say what is to be said, and listen from now on."""
        call.line.send(call.says)
        self._selector.modify(call.line, selectors.EVENT_READ, call)
        if call.kind == "half-open":
            self.done = self.done._replace(opened=self.done.opened + 1)
        if call.kind == "endless":
            self._pouring[call] = 0.0

    def _pour(self, call: _Call, now: float) -> None:
        """Send the next piece of a body; what the system does not take now is left out."""
        self._pouring[call] = now + PACE_S
        with suppress(BlockingIOError):
            try:
                sent = call.line.send(CHUNK)
            except ConnectionError:
                self._over(call, answered=False)
            else:
                self.done = self.done._replace(poured=self.done.poured + sent)

    def _over(self, call: _Call, *, answered: bool) -> None:
        """A connection has had its answer, or its end; a half-open one and an endless body begin anew."""
        if call.kind == "endless" and answered:
            return  # it pours on, whatever it is told
        self._pouring.pop(call, None)
        self._selector.unregister(call.line)
        call.line.close()
        if call.kind == "guess":
            self._guessing -= 1
            self.done = self.done._replace(
                guessed=self.done.guessed + answered, refused=self.done.refused + (not answered)
            )
        elif call.kind == "endless":
            self._call("endless", ENDLESS, ADDRESSES)
        else:
            self._again.append((time.monotonic() + AGAIN_S, call.kind))


@contextmanager
def strangers_apart(port: int, strangers: Strangers) -> Iterator[Callable[[], Done]]:
    """Let strangers press while the block runs; what is given tells what they did so far."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_press, args=(port, strangers, theirs), daemon=True, name="strangers")
    process.start()
    theirs.close()

    def told() -> Done:
        ours.send(None)
        done: Done = ours.recv()
        return done

    try:
        told()
        yield told
    finally:
        ours.close()
        process.join(STOP_S)
        if process.is_alive():
            process.kill()
            process.join()


def _press(port: int, strangers: Strangers, pipe: "Connection[Any, Any]") -> None:
    """Press on until the pipe is closed; the process's main."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS if hard < 0 else min(DESCRIPTORS, hard), hard))
    with suppress(KeyboardInterrupt):
        Pressing(port, strangers, pipe).press()
