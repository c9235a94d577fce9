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
from tasks.errors import InputError
from tasks.intake.alerts import recognised
from tasks.intake.body import opened
from tasks.intake.formats import ROADS
from tasks.intake.redact import redact
from tasks.model.delivery import Delivery
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
    """Whatever an adapter makes of it can be delivered."""
    for road, adapter in ROADS.items():
        try:
            told = adapter.read(body, content_type, at=AT)
            ends = [recognised(each, recognisers()) for each in told]
        except InputError:
            continue
        assert ends
        alerts = tuple(alert for end in ends if isinstance(end, tuple) for alert in end)
        if alerts:
            kept = redact(opened(body, content_type))
            Delivery(source="s", road=road, sha256="", body=kept, alerts=alerts, at=AT).model_dump_json()


@settings(max_examples=200)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), form=st.booleans())
def test_any_bytes_are_alerts_or_an_input_error(body: bytes, form: bool) -> None:  # noqa: FBT001 - drawn
    deliver(body, "application/x-www-form-urlencoded" if form else "application/json")


@settings(max_examples=200)
@given(tree=TREES)
def test_any_json_is_alerts_or_an_input_error(tree: Any) -> None:
    deliver(json.dumps(tree).encode(), "application/json")


@settings(max_examples=200)
@given(data=st.data())
def test_an_example_with_anything_in_any_place_is_alerts_or_an_input_error(data: st.DataObject) -> None:
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
    for module in (*inside, *(f"tasks.runbooks.{runbook}.recognise" for runbook in runbook_names())):
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
