"""Times in messages: in Chinese and English, and as machines write them; one without a zone is Beijing's."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from pydantic import JsonValue

from tasks.model.base import BEIJING

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what lies outside is no event's time, and overflows where zones are converted
FRESH = timedelta(days=2)  # a time without year is this recent, or it is none
AHEAD = timedelta(hours=1)  # how far the sender's clock may be before ours
MILLISECONDS_FROM = 10**11  # as seconds this would be the year 5138
SENTENCE = 60  # characters between a label and its time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_ZONE = (
    r"(?:\s{0,2}\(?\s?(?P<zone>Z(?![0-9A-Za-z])|(?:UTC|GMT)(?:\s?[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}(?!\d))\)?)?"
)
_CLOCK = (
    r"(?P<half>上午|下午|晚上|凌晨|早上|清晨|中午|傍晚|夜间)?\s?(?P<hour>\d{1,2})\s?[:时点]\s?(?P<minute>\d{1,2})"
    rf"(?:\s?[:分]\s?(?P<second>\d{{1,2}}))?秒?(?:\.\d{{1,9}})?(?:\s?(?P<letter>[AaPp])\.?[Mm]\b\.?)?{_ZONE}"
)
_GAP = r"(?:\s?\(?(?:星期|周)[一二三四五六日天]\)?)?[T\s,]{0,3}(?:at\s)?"
_ON = r"(?:\s?,\s?|\s)(?:on\s)?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)?(?:the\s)?"
_DAY_NAME = rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[\s-]|\sof\s){_NAME}"
_NAME_DAY = rf"(?<![A-Za-z]){_NAME}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
_YEAR = r",?[\s-](?P<year>20\d\d)(?!\d)"
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<year>20\d\d)\s?[-/年.]\s?(?P<month>\d{{1,2}})\s?[-/月.]\s?(?P<day>\d{{1,2}})\s?日?{_GAP}{_CLOCK}"
)
_WITH_YEAR = (
    _NUMBERS,
    *(re.compile(rf"{day}{_YEAR}{_GAP}{_CLOCK}", re.IGNORECASE) for day in (_DAY_NAME, _NAME_DAY)),
    *(re.compile(rf"(?<![\d:]){_CLOCK}{_ON}{day}{_YEAR}", re.IGNORECASE) for day in (_DAY_NAME, _NAME_DAY)),
)
_NO_YEAR = (
    re.compile(rf"(?<![\d年/.-])(?P<month>\d{{1,2}})\s?[-/月]\s?(?P<day>\d{{1,2}})\s?日?{_GAP}{_CLOCK}"),
    *(re.compile(rf"{day}{_GAP}{_CLOCK}", re.IGNORECASE) for day in (_DAY_NAME, _NAME_DAY)),
    *(re.compile(rf"(?<![\d:]){_CLOCK}{_ON}{day}(?!,?[\s-]\d)", re.IGNORECASE) for day in (_DAY_NAME, _NAME_DAY)),
)
_LABEL = re.compile(r"(?:登[录陆]时间|(?:log|sign)[- ]?in time|logged in at|signed in at)", re.IGNORECASE)
_BY_DAY = re.compile(rf"(?P<day>今天|今日|昨天|昨日|\btoday\b|\byesterday\b){_GAP}{_CLOCK}", re.IGNORECASE)
_YESTERDAY = frozenset({"昨天", "昨日", "yesterday"})
_ZONE_BEFORE = re.compile(
    r"(?<![A-Za-z])((?:UTC|GMT)(?:\s?[+-]\d{1,2}(?::?\d{2})?)?)\)?\s?(?:时间|time)?\s?[:：]?\s?$", re.IGNORECASE
)
_BEFORE = 24  # characters before a time in which its label names the zone
_AFTERNOON, _MORNING = ("下午", "晚上", "傍晚", "夜间", "p"), ("上午", "凌晨", "早上", "清晨", "a")
_NOON = 12


def find_time(text: str, *, at: datetime | None = None) -> datetime | None:
    """Find the event's time: what follows such a label, else the first time with a date; without a zone Beijing's.

    Args:
        text: what was written, in ordinary width.
        at: when it came; then a date without a year counts too, if one year makes it recent.
    """
    label = _LABEL.search(text)
    if label:
        found = next(_times(text[label.end() : label.end() + SENTENCE], at), None)
        if found is not None:
            return found
    return next(_times(text, at), None)


def moment_of(value: JsonValue) -> datetime | None:
    """Read a machine's time: unix seconds or milliseconds, RFC 3339, or `YYYY-MM-DD hh:mm:ss` of Beijing."""
    written = str(value).strip()[:40] if isinstance(value, str | int | float) and value is not True else ""
    try:
        found = _unix(float(written)) if written.replace(".", "", 1).isdecimal() else datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=BEIJING)
    return aware if is_plausible(aware) else None


def is_plausible(moment: datetime) -> bool:
    """Whether something may have happened then."""
    return FIRST_YEAR <= moment.year < LAST_YEAR


def _unix(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)


def _times(text: str, at: datetime | None) -> Iterator[datetime]:
    """Times in the order in which they stand; those without year come last."""
    matches = [match for pattern in _WITH_YEAR for match in pattern.finditer(text)]
    for match in sorted(matches, key=lambda one: one.start()):
        found = _read(match, int(match["year"]))
        if found is not None:
            yield found
    if at is None:
        return
    for match in sorted(
        (match for pattern in _NO_YEAR for match in pattern.finditer(text)), key=lambda one: one.start()
    ):
        years = [_read(match, year) for year in (at.year, at.year - 1)]
        yield from (one for one in years if one is not None and at - FRESH <= one <= at + AHEAD)
    for match in _BY_DAY.finditer(text):
        day = at.astimezone(BEIJING).date() - timedelta(days=match["day"].lower() in _YESTERDAY)
        found = _at_clock(match, datetime(day.year, day.month, day.day, tzinfo=BEIJING))
        yield from () if found is None or found > at + AHEAD else (found,)


def _read(match: re.Match[str], year: int) -> datetime | None:
    groups = match.groupdict()
    month = groups.get("month") or str(_MONTHS.index(groups["name"].lower()) + 1)
    try:
        day = datetime(year, int(month), int(groups["day"]), tzinfo=_zone(groups["zone"] or _zone_before(match)))
    except ValueError:
        return None
    return _at_clock(match, day)


def _at_clock(match: re.Match[str], day: datetime) -> datetime | None:
    """The time of that day that was found with it."""
    half, hour = match["half"] or match["letter"] or "", int(match["hour"])
    try:
        return day.replace(
            hour=_hour(hour, half.lower()), minute=int(match["minute"]), second=int(match["second"] or 0)
        )
    except ValueError:
        return None


def _zone_before(match: re.Match[str]) -> str | None:
    """The zone that the label of a time names: `Time (UTC): 2026-11-22 18:10`."""
    label = _ZONE_BEFORE.search(match.string[max(0, match.start() - _BEFORE) : match.start()])
    return label[1] if label else None


def _hour(hour: int, half: str) -> int:
    if half in _AFTERNOON and hour < _NOON:
        return hour + _NOON
    return 0 if half in _MORNING and hour == _NOON else hour


def _zone(text: str | None) -> timezone:
    """The zone that was written; a name alone is UTC, nothing is Beijing's."""
    if not text:
        return BEIJING
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?", text)
    if not digits:
        return UTC
    minutes = int(digits[2]) * 60 + int(digits[3] or 0)
    return timezone(timedelta(minutes=minutes if digits[1] == "+" else -minutes))
