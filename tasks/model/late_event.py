"""An event that the audit log did not show when facts were gathered, and how it was looked for again."""

from tasks.model.alert import AnyAlert
from tasks.model.base import Moment, Sentence, Value


class Looks(Value):
    """How often it was looked for, and with what result.

    Args:
        first_at: when the facts were gathered that lack it.
        last_at: when it was looked for last.
        made: looks after the first.
        until: when it is looked for the last time; None where it turned up, or that time is over.
        said: why the last look did not find it; None where it did.
        found_at: when it turned up; None as long as it has not.
    """

    first_at: Moment
    last_at: Moment
    made: int = 0
    until: Moment | None = None
    said: Sentence | None = None
    found_at: Moment | None = None


class Found(Value):
    """An event that turned up late.

    Args:
        event_id: the cloud's own id of it.
        alert: the alert, as exact as the event makes it: by that one all facts are gathered anew.
    """

    event_id: str
    alert: AnyAlert
