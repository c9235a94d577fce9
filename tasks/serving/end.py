"""The last word on the end of a process: whatever hangs, it ends."""

import logging
import os
import threading
from collections.abc import Callable

log = logging.getLogger("runbooks.serve")

STATUS = 1
"""What systemd then sees."""


def end_within(seconds: float, at_last: Callable[[], None]) -> None:
    """End this process after so long, wherever it then stands; whoever starts next goes on with what was at work.

    Args:
        at_last: is called before.
    """
    timer = threading.Timer(seconds, _end, [seconds, at_last])
    timer.daemon = True  # a process that comes to its end by itself does not wait for it
    timer.start()


def _end(seconds: float, at_last: Callable[[], None]) -> None:
    hanging = sorted(each.name for each in threading.enumerate() if not each.daemon)
    log.error("the end took longer than %.0f s and is cut short; what hangs: %s", seconds, ", ".join(hanging))
    try:
        at_last()
    finally:
        os._exit(STATUS)
