"""`runbooks` with its own clock a day ahead: `python -m tasks.chaos.ahead serve`.

Everything of ours reads the time from one function. Prefect, the database and the calls' signatures keep the machine's
clock, so it is as if this process alone had been set wrongly.
"""

from datetime import timedelta
from importlib import import_module

from tasks import context

AHEAD = timedelta(days=1)

if __name__ == "__main__":
    right = context.utc_now
    context.utc_now = lambda: right() + AHEAD
    import_module("flows.__main__").main()
