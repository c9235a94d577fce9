"""The phone app SmsForwarder, and apps like it: what their webhooks post, as form fields or by a template in JSON.

Its own default is the form `from`, `content`, `timestamp`, `sign`. In a template `[content]` and `[msg]` are the
message with what the user's rule adds, `[org_content]` is the SMS alone. `timestamp` is the time of
sending, not of what happened.
"""

from datetime import datetime

from tasks.errors import InputError
from tasks.intake.body import opened
from tasks.intake.forwarded import texts_of
from tasks.intake.messages import text_message
from tasks.model.message import Told

MEND = 'names no message; let the app\'s template send it as "content": "[org_content]"'


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the texts of forwarded messages.

    Raises:
        InputError: there is no message in it.
    """
    found = texts_of(opened(body, content_type))
    if not found:
        raise InputError("sms_forwarder body", MEND)
    return tuple(told for text in found for told in text_message(text, source="sms_forwarder", at=at))
