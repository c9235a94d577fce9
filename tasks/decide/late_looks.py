"""When an event is looked for again that the audit log did not show at first."""

from datetime import datetime, timedelta

LOOKS_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 30, 60))
"""How long after the first look the others follow.

The vendor states no limit. Its audit log delivers to COS after 5 to 10 minutes (CloudAudit's FAQ in
tencentyun/intlcloud-documents@02ec31c2, of 2024-12-24), and people report 5 to 45 minutes until a record shows. So the
first two are for what is a little late, the third and fourth for what is usual, and the last one is beyond the worst
that was reported. They are few, for a forged alert tells of a login that will never show.
"""

AGAIN = timedelta(minutes=1)
"""How soon it is tried again where the record is there but the other facts could not be gathered."""

GRACE = timedelta(minutes=30)
"""How long after the last look that is tried: a cloud that answers nothing for so long is for a person to see."""


def looks_due(first_at: datetime, at: datetime) -> int:
    """How many looks are due by then, the first one not counted."""
    return sum(first_at + after <= at for after in LOOKS_AFTER)


def next_look(first_at: datetime, at: datetime) -> datetime | None:
    """When to look next, after a look at this time; None where the last one is over.

    What was missed, because no process lived, is not made up for: one look sees all that is there by then.
    """
    return next((first_at + after for after in LOOKS_AFTER if first_at + after > at), None)


def last_look(first_at: datetime) -> datetime:
    """When the last look is due."""
    return first_at + LOOKS_AFTER[-1]


def try_again(first_at: datetime, at: datetime) -> datetime | None:
    """When to try again what failed though the record is there; None where it was tried for long enough."""
    return at + AGAIN if at < last_look(first_at) + GRACE else None
