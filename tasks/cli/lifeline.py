"""Become another program that is told to end when the process that asked for it dies, however it dies.

Run as a file, `lifeline.py PARENT COMMAND…`, for it must be quick. Only Linux can tell it; elsewhere nothing does.
"""

import ctypes
import os
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2): it holds for the thread that started us, and over exec."""


def main(parent: int, command: list[str]) -> None:
    """Ask the system for the signal, and become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            return
    os.execv(command[0], command)  # noqa: S606 - that is what it is for


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
