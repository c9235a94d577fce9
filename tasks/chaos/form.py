"""Fill a run's form as a person would, knowing nothing of it but its JSON Schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.chaos.plan import Course

PEOPLE = ("owner", "security-lead", "second-lead")
"""Whom the policy of a home declares; the last two may approve."""

WORDS: Mapping[Course, tuple[str, ...]] = {
    Course.STOLEN: ("no", "approve", "done", "go_on"),
    Course.HARMLESS: ("yes", "decline", "done", "go_on"),
    Course.DECLINED: ("no", "decline", "not_done", "stay_stopped"),
}
"""What each course chooses where it may, whatever the field is called."""
SECOND = "confirm"
"""Begins the key of the question that a second person is to answer."""


def fill(schema: Mapping[str, Any], course: Course, *, key: str) -> dict[str, Any]:
    """Give every required field a value that the schema takes.

    Args:
        key: of the question; a confirmation is somebody else's.
    """
    fields: Mapping[str, Any] = schema.get("properties", {})
    return {name: _value(fields[name], course, second=key.startswith(SECOND)) for name in schema.get("required", ())}


def approves(filled: Mapping[str, Any]) -> bool:
    """Whether this lets containment begin."""
    return filled.get("decision") == "approve"


def _value(field: Mapping[str, Any], course: Course, *, second: bool) -> Any:
    if "const" in field:
        return field["const"]
    if "enum" in field:
        return _chosen(field["enum"], course, second=second)
    plain: Mapping[str, Any] = {"array": [], "boolean": True, "integer": 1, "number": 1, "object": {}}
    return plain.get(str(field.get("type")), PEOPLE[1] if second else PEOPLE[0])


def _chosen(choices: Sequence[Any], course: Course, *, second: bool) -> Any:
    """The word of this course; else a person, else the first."""
    people = tuple(reversed(PEOPLE)) if second else PEOPLE
    wanted = (*WORDS.get(course, ()), *people)
    return next((word for word in wanted if word in choices), choices[0])
