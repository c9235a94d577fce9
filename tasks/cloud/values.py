"""Single values as the vendor writes them: ids as numbers or text, times in Beijing's hour without a zone."""

from datetime import UTC, datetime
from typing import Any

from tasks.model.base import BEIJING

LINE_MAX = 500  # characters, as the model allows
NUMBER_MAX = 10**30  # beyond every id of the vendor; Python refuses to print huge numbers
FIRST_YEAR = 2000  # the vendor's "never" is 0000-00-00 or 1970
LAST_YEAR = 2100  # what is later is no time of an event, and a number read in a wrong unit
MILLISECONDS_FROM = 10**11  # as seconds this would be the year 5138
FINER, UNITS_FINER = 1000, 3  # milli-, micro- and nanoseconds
DATE_DIGITS = 14  # 20261123021000: as any unit's number it would be a year far away
NUL = "\x00"  # some writers leave it at the end of a text; databases refuse it


def text(value: Any) -> str:
    """A scalar as text, cut to what a line may hold; empty for None and for what is no scalar."""
    if isinstance(value, str):
        return value if len(value) <= LINE_MAX and value.isascii() and NUL not in value else line(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int | float) and abs(value) < NUMBER_MAX else ""


def line(value: Any) -> str:
    """A scalar as text, as `text` makes it, cut as the model's type of this name wants it."""
    cut = value.replace(NUL, "")[:LINE_MAX] if isinstance(value, str) else text(value)
    return cut if cut.isascii() else cut.encode("utf-8", "replace").decode()


def digits(value: Any) -> str:
    """An account id as text; empty for zero and for what is none."""
    found = text(value).strip()
    return found if found.isascii() and found.isdecimal() and found.strip("0") else ""


def beijing_or_unix(value: Any) -> datetime | None:
    """A time: unix seconds, or finer, as number or text, RFC 3339, or `YYYY-MM-DD hh:mm:ss` or digits of Beijing."""
    written = text(value).strip()
    if not written:
        return None
    try:
        found = _unix(float(written)) if _is_number(written) else datetime.fromisoformat(_iso(written))
    except (ValueError, OverflowError, OSError):
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=BEIJING)
    return aware.astimezone(UTC) if FIRST_YEAR <= aware.year < LAST_YEAR else None


def beijing(moment: datetime) -> str:
    """A time as the vendor's filters want it."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def rows(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of a list field; empty where it is null or something else."""
    found = body.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _is_number(written: str) -> bool:
    whole = written.replace(".", "", 1)
    return whole.isascii() and whole.isdecimal() and len(written) != DATE_DIGITS


def _unix(number: float) -> datetime:
    for _ in range(UNITS_FINER):
        number /= FINER if number >= MILLISECONDS_FROM else 1
    return datetime.fromtimestamp(number, UTC)


def _iso(written: str) -> str:
    """As the standard library reads it: with dashes, and digits in a row with what parts day and hour."""
    if len(written) == DATE_DIGITS and written.isdecimal():
        return f"{written[:8]}T{written[8:]}"
    return written.replace("/", "-", 2)
