"""A kept message, handled on a person's word: opened as an incident, or marked as about nothing."""

import hashlib
from collections.abc import Mapping, Sequence

from tasks.cli.outcome import CLOSED
from tasks.cli.terminal import tell
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.sentences import both
from tasks.errors import InputError
from tasks.intake.kept_alert import alert_of_kept
from tasks.ledger.canonical import Json
from tasks.ledger.errors import UnknownRow
from tasks.ledger.rows import KeptMessage
from tasks.model.base import Lang
from tasks.model.delivery import Delivery
from tasks.model.message import Reported
from tasks.reporting.templating import in_language, when
from tasks.runbooks.registry import correlation_of, recognisers

DONE = both("已标为已处理", "is marked as handled")
OPENED = both("已开始处置", "was opened")
JOINED = both("已有此事，记为又一条提醒", "was there already, and has one more report")
SERVE = both("`runbooks serve` 会接手处置。", "`runbooks serve` takes it up.")


def finish_message(message_id: str, *, by: str, lang: Lang | None) -> int:
    """Mark a message as handled; returns the exit status.

    Raises:
        InputError: there is none, or it is handled already.
    """
    message = _waiting(message_id, opening=False)
    ledger().handle_message(message.id, by=by, at=utc_now())
    tell(f"{message.id} {in_language(DONE, lang or settings().lang)}")
    return CLOSED


def open_message(message_id: str, fields: Mapping[str, str], *, by: str, lang: Lang | None) -> int:
    """Answer a message as an alert, on a person's word; returns the exit status.

    A process that dies in between leaves the message to be opened again: its report then joins the incident.

    Args:
        fields: fields of the alert that the person knows.

    Raises:
        InputError: there is none, it is opened already, or it is no alert.
    """
    message, spoken, now = _waiting(message_id, opening=True), lang or settings().lang, utc_now()
    delivery = _delivery(message, alert_of_kept(message.body, fields, recognisers()))
    (receipt,) = ledger().take_delivery(
        delivery,
        correlation_of,
        mode=load_policy(settings().policy).mode,
        endpoint=settings().endpoint or "",
        lang=settings().lang,
    )
    detail: Json = {"message": message.id, "fields": {**fields}}
    ledger().note(receipt.incident_id, "message_opened", who=by, detail=detail, at=now)
    ledger().handle_message(message.id, by=by, at=now, incident_id=receipt.incident_id)
    tell(f"{receipt.incident_id} {in_language(OPENED if receipt.new else JOINED, spoken)}", style="bold")
    if receipt.new:
        tell(in_language(SERVE, spoken))
    return CLOSED


def fields_of(pairs: Sequence[str]) -> dict[str, str]:
    """Read `NAME=VALUE`s.

    Raises:
        InputError: one of them is none.
    """
    split = [pair.partition("=") for pair in pairs]
    if not all(name.strip() and given for name, given, _ in split):
        raise InputError("--set", "write each field as NAME=VALUE, such as --set ip=203.0.113.7")
    return {name.strip(): value.strip() for name, _, value in split}


def _delivery(message: KeptMessage, reported: Reported) -> Delivery:
    """The alert as the sender's own; its digest is that of what the person makes of the message."""
    alert = reported.alert.model_copy(update={"source": message.source})
    return Delivery(
        source=message.source,
        road=message.road,
        sha256=hashlib.sha256(alert.model_dump_json().encode()).hexdigest(),
        body=message.body,
        alerts=(reported.model_copy(update={"alert": alert}),),
        at=utc_now(),
    )


def find_message(message_id: str) -> KeptMessage:
    """The kept message of this id.

    Raises:
        InputError: there is none.
    """
    try:
        return ledger().kept_message(message_id)
    except UnknownRow as exc:
        raise InputError("ID", f"{message_id!r} is no kept message; `runbooks messages` lists them") from exc


def _waiting(message_id: str, *, opening: bool) -> KeptMessage:
    """The message, unless it is handled; one that was taken for nothing can still be opened."""
    message = find_message(message_id)
    if message.handled_at is not None and not (opening and message.incident_id is None):
        opened = f" as {message.incident_id}" if message.incident_id else ""
        raise InputError("ID", f"{message.id} was handled{opened} by {message.handled_by}, {when(message.handled_at)}")
    return message
