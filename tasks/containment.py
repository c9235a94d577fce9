"""Containment: what the flows call. The work is in `tasks.contain`, one module for each kind of action."""

from tasks.contain.execute import contain
from tasks.contain.manual.verify import read_back
from tasks.contain.not_done import declined, not_done, planned
from tasks.contain.preflight import recheck
from tasks.contain.undo import undo

__all__ = ["contain", "declined", "not_done", "planned", "read_back", "recheck", "undo"]
