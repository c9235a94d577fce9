"""Where the watcher was, and the habits it knows, in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import Unreadable
from tasks.ledger.store import Ledger
from tasks.model.kept import read_kept
from tasks.model.watch import Baseline, Position


@dataclass(frozen=True)
class State:
    """What the watcher remembers.

    Args:
        kept: the position as the ledger has it; null where there is none. Who moves it must have seen this.
        known: the baseline as the ledger has it, so that it is written only when it has changed.
    """

    position: Position
    baseline: Baseline
    kept: JsonValue = None
    known: Baseline | None = None


def name_of(endpoint: str) -> str:
    """Name the cursor of a cloud."""
    return f"watch_logins {endpoint}".strip()


def load(ledger: Ledger, endpoint: str) -> tuple[State | None, JsonValue]:
    """What the watcher of a cloud remembers, and the same as the ledger has it; None where that can't be read.

    Where another version wrote what this one can't read, the watcher begins anew.
    """
    name = name_of(endpoint)
    kept = ledger.cursor(name)
    try:
        baseline = read_kept(Baseline, ledger.cursor(_habits(name)), what=_habits(name))
        return State(read_kept(Position, kept, what=name), baseline, kept=kept, known=baseline), kept
    except Unreadable:
        return None, kept


def save(ledger: Ledger, endpoint: str, state: State, at: datetime) -> State | None:
    """Remember it; None if another process has moved the cursor since it was read."""
    name = name_of(endpoint)
    value = state.position.model_dump(mode="json")
    beside = {} if state.baseline is state.known else {_habits(name): state.baseline.model_dump(mode="json")}
    if not ledger.move_cursor(name, value, before=state.kept, at=at, beside=beside):
        return None
    return State(state.position, state.baseline, kept=value, known=state.baseline)


def _habits(name: str) -> str:
    return f"{name} habits"
