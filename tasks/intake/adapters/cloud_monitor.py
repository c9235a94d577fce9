"""Cloud Monitor's callback of an alarm.

It is sent again up to three times if no answer comes within 5 s. A webhook that is known to Cloud Monitor is known to
EventBridge too, so that its events may come by the same road.
"""

from datetime import datetime

from tasks.intake.body import opened
from tasks.intake.vendor_events import told_of_vendor
from tasks.model.message import Told


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the event out of an alarm; one that ended, or is about no event, is something else.

    Raises:
        InputError: it is no alarm.
    """
    return told_of_vendor(opened(body, content_type), source="cloud_monitor", at=at)
