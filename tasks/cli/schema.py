"""The published shapes, as JSON Schema."""

import json
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from pydantic import TypeAdapter, create_model

from tasks.cli.prepared_answers import answers_type
from tasks.model.record import Record
from tasks.model.runbook import AnyRunbook
from tasks.runbooks.registry import all_runbooks


class Shape(StrEnum):
    """What has a published shape."""

    ALERT = "alert"
    ANSWERS = "answers"
    RECORD = "record"


def schema_of(shape: Shape) -> str:
    """The JSON Schema of a shape, as text; where runbooks differ, of all of them."""
    return json.dumps(TypeAdapter(_type_of(shape)).json_schema(), ensure_ascii=False, indent=2)


def _type_of(shape: Shape) -> Any:
    match shape:
        case Shape.ALERT:
            return reduce(or_, (each.alert for each in all_runbooks()))
        case Shape.ANSWERS:
            return answers_type()
        case Shape.RECORD:
            return reduce(or_, (_record(each) for each in all_runbooks()))


def _record(runbook: AnyRunbook) -> type[Record]:
    """The record with the alert and the facts of a runbook."""
    facts: Any = runbook.facts | None
    name = f"{runbook.name.title().replace('_', '')}Record"  # of several, each is found by its name
    return create_model(name, __base__=Record, __doc__=Record.__doc__, alert=(runbook.alert, ...), facts=(facts, ...))
