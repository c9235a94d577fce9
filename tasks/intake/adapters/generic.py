"""Our own shape: an alert in JSON (`runbooks schema alert`), or the text of the reminder as it came."""

import json
from datetime import datetime

from tasks.intake.alerts import text_of
from tasks.intake.body import opened
from tasks.model.message import Message, Told


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read what is meant as an alert: whoever uses this road means one, so what is none is an error.

    Raises:
        InputError: it is no alert; names the field and the mend.
    """
    found = opened(body, content_type if "charset" in content_type.lower() else "")
    text = text_of(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False))
    return (Message(kind="stated", text=text, source="generic", at=at),)
