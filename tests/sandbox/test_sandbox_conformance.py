"""Every answer against the vendor's own description of it, and every parameter against the vendor's own list."""

from collections.abc import Iterator
from typing import Any

import pytest

from tasks.sandbox.action import Action
from tasks.sandbox.registry import actions
from tasks.sandbox.shapes import Param, Shape

OPERATIONS = sorted(action.operation for action in actions().values())
PYTHON = {"int": int, "string": str, "bool": bool, "float": float}


def wrong_fields(model: dict[str, Any], kind: str, value: dict[str, Any], path: str = "") -> Iterator[str]:
    """Name each field that the vendor does not know, or that has another type than the vendor says."""
    members = {member["name"]: member for member in model["objects"][kind]["members"]}
    for name, one in value.items():
        if name not in members:
            yield f"{path}{name} is unknown"
        else:
            yield from wrong_value(model, members[name], one, f"{path}{name}")


def wrong_value(model: dict[str, Any], member: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    """Compare one value with the vendor's member."""
    if value is None:
        yield from [] if member.get("value_allowed_null") or "null" in member["document"] else [f"{path} is null"]
    elif member["type"] == "list":
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, one in enumerate(value):
            yield from wrong_single(model, member, one, f"{path}[{index}]")
    else:
        yield from wrong_single(model, member, value, path)


def wrong_single(model: dict[str, Any], member: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    """Compare an object or a plain value."""
    if member["member"] in model["objects"]:
        yield from wrong_fields(model, member["member"], value, f"{path}.")
        return
    kind = {"uint64": "int", "int64": "int", "float": "float", "bool": "bool"}.get(member["member"], "string")
    if type(value) is not PYTHON[kind]:
        yield f"{path} is {value!r}, not of type {kind}"
    elif member["member"] == "uint64" and value < 0:
        yield f"{path} is negative"


@pytest.fixture(scope="module")
def answers(shared: Any, cases: Any, resolve: Any, ask_shared: Any) -> dict[str, Any]:
    """The sandbox's answer to each case."""
    return {operation: ask_shared(shared, operation, resolve(shared, case)) for operation, case in cases.items()}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_has_only_fields_and_types_that_the_vendor_describes(answers: Any, api: Any, operation: str) -> None:
    service, _, name = operation.partition(":")
    model = api(service)

    wrong = list(wrong_fields(model, model["actions"][name]["output"], answers[operation]))

    assert wrong == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_has_every_top_field_that_the_vendor_promises(answers: Any, api: Any, operation: str) -> None:
    service, _, name = operation.partition(":")
    model = api(service)
    members = model["objects"][model["actions"][name]["output"]]["members"]
    promised = {member["name"] for member in members if not member.get("value_allowed_null")}

    missing = promised - set(answers[operation]) - ABSENT.get(operation, set())

    assert missing == set()


# What real answers leave out, too: a last page has no token.
ABSENT = {"cloudaudit:DescribeEvents": {"NextToken"}}


def test_the_checker_finds_unknown_wrong_null_and_negative_fields(api: Any) -> None:
    bad = {"Data": [{"Uin": "1", "Name": None, "Uid": -1, "Extra": 1}], "RequestId": "r"}

    found = set(wrong_fields(api("cam"), "ListUsersResponse", bad))

    assert found == {
        "Data[0].Uin is '1', not of type int",
        "Data[0].Name is null",
        "Data[0].Uid is negative",
        "Data[0].Extra is unknown",
    }


@pytest.mark.parametrize("action", actions().values(), ids=lambda action: action.operation)
def test_an_action_takes_exactly_the_parameters_that_the_vendor_describes(api: Any, action: Action) -> None:
    model = api(action.service)

    differences = list(different(model, model["actions"][action.name]["input"], action.takes))

    assert differences == []


def different(model: dict[str, Any], kind: str, takes: Shape) -> Iterator[str]:
    """Name each parameter that one side has and the other has not, or has otherwise."""
    members = {member["name"]: member for member in model["objects"][kind]["members"]}
    yield from sorted(f"{kind}.{name} is on one side only" for name in members.keys() ^ takes.keys())
    for name in members.keys() & takes.keys():
        yield from different_param(model, members[name], takes[name], f"{kind}.{name}")


def different_param(model: dict[str, Any], member: dict[str, Any], param: Param, path: str) -> Iterator[str]:
    """Compare one parameter with the vendor's member."""
    if param.required != member.get("required", False):
        yield f"{path} required: {param.required}"
    if param.many != (member["type"] == "list"):
        yield f"{path} many: {param.many}"
    names = {"uint64": "int", "int64": "int", "float": "float", "bool": "bool"}
    kind = "object" if member["member"] in model["objects"] else names.get(member["member"], "str")
    if param.kind != kind:
        yield f"{path} is {param.kind}, not {kind}"
    if param.fields is not None:
        yield from different(model, member["member"], param.fields)


@pytest.mark.parametrize("action", actions().values(), ids=lambda action: action.operation)
def test_an_action_has_the_version_that_the_vendor_describes(api: Any, action: Action) -> None:
    assert api(action.service)["metadata"]["apiVersion"] == action.version
