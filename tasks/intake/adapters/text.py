"""The text of an SMS, a mail or a message, as it came."""

from datetime import datetime

from tasks.intake.body import as_text
from tasks.intake.free_text import reminders
from tasks.model.alert import Alert


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Alert, ...]:
    """Read the reminder out of a text; none where the text is about something else.

    Raises:
        InputError: it is empty or no text.
    """
    return reminders(as_text(body, content_type), source="text", at=at)
