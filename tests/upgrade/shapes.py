"""What must be there in values that are kept, and which words they may hold: what a later version has to accept."""

from typing import Any

from pydantic import TypeAdapter

from tasks.checkin.links import Offer
from tasks.model.case import Case
from tasks.model.plan import Approval, Outcome, Plan
from tasks.model.record import Record
from tasks.model.watch import Baseline, Position
from tasks.runbooks.registry import all_runbooks
from tasks.steps.ask import Filled
from tasks.steps.late_event import TurnedUp
from tasks.steps.publish import Published
from tasks.steps.snapshot import Early, HeadStart
from tasks.watch.flow import Looked

KEPT = (
    Case,
    Early,
    HeadStart,
    Filled,
    Offer,
    Plan,
    Approval,
    Outcome,
    Published,
    Record,
    Looked,
    Position,
    Baseline,
    TurnedUp,
)
"""What steps return, and what the ledger keeps as JSON; besides, the alerts and facts of the runbooks."""

TOLD = {"runbook"}
"""What a value need not hold: whoever reads it back knows whose it is."""


def shapes() -> dict[str, dict[str, Any]]:
    """The required fields of each value, and the words of each field that takes only some."""
    found: dict[str, dict[str, Any]] = {}
    for kind in (*KEPT, *(kind for each in all_runbooks() for kind in (each.alert, each.facts))):
        schema = TypeAdapter(kind).json_schema()
        for name, each in {**schema.get("$defs", {}), kind.__name__: schema}.items():
            words = {field: _words(what) for field, what in each.get("properties", {}).items() if _words(what)}
            words |= {"": _words(each)} if _words(each) else {}
            found[name] = {"required": sorted(set(each.get("required", [])) - TOLD), "words": words}
    return dict(sorted(found.items()))


def _words(schema: dict[str, Any]) -> list[str]:
    return sorted(map(str, schema.get("enum", [schema["const"]] if "const" in schema else [])))
