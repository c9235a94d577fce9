"""No bytes whatsoever break an adapter, and no text takes more than linear time."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined] # the only way to look into a pattern
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tasks.intake
from tasks.intake.body import opened
from tasks.intake.formats import ROADS
from tasks.intake.readable import readable
from tasks.intake.reading import DEFECT, read_body
from tasks.intake.redact import redact
from tasks.model.delivery import Delivery, Unread
from tasks.runbooks.registry import recognisers, runbook_names

AT = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))
NAMES = (
    "alarmType alarmStatus alarmPolicyInfo conditions eventName productName firstOccurTime data userIdentity "
    "type eventTime time sourceIPAddress CloudAuditEvent sessionContext Login Ip LoginTime Evidence SubUin Uin "
    "msgtype msg_type text content markdown card elements keyname value title org_content ip login_time "
    "account token"
)
KEYS = st.sampled_from(NAMES.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["ConsoleLogin", "event", "1", "text", "markdown", "post", "interactive", "异地登录 203.0.113.7"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner | inner.map(json.dumps), max_size=6),
)


def deliver(body: bytes, content_type: str) -> None:
    """Whatever a road makes of it comes to an end, and can be delivered or kept."""
    for road, adapter in ROADS.items():
        found = read_body(adapter, recognisers(), body, content_type, at=AT)
        assert found.alerts or found.topics or found.whys or found.mend
        assert DEFECT.why not in found.whys
        if found.alerts:
            kept = redact(opened(body, content_type))
            Delivery(source="s", road=road, sha256="", body=kept, alerts=found.alerts, at=AT).model_dump_json()
        if found.whys:
            said = {"content_type": "", "sha256": "", "body": readable(body, content_type), "why": found.why}
            Unread(source="s", road=road, at=AT, **said).model_dump_json()


@settings(max_examples=200)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), form=st.booleans())
def test_any_bytes_come_to_an_end(body: bytes, form: bool) -> None:  # noqa: FBT001 - drawn
    deliver(body, "application/x-www-form-urlencoded" if form else "application/json")


@settings(max_examples=200)
@given(tree=TREES)
def test_any_json_comes_to_an_end(tree: Any) -> None:
    deliver(json.dumps(tree).encode(), "application/json")


@settings(max_examples=200)
@given(data=st.data())
def test_an_example_with_anything_in_any_place_comes_to_an_end(data: st.DataObject) -> None:
    found = json.loads(data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8"))
    node = found
    while isinstance(node, dict | list) and node:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        inner = node[key]
        if not isinstance(inner, dict | list) or data.draw(st.booleans()):
            node[key] = data.draw(TREES)
            break
        node = inner

    deliver(json.dumps(found).encode(), "application/json")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    inside = [module.name for module in pkgutil.walk_packages(tasks.intake.__path__, "tasks.intake.")]
    beside = [f"tasks.runbooks.{runbook}" for runbook in runbook_names()]
    folders = [importlib.import_module(name).__path__ for name in beside]
    words = [
        one.name for name, path in zip(beside, folders, strict=True) for one in pkgutil.iter_modules(path, f"{name}.")
    ]
    for module in (*inside, *words):
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, re.Pattern):
                yield f"{module}.{name}", value


def ways(parsed: Any) -> int:
    """An upper bound of the ways in which a pattern can try to match at one place; 0 for no bound."""
    total = 1
    for operation, argument in parsed:
        if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            least, most, inner = argument
            if most is _constants.MAXREPEAT:
                return 0
            each = ways(inner)
            total *= (most - least + 1) * each if each == 1 else each ** min(most, 3)
        elif operation is _constants.BRANCH:
            total *= sum(ways(branch) for branch in argument[1])
        elif operation is _constants.SUBPATTERN:
            total *= ways(argument[-1])
        elif operation in (_constants.ASSERT, _constants.ASSERT_NOT):
            total *= ways(argument[1])
    return total


def is_one_run(parsed: Any) -> bool:
    """A run of one class of characters: each character is looked at once."""
    ((operation, argument), *others) = parsed
    return not others and operation is _constants.MAX_REPEAT and [one for one, _ in argument[2]] == [_constants.IN]


@pytest.mark.parametrize(("name", "pattern"), list(patterns()))
def test_every_pattern_has_an_end(name: str, pattern: re.Pattern[str]) -> None:
    parsed = _parser.parse(pattern.pattern, pattern.flags)

    assert is_one_run(parsed) or ways(parsed) > 0, name
