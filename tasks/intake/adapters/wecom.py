"""Messages in the shape that WeCom's group robots take."""

from datetime import datetime

from tasks.errors import InputError
from tasks.intake.chatbot_text import lines, message_of
from tasks.intake.messages import PICTURE, text_message
from tasks.model.message import Told

KINDS = frozenset({"text", "markdown", "markdown_v2", "template_card", "news"})
PICTURES = frozenset({"image", "file", "voice"})


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the text out of the message; a picture or a file has none.

    Raises:
        InputError: it is no message of this kind.
    """
    message = message_of(body, content_type, "wecom")
    if isinstance(message, str):
        return text_message(message, source="wecom", at=at)
    kind = message.get("msgtype")
    if not isinstance(kind, str):
        raise InputError("wecom msgtype", 'is missing; send "msgtype" as the robot\'s own API takes it')
    if kind in PICTURES:
        return (PICTURE,)
    return text_message(lines(message.get(kind) if kind in KINDS else message), source="wecom", at=at)
