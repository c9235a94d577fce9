"""Single values as the vendor writes them: ids as numbers or text, times in Beijing's hour without a zone."""

from datetime import UTC, datetime
from typing import Any

from tasks.model.base import BEIJING

LINE_MAX = 500  # characters, as the model allows
NUMBER_MAX = 10**30  # beyond every id of the vendor; Python refuses to print huge numbers
FIRST_YEAR = 2000  # the vendor's "never" is 0000-00-00 or 1970
MILLISECONDS_FROM = 10**11  # as seconds this would be the year 5138


def text(value: Any) -> str:
    """A scalar as text, cut to what a line may hold; empty for None and for what is no scalar."""
    if isinstance(value, str):
        return value if len(value) <= LINE_MAX and value.isascii() else line(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, int | float) and abs(value) < NUMBER_MAX else ""


def line(value: Any) -> str:
    """A scalar as text, as `text` makes it, cut as the model's type of this name wants it."""
    cut = value[:LINE_MAX] if isinstance(value, str) else text(value)
    return cut if cut.isascii() else cut.encode("utf-8", "replace").decode()


def digits(value: Any) -> str:
    """An account id as text; empty for zero and for what is none."""
    found = text(value)
    return found if found.isdecimal() and found.strip("0") else ""


def beijing_or_unix(value: Any) -> datetime | None:
    """A time: unix seconds or milliseconds as number or text, RFC 3339, or `YYYY-MM-DD hh:mm:ss` of Beijing."""
    written = text(value).strip()
    if not written:
        return None
    try:
        found = _unix(float(written)) if _is_number(written) else datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=BEIJING)
    return aware.astimezone(UTC) if FIRST_YEAR <= aware.year < 9999 else None  # noqa: PLR2004 - no room for a zone


def beijing(moment: datetime) -> str:
    """A time as the vendor's filters want it."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def rows(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of a list field; empty where it is null or something else."""
    found = body.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _is_number(written: str) -> bool:
    return written.replace(".", "", 1).isdecimal() and "-" not in written


def _unix(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)
