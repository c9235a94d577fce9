"""The catalogue of roads: what reads a sender's messages, and what the sender wants to hear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from pydantic import JsonValue

from tasks.intake.adapters import (
    cloud_monitor,
    csip,
    dingtalk,
    eventbridge,
    feishu,
    generic,
    sms_forwarder,
    text,
    wecom,
)
from tasks.model.intake_file import Road
from tasks.model.message import Told

SENDERS_PATIENCE_S = 30.0
MONITORS_PATIENCE_S = 4.5  # Cloud Monitor waits 5 s for an answer and calls again, three times at most


class Read(Protocol):
    """Reads what a body tells, part by part, at least one.

    What the shape alone shows to be something else, such as the end of an alarm, is said to be so, and what is no
    message of this road is not understood: a `NotUnderstood` with its words, or an `InputError`, which means as much.
    """

    def __call__(self, body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
        """Read a message that came at that time."""
        ...


@dataclass(frozen=True)
class Adapter:
    """A road.

    Args:
        read: reads the messages out of a body.
        status: of the answer once the alerts are safe; many senders take anything but 200 for a failure.
        answer: what the sender looks for in the answer.
        echoes: fields of the message that the sender wants back.
        patience_s: how long the sender waits for the answer.
        mends: whether its sender means alerts, and mends what is none: it is then told what is wrong (400).
    """

    read: Read
    status: int = HTTPStatus.OK
    answer: Mapping[str, JsonValue] = field(default_factory=dict)
    echoes: tuple[str, ...] = ()
    patience_s: float = SENDERS_PATIENCE_S
    mends: bool = False


_ROBOT: Mapping[str, JsonValue] = {"errcode": 0, "errmsg": "ok"}
_FEISHU: Mapping[str, JsonValue] = {"code": 0, "msg": "success", "StatusCode": 0, "StatusMessage": "success"}
_MONITOR: Mapping[str, JsonValue] = {"retCode": 0}
_SESSION = ("sessionId",)

ROADS: Mapping[Road, Adapter] = {
    Road.GENERIC: Adapter(generic.read, status=HTTPStatus.ACCEPTED, mends=True),
    Road.TEXT: Adapter(text.read, status=HTTPStatus.ACCEPTED),
    Road.SMS_FORWARDER: Adapter(sms_forwarder.read, status=HTTPStatus.ACCEPTED),
    Road.CLOUD_MONITOR: Adapter(cloud_monitor.read, answer=_MONITOR, echoes=_SESSION, patience_s=MONITORS_PATIENCE_S),
    Road.EVENTBRIDGE: Adapter(eventbridge.read, answer=_MONITOR, echoes=_SESSION, patience_s=MONITORS_PATIENCE_S),
    Road.CSIP: Adapter(csip.read),
    Road.WECOM: Adapter(wecom.read, answer=_ROBOT),
    Road.DINGTALK: Adapter(dingtalk.read, answer=_ROBOT),
    Road.FEISHU: Adapter(feishu.read, answer=_FEISHU),
}
