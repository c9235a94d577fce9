"""Finds a runbook by its name: its folder is all that has to be there."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

import tasks.runbooks
from tasks.errors import InputError
from tasks.model.runbook import AnyRunbook, Correlation, Recogniser


def runbook_names() -> tuple[str, ...]:
    """Every runbook there is, in the order of the alphabet."""
    return tuple(sorted(each.name for each in iter_modules(tasks.runbooks.__path__) if each.ispkg))


@cache
def runbook_of(name: str) -> AnyRunbook:
    """The runbook of this name. One that can't be imported stops who asks: in an incident nothing may be left out.

    Raises:
        InputError: there is none.
    """
    if name not in runbook_names():
        raise InputError("runbook", f"{name!r} is none; there are: {', '.join(runbook_names())}")
    module = import_module(f"tasks.runbooks.{name}.runbook")
    return cast("AnyRunbook", module.RUNBOOK)  # its own alert and facts are known to itself alone


def all_runbooks() -> tuple[AnyRunbook, ...]:
    """Every runbook."""
    return tuple(runbook_of(name) for name in runbook_names())


def recognisers() -> Mapping[str, Recogniser[Any]]:
    """What each runbook recognises as its alert, by the runbooks' names."""
    return {each.name: each.intake for each in all_runbooks()}


def correlation_of(name: str) -> Correlation[Any, Any]:
    """How a runbook's alerts are compared."""
    return runbook_of(name).correlation
