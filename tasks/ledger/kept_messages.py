"""Messages that nobody understood: each is kept once, shown to a person, and gone after a time.

They are no incident's, so nothing of them stands in a timeline. Their number and age are bounded, for a sender whose
messages all are strange must not fill the disk: 200 of a source, of 8,000 characters each, are some 5 MB.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.base import Connected
from tasks.ledger.errors import AlreadySettled, UnknownRow
from tasks.ledger.rows import KeptMessage
from tasks.ledger.tables import messages
from tasks.model.delivery import Kept, Unread

MOST = 200
"""Messages of one source that are kept; a new one takes the place of the oldest, of a handled one first."""

BODY_MAX = 8000
"""Characters of a message that are kept; a reminder has a few hundred, an audit event some thousands."""

CUT = " …"

KEPT_FOR = timedelta(days=90)
"""How long one is kept at which nobody looks: as long as the audit log can still say what it was about."""

HANDLED_FOR = timedelta(days=30)
"""How long one is kept after a person has handled it."""

_UNHANDLED = messages.c.handled_at.is_(None)


class KeptMessages(Connected):
    """What arrived, and was neither an alert nor surely something else."""

    def keep_message(self, message: Unread) -> Kept:
        """Keep a message; one that is kept already, and that nobody has handled, is counted up."""
        with self._connection_to_write() as connection:
            known = _counted_up(connection, message)
            if known is not None:
                return Kept(id=known, new=False)
            row = _row(message)
            try:
                with connection.begin_nested():
                    connection.execute(insert(messages), row)
            except IntegrityError:
                known = _counted_up(connection, message)
                if known is None:
                    raise
                return Kept(id=known, new=False)  # another process was first, where writers are not alone
            return Kept(id=row["id"], new=True, dropped=_make_room(connection, row["id"], message))

    def kept_messages(self, *, handled: bool = False) -> tuple[KeptMessage, ...]:
        """List what nobody has handled yet, newest first.

        Args:
            handled: list also what was handled.
        """
        query = select(messages).order_by(messages.c.last_at.desc(), messages.c.id)
        with self._reading() as connection:
            found = connection.execute(query if handled else query.where(_UNHANDLED)).mappings().all()
        return tuple(KeptMessage.model_validate(dict(row)) for row in found)

    def kept_message(self, message_id: str) -> KeptMessage:
        """Read one.

        Raises:
            UnknownRow: there is none, or it is gone.
        """
        with self._reading() as connection:
            row = connection.execute(select(messages).where(messages.c.id == message_id)).mappings().one_or_none()
        if row is None:
            raise UnknownRow(f"The ledger keeps no message {message_id}.")
        return KeptMessage.model_validate(dict(row))

    def count_kept_messages(self) -> int:
        """Count what nobody has handled yet."""
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(messages).where(_UNHANDLED)) or 0

    def handle_message(self, message_id: str, *, by: str, at: datetime, incident_id: str | None = None) -> None:
        """Note that a person has handled a message; what was taken for nothing can still be opened.

        Args:
            by: who.
            incident_id: what was opened with it; None where it was about nothing.

        Raises:
            AlreadySettled: somebody has handled it before.
        """
        open_still = messages.c.incident_id.is_(None) if incident_id else _UNHANDLED
        handled = update(messages).where(messages.c.id == message_id, open_still)
        with self._connection_to_write() as connection:
            done = connection.execute(handled.values(handled_by=by, handled_at=at, incident_id=incident_id))
        if not done.rowcount:
            raise AlreadySettled(f"The message {message_id} is handled already, or is kept no more.")


def _counted_up(connection: Connection, message: Unread) -> str | None:
    """Id of the message if it is kept and waits for a person, once it is counted."""
    same = (messages.c.source == message.source, messages.c.sha256 == message.sha256, _UNHANDLED)
    known: str | None = connection.scalar(select(messages.c.id).where(*same).with_for_update())
    if known is not None:
        again = {"count": messages.c.count + 1, "last_at": message.at}
        connection.execute(update(messages).where(messages.c.id == known).values(again))
    return known


def _row(message: Unread) -> dict[str, Any]:
    body = message.body if len(message.body) <= BODY_MAX else message.body[: BODY_MAX - len(CUT)] + CUT
    return message.model_dump(include={"source", "road", "content_type", "sha256"}) | {
        "id": f"msg-{secrets.token_hex(6)}",
        "body": body,
        "why": message.why.model_dump(),
        "count": 1,
        "first_at": message.at,
        "last_at": message.at,
    }


def _make_room(connection: Connection, new: str, message: Unread) -> int:
    """Let the oldest go, of handled ones more; returns how many of them nobody had looked at."""
    old = or_(messages.c.last_at < message.at - KEPT_FOR, messages.c.handled_at < message.at - HANDLED_FOR)
    others = (messages.c.source == message.source, messages.c.id != new)
    order = (_UNHANDLED.desc(), messages.c.last_at.desc(), messages.c.id)
    kept = connection.scalars(select(messages.c.id).where(*others).order_by(*order)).all()
    return _dropped(connection, old) + _dropped(connection, messages.c.id.in_(kept[MOST - 1 :]))


def _dropped(connection: Connection, where: ColumnElement[bool]) -> int:
    unseen = connection.execute(delete(messages).where(_UNHANDLED, where)).rowcount
    connection.execute(delete(messages).where(where))
    return unseen
