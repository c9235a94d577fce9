"""Every path of the procedure is a row of `unusual_login_cases.yaml`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
import yaml

from tasks.model.answer import Statement
from tasks.model.decision import Decision
from tasks.model.fact import Known
from tasks.model.facts import AddressKind
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, ROOT

ROWS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("unusual_login_cases.yaml").read_text(encoding="utf-8")
)


class Setting(NamedTuple):
    """What a tag of the table changes."""

    facts: Mapping[str, Any] = MappingProxyType({})
    policy: Policy = build.POLICY


GONE = dict.fromkeys(set(LoginFacts.model_fields) - {"gathered_at"}, build.NOT_READ)
HERE = build.history(build.past(ALICE, build.NANJING, days=8), build.past(ALICE, build.NANJING, days=9))
SETTINGS: dict[str, Callable[[], Setting]] = {
    "usual_place=yes@history": lambda: Setting({"history": HERE}),
    "usual_place=yes@policy": lambda: Setting(policy=build.usual()),
    "usual_place=yes": lambda: Setting({"history": build.NOT_READ}),
    "usual_place=no": lambda: Setting({"history": build.NOT_READ}),
    "usual_place=unknown": lambda: Setting({"history": build.NOT_READ}),
    "co_user=no@co_users": lambda: Setting(
        {"login": build.login(ROOT), "co_users": Known(value=(build.co_user(ROOT),))}
    ),
    "co_user_away=yes@policy": lambda: Setting(policy=build.travel()),
    "known_egress=yes@network": lambda: Setting(policy=build.network()),
    "known_egress=yes@gateway": lambda: Setting({"egress": build.own(AddressKind.CUSTOMER_GATEWAY)}),
    "place_unknown": lambda: Setting({"login": build.login(place=None)}),
    "history_unknown": lambda: Setting({"history": build.NOT_READ}),
    "nothing_known": lambda: Setting(GONE),
    "own_host": lambda: Setting({"egress": build.own(AddressKind.EIP)}),
    "travel_elsewhere": lambda: Setting(policy=build.travel(place="新加坡")),
    "travel_announced_too_late": lambda: Setting(policy=build.travel(added_at=build.NOW, added_by="alice")),
    "travel_announced_in_time": lambda: Setting(policy=build.travel(added_at=build.AT, added_by="alice")),
    "travel_over": lambda: Setting(policy=build.travel(days=-1)),
    "travel_of_bob": lambda: Setting(policy=build.travel(principal="bob")),
    "sensitive_write": lambda: Setting({"trail": build.trail(build.sensitive())}),
    "login_unknown": lambda: Setting({"login": build.NOT_READ}),
    "trail_unknown": lambda: Setting({"trail": build.NOT_READ}),
    "trail_cut": lambda: Setting({"trail": build.trail(closed=False)}),
    "confirmed_by_the_same_person": Setting,
}
SOURCES = {"history": "fact", "network": "fact", "gateway": "fact", "co_users": "fact"}


class Step(NamedTuple):
    """One step of a walk."""

    question: Question
    said: str
    value: str
    source: str


def _step(text: str) -> Step:
    question, _, rest = text.partition("=")
    said, _, replaced = rest.partition(">")
    value, _, source = (replaced or said).partition("@")
    spoken = "" if source and not replaced else said
    return Step(Question(question), "" if said == "?" else spoken, value, SOURCES.get(source, source or "person"))


def _steps(row: dict[str, Any]) -> tuple[Step, ...]:
    return tuple(_step(text) for text in row["walk"].split(", "))


def _situation(row: dict[str, Any]) -> tuple[LoginFacts, Policy]:
    tags = (*row["walk"].split(", "), *row.get("with", ()))
    settings = [SETTINGS[tag]() for tag in tags if tag in SETTINGS]
    facts = build.facts(**{name: fact for setting in settings for name, fact in setting.facts.items()})
    policy = {name: getattr(one.policy, name) for one in settings for name in one.policy.model_fields_set}
    return facts, Policy(**policy)


def _words(row: dict[str, Any]) -> tuple[Statement, ...]:
    words = [
        build.statement(one.question, one.said, "Li" if one.question == Question.CONFIRM else "Wang")
        for one in _steps(row)
        if one.said
    ]
    if "confirmed_by_the_same_person" in row.get("with", ()):
        words.append(build.statement(Question.CONFIRM, "yes", "Wang"))
    return tuple(words)


def _decided(row: dict[str, Any]) -> Decision:
    facts, policy = _situation(row)
    return build.decided(build.ALERT, facts, _words(row), policy)


def _name(row: dict[str, Any]) -> str:
    return " ".join([row["walk"], *row.get("with", ())])


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_the_walk_is_that_of_the_procedure(row: dict[str, Any]) -> None:
    decision = _decided(row)

    steps = _steps(row)
    assert decision.path == tuple(step.question for step in steps)
    assert [(one.question, one.value, one.source) for one in decision.answers] == [
        (step.question, step.value, step.source) for step in steps if step.value != "?"
    ]
    assert decision.course == row["course"]


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_every_course_has_reasons_in_both_languages(row: dict[str, Any]) -> None:
    decision = _decided(row)

    assert decision.reasons
    assert all(reason.zh and reason.en for reason in decision.reasons)


def test_no_row_is_there_twice() -> None:
    names = [_name(row) for row in ROWS]

    assert sorted(names) == sorted(set(names))


def test_every_tag_of_the_table_is_defined() -> None:
    tags = {tag for row in ROWS for tag in row.get("with", ())}

    assert tags <= SETTINGS.keys()


def test_the_table_holds_every_way_through_the_procedure() -> None:
    """The ways are those of the help page's table with three values a question, counted without our code."""
    egress = {f"known_egress={value}" for value in ("yes", "no", "unknown")}
    own = {f"own_login=yes, usual_place={place}, co_user=no, {last}" for place in ("no", "unknown") for last in egress}
    other = {f"own_login={o}, co_user={c}, {e}" for o in ("no", "unknown") for c in ("no", "unknown") for e in egress}
    away = {f"own_login=no, co_user=alice, co_user_away={a}, {e}" for a in ("no", "unknown") for e in egress}
    ends = {"own_login=yes, usual_place=yes", "own_login=no, co_user=alice, co_user_away=yes"}

    walked = {", ".join(f"{step.question}={step.value}" for step in _steps(row)) for row in ROWS}
    assert own | other | away | ends <= walked
