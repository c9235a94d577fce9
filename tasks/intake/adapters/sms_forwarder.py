"""The phone app SmsForwarder: what its webhook posts, as form fields or by a template in JSON.

Its own default is the form `from`, `content`, `timestamp`, `sign`. In a template `[content]` and `[msg]` are the
message with what the user's rule adds, `[org_content]` is the SMS alone. `timestamp` is the time of
sending, not of what happened.
"""

from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import opened
from tasks.intake.chatbot_text import lines
from tasks.intake.messages import text_message
from tasks.model.message import Told

FIELDS = ("org_content", "content", "msg", "message", "text", "sms", "body", "markdown", "data")
MEND = 'names no message; let the app\'s template send it as "content": "[org_content]"'


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the text of a forwarded SMS.

    Raises:
        InputError: there is no message in it.
    """
    return text_message(_message(opened(body, content_type)), source="sms_forwarder", at=at)


def _message(found: JsonValue) -> str:
    if isinstance(found, str):
        return found
    fields = found if isinstance(found, dict) else {}
    texts = (lines(fields[name]) for name in FIELDS if isinstance(fields.get(name), str | dict))
    text = next((text for text in texts if text), "")
    if not text:
        raise InputError("sms_forwarder body", MEND)
    return text
