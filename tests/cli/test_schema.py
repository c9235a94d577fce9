"""The published shapes hold what every runbook adds to them."""

import json
from typing import Any

import pytest

from tasks.cli.schema import Shape, schema_of
from tasks.model.runbook import AnyRunbook
from tasks.runbooks.registry import all_runbooks


def shapes(shape: Shape) -> dict[str, dict[str, Any]]:
    """Every object that a schema defines, by its title."""
    schema = json.loads(schema_of(shape))
    return {each["title"]: each for each in (schema, *schema["$defs"].values()) if "title" in each}


@pytest.mark.parametrize("runbook", all_runbooks(), ids=lambda runbook: runbook.name)
def test_a_schema_holds_the_runbooks_own_fields(runbook: AnyRunbook) -> None:
    alert, answers, facts = runbook.alert, runbook.answers, runbook.facts
    record = f"{runbook.name.title().replace('_', '')}Record"

    assert set(shapes(Shape.ANSWERS)[answers.__name__]["properties"]) == set(answers.model_fields)
    assert set(shapes(Shape.RECORD)[facts.__name__]["properties"]) == set(facts.model_fields)
    assert shapes(Shape.RECORD)[record]["properties"]["alert"] == {"$ref": f"#/$defs/{alert.__name__}"}
    assert all(f'"{name}"' in schema_of(Shape.ALERT) for name in alert.model_fields)
