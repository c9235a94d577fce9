"""A message, read by the road that it came by, and what it turns out to be.

There are three ends, and every road tells them apart: it brings alerts, it is surely about something else, or it is not
understood. The last is kept and shown to a person, for it may be an alert; nothing that arrived is dropped by a guess.
"""

from enum import StrEnum
from typing import Literal, TypeVar

from tasks.model.address import Ip
from tasks.model.alert import Alert, AnyAlert
from tasks.model.base import Line, Moment, Sentence, Uin, Value

A = TypeVar("A", bound=Alert)


class Message(Value):
    """What a sender told, in no runbook's terms: free text, or one event that a machine reports.

    All of it is written by strangers.

    Args:
        kind: `text` may be about anything; `record` is one of the audit log or of the evidence of a security product;
            `alarm` is of a monitor; `stated` was sent by somebody who means an alert, in our own shape or in words.
        text: the message in words; for an event the whole of it in one line, without its secrets.
        event: the event's name as its sender calls it, such as `ConsoleLogin`; empty for free text.
        product: the cloud product that an alarm is about, lower case.
        succeeded: whether what the event reports succeeded.
        ip: the address that the event names, in one spelling; None where it names none.
        event_at: when the event happened; None where the message does not say.
        principal: name or uin of who did it.
        place: where, as the sender names it.
        method: how it was done, as the sender names it.
        event_id: the cloud's own id of the event.
        source: the road, or the sender's name.
        at: when the message came, by our clock.
    """

    kind: Literal["text", "record", "alarm", "stated"]
    text: str
    event: Line = ""
    product: Line = ""
    succeeded: bool = True
    ip: Ip | None = None
    event_at: Moment | None = None
    account: Uin | None = None
    principal: Line | None = None
    place: Line | None = None
    method: Line | None = None
    event_id: Line | None = None
    source: Line
    at: Moment


class Reported(Value):
    """An alert that was read out of a message, and the runbook whose it is."""

    runbook: str
    alert: AnyAlert


class Topic(StrEnum):
    """What a message is surely about that no runbook answers; a short code, by which such messages are counted."""

    OTHER_COMPANY = "other_company"
    SERVER_LOGIN = "server_login"
    FAILED_LOGIN = "failed_login"
    INSTRUCTION = "instruction"
    ONE_TIME_CODE = "one_time_code"
    MARKETING = "marketing"
    OTHER_PRODUCT = "other_product"
    OTHER_EVENT = "other_event"
    RECOVERED = "recovered"
    NO_TEXT = "no_text"
    NO_LOGIN = "no_login"


class SomethingElse(Value):
    """A message, or a part of one, that is surely about something that no runbook answers: nobody need look at it."""

    reason: Topic


class NotUnderstood(Value):
    """A message, or a part of one, of which nobody can say what it is about: it is kept, and a person looks at it."""

    why: Sentence


Told = Message | SomethingElse | NotUnderstood
"""What a road reads out of each part of a body: a message for the runbooks, unless the shape alone says what it is."""

Recognition = tuple[A, ...] | SomethingElse | NotUnderstood
"""What a message turns out to be: alerts, at least one; or one of the other two ends."""
