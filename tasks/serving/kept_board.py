"""A notice in Prefect's UI of the kept messages that nobody has handled yet: what strangers wrote in it stays text."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from tasks.config.settings import settings
from tasks.context import ledger
from tasks.decide.sentences import both
from tasks.engine.notice import put_notice
from tasks.errors import EngineError, LedgerError
from tasks.ledger.rows import KeptMessage
from tasks.model.base import Lang
from tasks.reporting.escape import lines_of
from tasks.reporting.templating import cut, in_language, render, when

log = logging.getLogger("runbooks.serve")

KEY = "kept-messages"
LOOK_S = 30.0
"""How often the ledger is looked at; a message that was not understood waits for a person anyway."""

ROWS_MAX = 20
"""Messages that the notice shows, the newest; the others are counted."""

FIRST_LINE = 80

HEADS = (
    both("编号", "id"),
    both("时间", "when"),
    both("来源", "source"),
    both("原因", "why"),
    both("首行", "first line"),
)
WAIT = both("等人查看的消息：", "Messages that wait for a person: ")


class Notice(NamedTuple):
    """What the notice says."""

    markdown: str
    description: str


class Board:
    """Keeps the notice true while the process lives; a server or a ledger that is away is waited for."""

    def __init__(self) -> None:
        self._shown: Notice | None = None

    async def run(self) -> None:
        """Look every so many seconds, for ever."""
        while True:
            try:
                await self.look()
            except (EngineError, LedgerError) as error:
                log.debug("kept messages are not shown in the UI yet: %s", error)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Change the notice where it says something else than the ledger; none is made while nothing is kept."""
        found = await asyncio.to_thread(ledger().kept_messages)
        notice = notice_of(found, settings().lang)
        if notice != self._shown:
            await put_notice(KEY, notice.markdown, notice.description, anew=bool(found))
            self._shown = notice


def notice_of(found: Sequence[KeptMessage], lang: Lang) -> Notice:
    """The notice about these messages, the newest first."""
    markdown = render(
        "kept_messages.md.j2",
        "md",
        lang,
        heads=HEADS,
        rows=tuple(_row(each) for each in found[:ROWS_MAX]),
        rest=max(0, len(found) - ROWS_MAX),
    )
    return Notice(markdown, f"{in_language(WAIT, lang)}{len(found)}")


def _row(message: KeptMessage) -> tuple[object, ...]:
    times = f" ×{message.count}" if message.count > 1 else ""
    first = cut(next(iter(lines_of(message.body)), ""), FIRST_LINE)
    source = f"{message.source} ({message.road}){times}"
    return ({"code": message.id}, when(message.last_at), source, message.why, first)
