"""The base of every value: frozen, closed, and the same as JSON."""

from datetime import datetime, timedelta, timezone
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Lang = Literal["zh", "en"]

BEIJING = timezone(timedelta(hours=8))
"""The zone of the vendor's console and of its people, which has known no summer time since 1991."""


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone, such as 2026-11-23T02:10:00+08:00")
    return moment


Moment = Annotated[datetime, AfterValidator(_aware)]
"""A time with its zone."""

Uin = Annotated[str, StringConstraints(pattern=r"^\d{5,20}$")]
"""A Tencent Cloud account id; text, for it passes 2^53."""

Line = Annotated[str, StringConstraints(max_length=500)]
"""Text of one line, from anywhere."""


class Value(BaseModel):
    """A frozen value that admits no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sentence(Value):
    """One sentence that a report can print, in both languages.

    It may quote what strangers wrote: it is escaped where it is printed, never here.
    """

    zh: str
    en: str
