"""Identities that were contained before anybody was asked: counted over all processes, before it is done."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import insert, select

from tasks.ledger.base import Connected, one_at_a_time
from tasks.ledger.tables import incidents, unasked

WhyNot = TypeVar("WhyNot")

# Any number that no other program takes for an advisory lock in the same database.
_LOCK = 0x556E61736B6564


class Unasked(Connected):
    """Who was contained unasked, and when."""

    def reserve_unasked(
        self,
        incident_id: str,
        uins: Iterable[str],
        *,
        account: str,
        at: datetime,
        within: timedelta,
        why_not: Callable[[frozenset[str]], WhyNot | None],
    ) -> WhyNot | None:
        """Count identities as contained unasked, unless something is against it; returns what is.

        Args:
            incident_id: for which incident; asked again it counts nothing twice.
            account: of which account; of each account its own are counted.
            within: how far back others count.
            why_not: is told whom other incidents of the account have had contained since then.
        """
        with self._writing(incident_id) as writer:
            connection = writer.connection
            one_at_a_time(connection, _LOCK)
            endpoint = connection.scalar(select(incidents.c.endpoint).where(incidents.c.id == incident_id))
            here = (unasked.c.account == account, unasked.c.endpoint == endpoint, unasked.c.at > at - within)
            others = select(unasked.c.uin).where(*here, unasked.c.incident_id != incident_id)
            if (reason := why_not(frozenset(connection.scalars(others)))) is not None:
                return reason
            mine = set(connection.scalars(select(unasked.c.uin).where(unasked.c.incident_id == incident_id)))
            fresh = sorted(set(uins) - mine)
            if fresh:
                where = {"incident_id": incident_id, "endpoint": endpoint, "account": account, "at": at}
                connection.execute(insert(unasked), [where | {"uin": uin} for uin in fresh])
                writer.enter("unasked", detail={"identities": fresh}, at=at)
            return None
