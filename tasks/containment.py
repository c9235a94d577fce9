"""Containment: what the flows call. The work is in `tasks.contain`, one module for each kind of action."""

from tasks.contain.acting import contain
from tasks.contain.gate import recheck
from tasks.contain.manual import read_back
from tasks.contain.undoing import undo
from tasks.contain.undone import declined, not_done, planned

__all__ = ["contain", "declined", "not_done", "planned", "read_back", "recheck", "undo"]
