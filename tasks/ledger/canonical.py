"""One spelling for every JSON value, so that equal values have equal hashes on every machine."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias, cast

import orjson
from pydantic import JsonValue

from tasks.errors import LedgerError

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
"""What the ledger takes; read-only types, so that a `dict[str, str]` fits as well."""

_PLAIN_ONLY = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def canonical(value: Json) -> str:
    """Spell a value as ASCII JSON with sorted keys and no blanks.

    Raises:
        LedgerError: if it is no JSON: a number such as NaN, an object of ours, or nesting without end.
    """
    try:
        # Twice: the first pass turns every key into text, without which sorting would differ after a read.
        read = value if _is_plain(value) else json.loads(json.dumps(value, allow_nan=False))
        return json.dumps(read, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as exc:
        raise LedgerError(f"The ledger keeps only JSON values, and this is none: {exc}.") from exc


def _is_plain(value: Json) -> bool:
    """Whether every key is text already: orjson refuses all others, and looks much faster than Python could."""
    try:
        orjson.dumps(value, option=_PLAIN_ONLY)
    except TypeError:
        return False
    return True


def plain(value: Json) -> JsonValue:
    """Turn a value into what a reader of its JSON gets: lists for tuples, text for keys."""
    return cast("JsonValue", json.loads(canonical(value)))


def digest(value: Json) -> str:
    """Hash the canonical spelling of a value: sha256, in hex."""
    return sha256(canonical(value).encode("ascii")).hexdigest()


def short_id(prefix: str, *parts: str) -> str:
    """Make an id that is the same whenever its parts are, so that a replay cites what the first run cited."""
    # 64 bits: at a million rows, two alike are less likely than one in ten million.
    return f"{prefix}-{digest(parts)[:16]}"
