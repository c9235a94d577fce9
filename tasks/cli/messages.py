"""Messages that nobody understood, for a person: listed, or shown whole."""

from collections.abc import Sequence

from tasks.cli.handle_message import DONE, fields_of, find_message, finish_message, open_message
from tasks.cli.outcome import CLOSED
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.decide.sentences import both
from tasks.errors import InputError
from tasks.ledger.rows import KeptMessage
from tasks.model.base import Lang
from tasks.reporting.escape import lines_of
from tasks.reporting.templating import cut, in_language, when

FIRST_LINE = 120
"""Characters of a message that the list shows."""

NONE = both("没有等待处理的消息。", "No message waits for anybody.")
HEAD = both("未能读懂的消息，最新的在前：", "Messages that were not understood, the newest first:")
ASK = both(
    "runbooks messages ID 查看全文；加 --open --by 姓名 按提醒处置，加 --done --by 姓名 标为已处理。",
    "runbooks messages ID shows one; --open --by NAME answers it as an alert, --done --by NAME marks it as handled.",
)
EMPTY = both("（空）", "(empty)")


def asked(
    message_id: str | None,
    *,
    opening: bool,
    done: bool,
    by: str | None,
    fields: Sequence[str],
    handled: bool,
    lang: Lang | None,
) -> int:
    """Do what the command line asks for; returns the exit status.

    Raises:
        InputError: its options don't go together.
    """
    if opening and done:
        raise InputError("--done", "does not go with --open; a message that is opened is handled")
    if fields and not opening:
        raise InputError("--set", "goes with --open")
    if not (opening or done):
        return show_message(message_id, lang=lang) if message_id else list_messages(handled=handled, lang=lang)
    if not message_id:
        raise InputError("ID", "is missing; `runbooks messages` lists them")
    name = (by or "").strip()
    if not name:
        raise InputError("--by", "is missing; say who decides this")
    if done:
        return finish_message(message_id, by=name, lang=lang)
    return open_message(message_id, fields_of(fields), by=name, lang=lang)


def list_messages(*, handled: bool, lang: Lang | None) -> int:
    """Print the kept messages, the newest first; returns the exit status.

    Args:
        handled: list also those that a person has handled.
    """
    spoken, found = lang or settings().lang, ledger().kept_messages(handled=handled)
    tell(in_language(HEAD if found else NONE, spoken), style="bold")
    for message in found:
        _tell_head(message, spoken)
        first = next(iter(lines_of(message.body)), "")
        tell(f"    > {cut(first, FIRST_LINE) or in_language(EMPTY, spoken)}")
    if found:
        tell(in_language(ASK, spoken), style="dim")
    return CLOSED


def show_message(message_id: str, *, lang: Lang | None) -> int:
    """Print one message whole; returns the exit status.

    Raises:
        InputError: there is none.
    """
    message, spoken = find_message(message_id), lang or settings().lang
    _tell_head(message, spoken)
    tell(f"    {message.content_type or '-'} · sha256 {message.sha256}")
    tell()
    for line in message.body.splitlines() or [in_language(EMPTY, spoken)]:
        tell(f"  {line}")
    return CLOSED


def _tell_head(message: KeptMessage, lang: Lang) -> None:
    times = f" · ×{message.count}" if message.count > 1 else ""
    tell(f"  {message.id} · {when(message.last_at)} · {message.source} ({message.road}){times}", style="bold")
    tell(f"    {in_language(message.why, lang)}")
    if message.handled_at is not None:
        end = message.incident_id or in_language(DONE, lang)
        tell(f"    → {end} · {message.handled_by} · {when(message.handled_at)}")
