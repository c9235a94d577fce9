"""What is submitted is bound to what was shown: each form has a field that takes one value, the server sees to it.

A tab that was left open, a second click, a colleague's form, a body that is sent once more: whatever was meant for
another question holds another value, and is refused where it arrives.
"""

from typing import Annotated, Any, TypeVar

from prefect.input import RunInput
from pydantic import ConfigDict, Field, create_model

from tasks.errors import EngineError

F = TypeVar("F", bound=RunInput)

ABOUT = "about"
"""The field; filled in already where a person sees it."""


def _required(schema: dict[str, Any]) -> None:
    """The server wants the field; an answer to a form of an earlier version, which had none, is still read."""
    schema["required"] = [*schema.get("required", ()), ABOUT]


def bound(form: type[F], value: str) -> type[F]:
    """The form, with the field that takes this value alone."""
    only = Field(
        title="核对码，已填好，不用改 (about)",
        description="filled in already: it binds the answer to what is shown here",
        json_schema_extra={"enum": [value], "default": value},
    )
    config: ConfigDict = {**form.model_config, "json_schema_extra": _required}
    settled = type(form.__name__, (form,), {"__module__": form.__module__, "model_config": config})
    return create_model(form.__name__, __base__=settled, about=(Annotated[str, only], ""))


def completed(form: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What somebody filled in of the form that he was shown, with what binds it to that form.

    Args:
        form: JSON Schema of the form that was shown.
        given: what was filled in.
    """
    values = form.get("properties", {}).get(ABOUT, {}).get("enum", ())
    return {**given, **({ABOUT: values[0]} if values else {})}


def check_binding(filled: RunInput, value: str) -> None:
    """See that an answer is to what was shown; one of an earlier version does not say.

    Raises:
        EngineError: it is to something else, which the server never lets pass: somebody wrote past it.
    """
    said = getattr(filled, ABOUT, "")
    if said not in ("", value):
        raise EngineError(f"An answer to {said!r} was kept as the answer to {value!r}; it is not taken.")
