"""A body read part by part: what one part is takes nothing away from the others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tasks.errors import InputError
from tasks.intake.formats import Adapter
from tasks.intake.reading import DEFECT, read_body
from tasks.model.alert import Alert
from tasks.model.base import Sentence
from tasks.model.message import Message, NotUnderstood, Recognition, SomethingElse, Told, Topic
from tasks.model.runbook import Recogniser

AT = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
STRANGE = NotUnderstood(why=Sentence(zh="不清楚。", en="It is not clear."))
ENDED = SomethingElse(reason=Topic.RECOVERED)


def read(text: str) -> Alert:
    if text != "stated alert":
        raise InputError("alert", "is none")
    return Alert(text=text)


def recognise(message: Message) -> Recognition[Alert]:
    if message.text == "defect":
        raise ZeroDivisionError(message.text)
    return (Alert(text=message.text),) if "alert" in message.text else SomethingElse(reason=Topic.NO_LOGIN)


ONLY: dict[str, Recogniser[Any]] = {"toy": Recogniser(alert=Alert, read=read, recognise=recognise)}


def adapter(*parts: str | Told, mends: bool = False, error: Exception | None = None) -> Adapter:
    """A road on which any body has these parts."""

    def told(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
        if error is not None:
            raise error
        kind = "stated" if mends else "text"
        return tuple(Message(kind=kind, text=one, source="x", at=at) if isinstance(one, str) else one for one in parts)

    return Adapter(told, mends=mends)


def test_each_part_comes_to_its_own_end() -> None:
    road = adapter("alert 1", STRANGE, "a bill", ENDED, "defect", STRANGE, "another bill", "alert 2")
    reading = read_body(road, ONLY, b"x", "", at=AT)

    assert [one.alert.text for one in reading.alerts] == ["alert 1", "alert 2"]
    assert reading.topics == (Topic.NO_LOGIN, Topic.RECOVERED)
    assert reading.whys == (STRANGE.why, DEFECT.why)
    assert reading.why.en == f"{STRANGE.why.en} {DEFECT.why.en}"
    assert reading.mend == ""


@pytest.mark.parametrize("error", [InputError("x body", "is none"), KeyError("x"), RecursionError()])
def test_what_a_road_can_not_read_is_not_understood(error: Exception) -> None:
    reading = read_body(adapter(error=error), ONLY, b"x", "", at=AT)

    assert (len(reading.whys), reading.alerts, reading.topics, reading.mend) == (1, (), (), "")


@pytest.mark.parametrize("error", [InputError("x body", "is none"), None])
def test_who_means_an_alert_hears_what_is_wrong_with_it(error: InputError | None) -> None:
    reading = read_body(adapter("no alarm", mends=True, error=error), ONLY, b"x", "", at=AT)

    assert reading.mend == str(error or "alert: is none")
    assert reading.mend in reading.why.en


def test_who_states_an_alert_hears_of_no_mend() -> None:
    reading = read_body(adapter("stated alert", mends=True), ONLY, b"x", "", at=AT)

    assert (len(reading.alerts), reading.whys, reading.mend) == (1, (), "")


def test_of_many_reasons_the_first_three_are_told() -> None:
    many = [NotUnderstood(why=Sentence(zh=f"{n}。", en=f"{n}.")) for n in range(5)]

    assert read_body(adapter(*many), ONLY, b"x", "", at=AT).why == Sentence(zh="0。1。2。", en="0. 1. 2.")
