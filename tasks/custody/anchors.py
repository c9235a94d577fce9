"""Anchors: what was signed, said where whoever rewrites the ledger can't unsay it."""

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from logging.handlers import SysLogHandler
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from tasks.custody.keys import PublicKey
from tasks.errors import SettingsError
from tasks.ledger.rows import SealRow
from tasks.ledger.tables import moment_text

log = logging.getLogger("runbooks.custody")

WORD = "runbooks-seal"
SYSLOG, SYSLOG_PORT = "syslog", 514
_FIELDS = {
    "number": "number",
    "incident": "incident_id",
    "entries": "seq",
    "head": "head",
    "at": "at",
    "key": "key_id",
    "previous": "previous",
    "signature": "signature",
}
_SEAL = re.compile(WORD + "".join(rf" {name}=(?P<{field}>[\w.:+/=-]+)" for name, field in _FIELDS.items()))


def seal_line(seal: SealRow) -> str:
    """A seal in one line, whole: it proves itself wherever it is kept."""
    told = seal.model_dump() | {"at": moment_text(seal.at)}
    return " ".join([WORD, *(f"{name}={told[field]}" for name, field in _FIELDS.items())])


def key_line(key: PublicKey) -> str:
    """A new key in one line."""
    return f"runbooks-key key={key.key} public={key.public} at={moment_text(key.made_at)} by={key.by or '-'}"


def seals_in(lines: Iterable[str]) -> Iterator[SealRow]:
    """Find the seals in a log, whatever stands before and after them in a line."""
    for found in filter(None, map(_SEAL.search, lines)):
        try:
            yield SealRow.model_validate(found.groupdict(), strict=False)
        except ValidationError:
            continue


def anchor(line: str, places: str) -> None:
    """Say a line on standard error, hence in the journal of a service, and wherever else it is to be kept.

    Args:
        places: as `RUNBOOKS_ANCHOR` names them: files, `syslog`, `syslog://host:port`; commas between.
    """
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    for place in places_of(places):
        try:
            _say(line, place)
        except OSError as error:
            log.error("a signed head could not be anchored at %s: %s", place, error)  # noqa: TRY400 - the line tells all


def places_of(text: str) -> tuple[str, ...]:
    """The places that a setting names.

    Raises:
        SettingsError: one of them is none.
    """
    places = tuple(filter(None, (part.strip() for part in text.split(","))))
    for place in places:
        if place != SYSLOG and not place.startswith((f"{SYSLOG}://", "/")):
            raise SettingsError(
                "RUNBOOKS_ANCHOR", f"{place!r} is no place; give a file's whole path, syslog or syslog://host:514"
            )
    return places


def _say(line: str, place: str) -> None:
    if place.startswith("/"):
        with Path(place).open("a", encoding="ascii") as file:
            file.write(f"{line}\n")
        return
    where = urlsplit(place)
    address = (where.hostname, where.port or SYSLOG_PORT) if where.hostname else "/dev/log"
    handler = SysLogHandler(address=address, facility=SysLogHandler.LOG_AUTHPRIV)
    try:
        handler.emit(logging.LogRecord("runbooks", logging.INFO, "", 0, "runbooks: %s", (line,), None))
    finally:
        handler.close()
