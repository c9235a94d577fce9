"""The text of an SMS, a mail or a message, as it came."""

from datetime import datetime

from tasks.intake.body import as_text
from tasks.intake.messages import text_message
from tasks.model.message import Told


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read a text.

    Raises:
        InputError: it is empty or no text.
    """
    return text_message(as_text(body, content_type), source="text", at=at)
