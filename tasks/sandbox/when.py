"""Times as scenarios write them: relative to now."""

import re
from datetime import datetime, timedelta

from tasks.sandbox.find import BEIJING

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
PATTERN = re.compile(r"(?P<sign>[-+])(?P<count>\d+)(?P<unit>[smhd])(?: (?P<hour>\d\d):(?P<minute>\d\d))?")


def seconds(text: str, now: datetime) -> int:
    """Turn `-90m`, or `-12d 09:30` in China's time, into unix seconds."""
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no time: write -90m, -3h, +12h or -12d 09:30")
    away = timedelta(**{UNITS[match["unit"]]: int(match["count"])})
    then = now.astimezone(BEIJING) + (away if match["sign"] == "+" else -away)
    if match["hour"]:
        then = then.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=0)
    return int(then.timestamp())
