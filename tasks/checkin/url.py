"""Where check-in links lead."""

from tasks.config.intake_file import load_intake
from tasks.config.settings import settings
from tasks.errors import InputError

PATH = "checkin"


def checkin_url() -> str:
    """What check-in links begin with; empty where the intake has no public address, for then there are none.

    A broken intake file is the intake's own to report; it stops no incident.
    """
    try:
        url = load_intake(settings().intake).public_url
    except InputError:
        return ""
    return f"{str(url).rstrip('/')}/{PATH}" if url else ""
