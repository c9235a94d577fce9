"""An alert as it came, JSON or free text, as a value of one of the runbooks."""

import json
from collections.abc import Collection, Mapping
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from tasks.errors import InputError
from tasks.intake.body import json_of, printable
from tasks.intake.free_text import kept_text
from tasks.model.alert import Alert, Mend
from tasks.model.message import Message, NotUnderstood, Reported, SomethingElse, Told
from tasks.model.runbook import Recogniser

A = TypeVar("A", bound=Alert)

Recognisers = Mapping[str, Recogniser[Any]]
"""The recognisers of all runbooks, by the runbooks' names."""

MAX_BYTES = 64 * 1024  # a reminder has a few hundred; more is rubbish or an attack
FIELD_MAX = 60  # characters of an unknown field's name that an error repeats


def recognised(told: Told, recognisers: Recognisers) -> tuple[Reported, ...] | SomethingElse | NotUnderstood:
    """What a message is: the alerts that it brings, each with its runbook, at least one; else one of the other ends.

    It may be an alert of several runbooks, unless one of them goes before the others. It is something else only where
    every runbook is sure of that.

    Args:
        told: what the road read; where the road itself knows its end, that is it.

    Raises:
        InputError: its sender means an alert, and it is none.
    """
    if not isinstance(told, Message):
        return told
    if told.kind == "stated":
        return (stated(told.text, recognisers),)
    ends = {name: one.recognise(told) for name, one in recognisers.items()}
    found = {name: alerts for name, alerts in ends.items() if isinstance(alerts, tuple)}
    if found:
        return tuple(Reported(runbook=name, alert=each) for name in _first(found, recognisers) for each in found[name])
    others = [end for end in ends.values() if not isinstance(end, tuple)]
    return next((end for end in others if isinstance(end, NotUnderstood)), others[0])


def stated(raw: str | bytes, recognisers: Recognisers) -> Reported:
    """Read what is meant as an alert: a JSON object, or the text of the SMS or mail as it came.

    Raises:
        InputError: too large, no text, or no alert of any of these runbooks.
    """
    text, read, errors = text_of(raw), dict[str, Alert](), dict[str, InputError]()
    for name, one in recognisers.items():
        try:
            read[name] = one.read(text)
        except InputError as error:
            errors[name] = error
    if not read:
        raise _nearest(text, errors, recognisers)
    name = _first(read, recognisers)[0]
    return Reported(runbook=name, alert=read[name])


def _first(found: Collection[str], recognisers: Recognisers) -> tuple[str, ...]:
    """Those of the runbooks that none of the others goes before."""
    beaten = frozenset[str]().union(*(recognisers[name].goes_before for name in found))
    return tuple(name for name in found if name not in beaten)


def _nearest(text: str, errors: Mapping[str, InputError], recognisers: Recognisers) -> InputError:
    """What is wrong with an alert, said for the runbook that has most of its fields; for all that have as many."""
    given = _fields(text)
    strange = {name: len(given - recognisers[name].alert.model_fields.keys()) for name in errors}
    near = {name: error for name, error in errors.items() if strange[name] == min(strange.values())}
    if len({str(error) for error in near.values()}) == 1:
        return next(iter(near.values()))
    said = (f"as {name}: {error.mend if error.field == 'alert' else error}" for name, error in near.items())
    return InputError("alert", "; ".join(said))


def _fields(text: str) -> set[str]:
    """Names of the fields that a JSON object gives; none where the text is no such object."""
    try:
        found = json_of(text)
    except InputError:
        return set()
    return set(found) if isinstance(found, dict) else set()


def text_of(raw: str | bytes) -> str:
    """The text of an alert, without characters that can't be stored.

    Raises:
        InputError: too large, empty, or no text.
    """
    if len(raw) > MAX_BYTES:
        raise InputError("alert", f"is larger than {MAX_BYTES // 1024} KiB; give only the reminder itself")
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as exc:
        raise InputError("alert", "is not UTF-8 text; save it as UTF-8") from exc
    if not text.strip():
        raise InputError("alert", "is empty; give the JSON or the text of the reminder")
    return printable(text)


def alert_of_json(text: str, kind: type[A]) -> A | None:
    """Read an alert of this kind out of JSON, without secrets in its text; None where the text is no JSON.

    Raises:
        InputError: it is JSON, and no such alert; names the field and the mend.
    """
    try:
        found = json_of(text)
    except InputError as exc:
        raise InputError("alert", "is nested too deeply; give a flat JSON object") from exc
    whole = _is_whole(text)
    if found is None and not whole:
        return None
    if not isinstance(found, dict):
        raise InputError("alert", "is JSON but no object; give an object, see `runbooks schema alert`")
    try:
        alert = kind.model_validate_json(json.dumps(found))  # what was read, without what can't be stored
    except ValidationError as exc:
        raise _field_error(exc, kind) from exc
    if alert.account is not None and not alert.account.isascii():
        raise InputError("alert field 'account'", str(_mend(kind, "account")))
    return alert.model_copy(update={"text": kept_text(alert.text)})


def _is_whole(text: str) -> bool:
    """Whether this is JSON to the letter: an object, or a bare string, number or word, which no reminder is."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _field_error(exc: ValidationError, kind: type[Alert]) -> InputError:
    first = exc.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"][:1]) or "alert"
    if first["type"] == "extra_forbidden":
        mend = "is not a field of an alert; `runbooks schema alert` lists them"
        return InputError("alert", f"a field {mend}") if len(field) > FIELD_MAX else InputError(_named(field), mend)
    return InputError(_named(field), _mend(kind, field) or first["msg"])


def _mend(kind: type[Alert], field: str) -> str | None:
    """The mend that the field's annotation names."""
    known = kind.model_fields.get(field)
    parts = (known.annotation, *get_args(known.annotation)) if known else ()
    marks = (*(known.metadata if known else ()), *(mark for part in parts for mark in get_args(part)[1:]))
    return next((mark.text for mark in marks if isinstance(mark, Mend)), None)


def _named(field: str) -> str:
    return f"alert field {field!r}" if field != "alert" else "alert"
