"""The incident's story in the terminal, as it happens."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from tasks.reporting.escape import visible

RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


def terminal() -> Console:
    """The terminal; Rich keeps colours out of files and pipes."""
    return Console(highlight=False, soft_wrap=True)


def tell(line: str = "", *, style: str = "") -> None:
    """Print one line; what strangers wrote in it can't steer the terminal."""
    terminal().print(Text(visible(line), style=style))
    sys.stdout.flush()


def complain(line: str) -> None:
    """Say on standard error, in one line, what went wrong."""
    sys.stderr.write(f"runbooks: {visible(line)}\n")
    sys.stderr.flush()


class _Teller(logging.Handler):
    """Prints the lines that the steps mark as story."""

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "story", False):
            moment = self.formatter.formatTime(record, "%H:%M:%S") if self.formatter else ""
            tell(f"{moment}  {record.getMessage()}")


@contextmanager
def told() -> Iterator[None]:
    """Print the story of every run in this process while the block runs."""
    teller = _Teller()
    teller.setFormatter(logging.Formatter())
    loggers = [logging.getLogger(name) for name in RUN_LOGGERS]
    for logger in loggers:
        logger.addHandler(teller)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(teller)
