"""Messages in the shape that Feishu's group robots take; Slack's too, for the provider calls them Feishu."""

from datetime import datetime

from tasks.errors import InputError
from tasks.intake.chatbot_text import lines, message_of
from tasks.intake.messages import text_message
from tasks.model.message import Message

KINDS = {"text": "content", "post": "content", "interactive": "card"}
SLACK = ("text", "blocks", "attachments")


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Message, ...]:
    """Read the text out of the message; none where it is no text.

    Raises:
        InputError: it is no message of this kind.
    """
    message = message_of(body, content_type, "feishu")
    kind = message.get("msg_type")
    if isinstance(kind, str):
        return text_message(lines(message.get(KINDS[kind])), source="feishu", at=at) if kind in KINDS else ()
    slack = [message[name] for name in SLACK if name in message]
    if not slack:
        raise InputError("feishu msg_type", 'is missing; send "msg_type" as the robot\'s own API takes it')
    return text_message(lines(slack), source="feishu", at=at)
