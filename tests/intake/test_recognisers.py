"""Several runbooks beside one another: whose alert a message is, and what is said of one that is nobody's."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tasks.errors import InputError
from tasks.intake.alerts import alert_of_json, recognised, stated
from tasks.model.alert import Alert
from tasks.model.base import Sentence
from tasks.model.message import Message, NotUnderstood, Recognition, SomethingElse, Topic
from tasks.model.runbook import Recogniser


class Broad(Alert):
    """What a runbook that knows little of its alerts reads."""

    name: str


class Narrow(Alert):
    """What a runbook that knows its alerts well reads."""

    name: str | None = None
    number: int


UNCLEAR = NotUnderstood(why=Sentence(zh="不清楚", en="It is not clear."))
ELSE = SomethingElse(reason=Topic.NO_LOGIN)


def recogniser(
    kind: type[Alert], word: str, goes_before: frozenset[str] = frozenset(), *, unclear: str = ""
) -> Recogniser[Any]:
    """One that takes every text with its word, and JSON of its kind."""

    def read(text: str) -> Alert:
        found = alert_of_json(text, kind)
        if found is None and word not in text:
            raise InputError("alert", f"does not say {word}")
        return found or kind.model_construct(text=text)

    def recognise(message: Message) -> Recognition[Alert]:
        if message.text == unclear:
            return UNCLEAR
        return (kind.model_construct(text=message.text),) if word in message.text else ELSE

    return Recogniser(alert=kind, read=read, recognise=recognise, goes_before=goes_before)


BESIDE = {"broad": recogniser(Broad, "log"), "narrow": recogniser(Narrow, "login")}
BEFORE = BESIDE | {"narrow": recogniser(Narrow, "login", frozenset({"broad"}))}


def message(text: str) -> Message:
    return Message(kind="text", text=text, source="mail", at=datetime(2026, 11, 23, tzinfo=UTC))


def told(text: str, recognisers: Mapping[str, Recogniser[Any]]) -> list[str]:
    end = recognised(message(text), recognisers)
    return [one.runbook for one in end] if isinstance(end, tuple) else []


@pytest.mark.parametrize(
    ("text", "recognisers", "names"),
    [
        ("a log", BESIDE, ["broad"]),
        ("a login", BESIDE, ["broad", "narrow"]),
        ("a login", BEFORE, ["narrow"]),
        ("a log", BEFORE, ["broad"]),
        ("a bill", BEFORE, []),
    ],
)
def test_a_message_is_an_alert_of_each_that_recognises_it_unless_one_goes_before(
    text: str, recognisers: Mapping[str, Recogniser[Any]], names: list[str]
) -> None:
    assert told(text, recognisers) == names


@pytest.mark.parametrize(("text", "end"), [("a bill", ELSE), ("what is a?", UNCLEAR), ("what is b?", UNCLEAR)])
def test_it_is_something_else_only_where_every_runbook_is_sure(text: str, end: NotUnderstood | SomethingElse) -> None:
    beside = {"broad": recogniser(Broad, "a login", unclear="what is a?")}
    beside |= {"narrow": recogniser(Narrow, "a login", unclear="what is b?")}

    assert recognised(message(text), beside) == end


@pytest.mark.parametrize("end", [ELSE, UNCLEAR])
def test_what_the_road_itself_knows_needs_no_runbook(end: NotUnderstood | SomethingElse) -> None:
    assert recognised(end, BESIDE) == end


@pytest.mark.parametrize(
    ("text", "recognisers", "name"),
    [
        ("a log", BEFORE, "broad"),
        ("a login", BEFORE, "narrow"),
        ("a login", BESIDE, "broad"),
        ('{"name": "x"}', BEFORE, "broad"),
        ('{"number": 7}', BEFORE, "narrow"),
        ('{"name": "x", "number": 7}', BESIDE, "narrow"),
    ],
)
def test_what_is_handed_in_is_one_alert_of_one_runbook(
    text: str, recognisers: Mapping[str, Recogniser[Any]], name: str
) -> None:
    assert stated(text, recognisers).runbook == name


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"number": "many"}', "alert field 'number': Input should be a valid integer"),
        ('{"number": 7, "nmae": "x"}', "alert field 'nmae': is not a field of an alert"),
        ('{"name": 7}', "alert field 'name': Input should be a valid string"),
        (
            '{"name": null}',
            (
                "alert: as broad: alert field 'name': Input should be a valid string; "
                "as narrow: alert field 'number': Field required"
            ),
        ),
        ("a bill", "alert: as broad: does not say log; as narrow: does not say login"),
        ("[1]", "alert: is JSON but no object"),
        ("[" * 30_000, "alert: is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_for_the_runbook_that_was_meant_else_for_each(text: str, says: str) -> None:
    with pytest.raises(InputError) as told:
        stated(text, BESIDE)

    assert str(told.value).startswith(says)
