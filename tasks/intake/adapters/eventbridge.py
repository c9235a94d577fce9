"""EventBridge: events of CloudAudit as a function passes them on, with the full record, or as its push sends them."""

from datetime import datetime

from tasks.intake.body import opened
from tasks.intake.vendor_events import told_of_vendor
from tasks.model.message import Told


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read one event or a list of them.

    Raises:
        InputError: it is no event.
    """
    return told_of_vendor(opened(body, content_type), source="eventbridge", at=at)
