"""Messages in the shape that Feishu's group robots take; Slack's too, for the provider calls them Feishu."""

from datetime import datetime

from tasks.errors import InputError
from tasks.intake.chatbot_text import lines, message_of
from tasks.intake.messages import PICTURE, text_message
from tasks.model.message import Told

KINDS = {"text": "content", "post": "content", "interactive": "card"}
PICTURES = frozenset({"image", "file", "audio", "media", "sticker", "share_chat"})
SLACK = ("text", "blocks", "attachments")


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the text out of the message; a picture or a file has none.

    Raises:
        InputError: it is no message of this kind.
    """
    message = message_of(body, content_type, "feishu")
    if isinstance(message, str):
        return text_message(message, source="feishu", at=at)
    kind = message.get("msg_type")
    if isinstance(kind, str):
        if kind in PICTURES:
            return (PICTURE,)
        return text_message(lines(message.get(KINDS[kind]) if kind in KINDS else message), source="feishu", at=at)
    slack = [message[name] for name in SLACK if name in message]
    if not slack:
        raise InputError("feishu msg_type", 'is missing; send "msg_type" as the robot\'s own API takes it')
    return text_message(lines(slack), source="feishu", at=at)
