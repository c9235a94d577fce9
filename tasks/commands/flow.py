"""Flows, by their names."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect import Flow

WATCHERS = ("watch_logins",)


def flow_of(name: str) -> "Flow[..., Any]":
    """The flow of a runbook or watcher, loaded when it is needed; file and function have its name."""
    flow: Flow[..., Any] = getattr(import_module(f"flows.{name}"), name)
    return flow
