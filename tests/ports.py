"""Ports of a test's own: ours begin at the first free one, and so would another test's the moment a server dies."""

import os
import socket
from contextlib import suppress
from itertools import count

FIRST, LAST = 10_000, 32_000
"""Below what systems give to connections that go out: one of those may take any port there before its server does."""
_turns = count(os.getpid() * 97)
"""Processes that run tests side by side begin apart."""


def free_port() -> int:
    """A port of loopback that nobody has, and that this process gives to one test only."""
    while True:
        port = FIRST + next(_turns) % (LAST - FIRST)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
