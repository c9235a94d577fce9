"""Who drives an incident: a process, named so that others can tell whether it still lives."""

import os
import socket
from functools import cache
from pathlib import Path

PROC = Path("/proc")
STATE_FIELD, ZOMBIE = 0, "Z"
START_FIELD = 19  # of /proc/<pid>/stat after the command's name: when the process began, in ticks since the boot
PARTS = 4


def _began(pid: int) -> str:
    """When a process began; empty where the system does not say."""
    return _told(pid, START_FIELD)


def _told(pid: int, field: int) -> str:
    """What the system says of a process; empty where it says nothing."""
    try:
        return (PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[field]
    except (OSError, IndexError):
        return ""


def _where() -> str:
    """The space in which process ids are true: the host, and a container's own numbering."""
    try:
        numbering = (PROC / "self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        numbering = ""
    return f"{socket.gethostname()}:{numbering}"


@cache
def owner() -> str:
    """This process, as the ledger knows it: host, numbering of processes, id, begin."""
    return f"{_where()}:{os.getpid()}:{_began(os.getpid())}"


def is_gone(name: str) -> bool:
    """Whether a process is known to be dead; of one elsewhere nothing is known, and a reused id is another one."""
    where, _, process = name.rpartition(":")[0].rpartition(":")
    began = name.rpartition(":")[2]
    if name.count(":") < PARTS - 1 or where != _where() or not process.isdecimal():
        return False
    return not is_alive(int(process)) or _began(int(process)) != began


def pid_is_gone(name: str) -> bool:
    """Whether the process that Prefect's worker wrote down, `host:pid`, is known to be dead."""
    host, _, process = name.rpartition(":")
    return host == socket.gethostname() and process.isdecimal() and not is_alive(int(process))


def is_alive(pid: int) -> bool:
    """Whether a process of this id exists; one that ended, and that nobody has taken note of, does nothing any more."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _told(pid, STATE_FIELD) != ZOMBIE
