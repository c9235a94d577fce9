"""The alert that a person makes of a message which nobody understood: by its words, and by the person's own."""

import json
from collections.abc import Mapping

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.alerts import Recognisers, stated
from tasks.intake.body import json_of
from tasks.intake.chatbot_text import lines
from tasks.intake.free_text import TEXT_MAX
from tasks.model.message import Reported

MEND = "give what it means, such as --set ip=203.0.113.7; `runbooks schema alert` lists the fields"


def alert_of_kept(body: str, fields: Mapping[str, str], recognisers: Recognisers) -> Reported:
    """Make an alert.

    Args:
        body: the message, as it is kept.
        fields: fields of an alert that the person knows; they stand against what the text says.

    Raises:
        InputError: they are no alert of any runbook; names the field and the mend.
    """
    text = (_words(body) or body)[:TEXT_MAX]
    try:
        read = stated(text, recognisers)
    except InputError as exc:
        if not fields:
            raise InputError("message", f"{exc.mend}; {MEND}") from exc
        said: dict[str, JsonValue] = {"text": text}
    else:
        if not fields:
            return read
        said = read.alert.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
    return stated(json.dumps({**said, **fields}), recognisers)


def _words(body: str) -> str:
    """What a reader of the message sees, where it is JSON."""
    try:
        found = json_of(body)
    except InputError:
        return ""
    return "" if found is None else lines(found)
