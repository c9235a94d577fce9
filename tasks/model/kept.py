"""Reading back what was kept, perhaps by another version: unknown fields are left out, what can't be read is named.

So that this holds, a new field of a kept value needs a default.
"""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from tasks.errors import Unreadable
from tasks.model.alert import EXTRA, TYPES, OfRunbook

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

IGNORED: Literal["ignore"] = "ignore"


def read_kept(kind: type[M], kept: object, *, what: str, types: OfRunbook | None = None) -> M:
    """Read a value back from the ledger.

    Args:
        what: names it where it can't be read, such as `record of INC-1`.
        types: of the runbook whose it is, where it holds an alert or facts.

    Raises:
        Unreadable: it has another shape than this version knows.
    """
    try:
        return kind.model_validate(kept, extra=IGNORED, context=_context(types))
    except ValidationError as exc:
        raise _unreadable(what, exc) from exc


def read_kept_json(kind: TypeAdapter[T], text: str, *, what: str, types: OfRunbook | None = None) -> T:
    """Read a value back from its JSON; see `read_kept`."""
    try:
        return kind.validate_json(text, extra=IGNORED, context=_context(types))
    except ValidationError as exc:
        raise _unreadable(what, exc) from exc


def _context(types: OfRunbook | None) -> dict[str, Any]:
    return {TYPES: types, EXTRA: IGNORED} if types else {}


def _unreadable(what: str, error: ValidationError) -> Unreadable:
    """Name the deepest field: of a value that may be of several types, it is in the one that was meant."""
    found = max(error.errors(include_input=False, include_url=False), key=lambda one: len(one["loc"]))
    return Unreadable(what, ".".join(map(str, found["loc"])), found["msg"])
