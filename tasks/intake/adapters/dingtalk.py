"""Messages in the shape that DingTalk's group robots take."""

from datetime import datetime

from tasks.errors import InputError
from tasks.intake.chatbot_text import lines, message_of
from tasks.intake.messages import text_message
from tasks.model.message import Told

KINDS = frozenset({"text", "markdown", "actionCard", "link", "feedCard"})


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the text out of the message.

    Raises:
        InputError: it is no message of this kind.
    """
    message = message_of(body, content_type, "dingtalk")
    if isinstance(message, str):
        return text_message(message, source="dingtalk", at=at)
    kind = message.get("msgtype")
    if not isinstance(kind, str):
        raise InputError("dingtalk msgtype", 'is missing; send "msgtype" as the robot\'s own API takes it')
    return text_message(lines(message.get(kind) if kind in KINDS else message), source="dingtalk", at=at)
