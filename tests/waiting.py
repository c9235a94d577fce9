"""Waiting for what others do: as long as it takes, for a machine may be slow; pytest ends what hangs."""

import subprocess
import time
from collections.abc import Callable

FOR_EVER_S = float("inf")


def until(true: Callable[[], bool], *, by: "subprocess.Popen[str] | None" = None, every_s: float = 0.05) -> None:
    """Return once something is so.

    Args:
        true: looks whether it is so.
        by: the process that is to bring it about; once that has ended, nothing more comes.
        every_s: the pause between two looks, for looking costs the others time.
    """
    while not true():
        assert by is None or by.poll() is None or true(), f"it never came: the process ended with {by.poll()}"
        time.sleep(every_s)
