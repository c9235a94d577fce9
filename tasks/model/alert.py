"""The alert: what was reported, as far as every runbook's alerts agree."""

from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import Field, SerializeAsAny, ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

from tasks.model.base import Line, Uin, Value


@dataclass(frozen=True)
class Mend:
    """What an error about a field says to do; stands in the field's annotation."""

    text: str


class Alert(Value):
    """A report that something happened; each runbook's own alert says what.

    All text is written by strangers: it is data, wherever it is shown.

    Args:
        account: uin of the main account; None where the alert does not say (then: the credential's own).
        source: the road by which the alert came, such as `sms`, `mail`, `drill`.
        text: the alert as it came, cut to 4,000 characters.
        event_id: the cloud's own id of the event, such as an audit record's; None where the alert does not say.
    """

    account: Annotated[Uin, Mend("give the main account's uin, digits only, such as 100000000001")] | None = None
    source: Line = "manual"
    text: Annotated[str, Field(max_length=4000), Mend("give at most 4,000 characters")] = ""
    event_id: Line | None = None


class OfRunbook(Protocol):
    """The types that one runbook's values are of."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def alert(self) -> type[Alert]:
        """What its alerts say."""
        ...


TYPES, EXTRA = "types", "extra"
"""Where the context of a validation holds the runbook's types, and what becomes of fields that they do not have."""


def _context(info: ValidationInfo) -> dict[str, Any]:
    context: dict[str, Any] | None = info.context
    return context or {}


def types_in(info: ValidationInfo) -> Any:
    """The runbook's types that a value is read with.

    Raises:
        ValueError: none were given, so that nobody can tell what the value holds.
    """
    types = _context(info).get(TYPES)
    if types is None:
        raise ValueError("which runbook it belongs to is not known: read it with that runbook's types")
    return types


def passed_on(info: ValidationInfo) -> dict[str, Any]:
    """How a value inside another is validated: as that one is."""
    context = _context(info)
    return {"context": context, "extra": context.get(EXTRA)}


def with_runbook(data: Any, info: ValidationInfo) -> Any:
    """What is to be validated, with the name of the runbook that it is read for, where it has none."""
    if not isinstance(data, dict) or "runbook" in data or TYPES not in _context(info):
        return data  # pyright: ignore[reportUnknownVariableType] # whatever it is, it is validated next
    fields: dict[str, Any] = {"runbook": types_in(info).name, **data}
    return fields


def _read(value: Any, _: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Alert:
    if isinstance(value, Alert):
        return value
    types: OfRunbook = types_in(info)
    return types.alert.model_validate(value, **passed_on(info))


AnyAlert = Annotated[SerializeAsAny[Alert], WrapValidator(_read)]
"""Some runbook's alert, written whole, and read with the types of its runbook."""
