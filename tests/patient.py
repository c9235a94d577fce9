"""`runbooks` with time enough on any machine, for what it does is tested, not how fast: `python -m tests.patient`."""

import sys
from importlib import import_module

from tests.off_loop import watch

LONG_S = 3600.0
LOOKING_UP = ("tasks.lookup.collector:DEADLINE_S", "tasks.runbooks.unusual_login.gather:PEOPLE_S")
"""In this order: what is imported later takes the former for its default."""
DRIVING = ("tasks.engine.drive:RESUMED_S",)
SERVING = ("tasks.serving.serve:DRAIN_S", "tasks.serving.serve:HARD_S")


def have_patience(*limits: str) -> None:
    """Lift limits that a machine which is slow enough would run into in the midst of its work."""
    for limit in limits:
        name, _, constant = limit.partition(":")
        module = import_module(name)
        assert isinstance(getattr(module, constant), float)
        setattr(module, constant, LONG_S)


if __name__ == "__main__":
    watch(alone=True)
    have_patience(*LOOKING_UP, *DRIVING, *(SERVING if "serve" in sys.argv else ()))
    import_module("flows.__main__").main()
