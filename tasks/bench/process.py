"""What a process costs, as Linux counts it."""

import os
from pathlib import Path
from typing import NamedTuple

from tasks.errors import InputError

PROC = Path("/proc")
TICKS_S = os.sysconf("SC_CLK_TCK")
UTIME, STIME = 11, 12  # of /proc/<pid>/stat after the command's name
KILOBYTE = 1024
MEGABYTE = 1e6


class Memory(NamedTuple):
    """In bytes.

    Args:
        rss: in the machine's memory now.
        peak: the most that it ever was.
        pss: rss, with what several processes share counted in parts.
    """

    rss: int
    peak: int
    pss: int


def check_proc() -> None:
    """See that this system counts as these benches need it.

    Raises:
        InputError: it does not.
    """
    if not (PROC / "self" / "smaps_rollup").exists():
        raise InputError("bench", "this measurement reads /proc, which only Linux has")


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, all threads of it."""
    fields = (PROC / str(pid) / "stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[UTIME]) + int(fields[STIME])) / TICKS_S


def memory(pid: int) -> Memory:
    """Tell how much memory a process has."""
    status = _fields(PROC / str(pid) / "status")
    return Memory(status["VmRSS"], status["VmHWM"], _fields(PROC / str(pid) / "smaps_rollup")["Pss"])


def load() -> str:
    """Load of this machine over the last minute, for whoever reads a figure."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _fields(path: Path) -> dict[str, int]:
    """Lines such as `VmRSS:  123 kB`, in bytes."""
    lines = (line.split() for line in path.read_text("utf-8").splitlines())
    return {line[0].rstrip(":"): int(line[1]) * KILOBYTE for line in lines if line[-1] == "kB"}
