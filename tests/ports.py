"""Ports of a test's own: ours begin at the first free one, and so would another test's the moment a server dies."""

import socket


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
