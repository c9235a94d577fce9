"""Times as people type them on the command line."""

from datetime import datetime, timedelta

from tasks.errors import InputError
from tasks.model.base import BEIJING

A_DAY = "%Y-%m-%d"


def moment_of(text: str, name: str, *, end: bool) -> datetime:
    """The time that was typed; one without a zone is Beijing's, as the vendor's console has it.

    Args:
        text: such as `2026-11-27`, `2026-11-27T18:00` or `2026-11-27T18:00+09:00`.
        name: of the option, for the error.
        end: whether a day alone means its end.

    Raises:
        InputError: it is no time.
    """
    said = text.strip()
    try:
        found = datetime.fromisoformat(said)
        day = len(said) == len("2026-11-27") and datetime.strptime(said, A_DAY).replace(tzinfo=BEIJING)
    except ValueError as exc:
        raise InputError(name, f"{text!r} is no time; write 2026-11-27 or 2026-11-27T18:00+08:00") from exc
    if day:
        return day + timedelta(days=1) if end else day
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)
