"""A message, read by the road that it came by, before any runbook has recognised what it is about."""

from typing import Literal

from tasks.model.address import Ip
from tasks.model.alert import AnyAlert
from tasks.model.base import Line, Moment, Uin, Value


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
    source: Line
    at: Moment


class Reported(Value):
    """An alert that was read out of a message, and the runbook whose it is."""

    runbook: str
    alert: AnyAlert
