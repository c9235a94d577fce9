"""The text of an SMS, a mail or a message, as it came, or inside whatever JSON or form the sender puts it in."""

from datetime import datetime

from tasks.intake.body import as_text, opened
from tasks.intake.forwarded import texts_of
from tasks.intake.mail import text_of_mail
from tasks.intake.messages import text_message
from tasks.model.message import Told


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read a text.

    Raises:
        InputError: it is empty or no text.
    """
    found = opened(body, content_type)
    if isinstance(found, str):
        return text_message(text_of_mail(found), source="text", at=at)
    texts = texts_of(found) or (as_text(body, content_type),)
    return tuple(told for text in texts for told in text_message(text, source="text", at=at))
