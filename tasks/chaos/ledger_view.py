"""What the ledger of a home says, read beside the processes that write it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, select

from tasks.chaos.cloud import Cloud, deed_of
from tasks.chaos.database import impatient
from tasks.chaos.recovery import Progress
from tasks.chaos.seen import Act, Row
from tasks.ledger.database import connect, parse_url
from tasks.ledger.rows import ChainBroken, IncidentStatus
from tasks.ledger.store import Ledger
from tasks.ledger.tables import actions, answers, chains, incidents, leases, records, timeline
from tasks.ledger.troubles import STAYS_STOPPED, WENT_ON

ONCE_MORE = "it was done once more"
"""What the ledger says of a deed that could not be read back."""
FAILED = "failed"
STOPPED = "stopped"
"""Begins the key of the question that is asked when a run was cancelled."""


class LedgerView:
    """A reader of the ledger that never writes, and never brings its tables up to date."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = connect(parse_url(impatient(url)))
        self._ledger = Ledger(self.engine)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def progress(self) -> Progress:
        """Where the incidents stand now."""
        with self.engine.connect() as connection:
            heads = connection.execute(select(chains.c.incident_id, chains.c.seq))
            entries = {row.incident_id: row.seq for row in heads}
            closed = select(incidents.c.id).where(incidents.c.status == IncidentStatus.CLOSED.value)
            leased = connection.execute(select(leases.c.incident_id, leases.c.owner))
            return Progress(
                entries=entries,
                closed=frozenset(connection.scalars(closed)),
                leased={row.incident_id: row.owner for row in leased},
            )

    def runs(self) -> dict[str, str | None]:
        """The run of each open incident."""
        query = select(incidents.c.id, incidents.c.flow_run_id).where(incidents.c.status == IncidentStatus.OPEN.value)
        with self.engine.connect() as connection:
            return {row.id: row.flow_run_id for row in connection.execute(query)}

    def told(self) -> frozenset[str]:
        """Incidents of which people are told that they go on only when a person does something."""
        return frozenset(one for each in self._ledger.told_incidents().values() for one in each)

    def rows(self, cloud: Cloud) -> tuple[Row, ...]:
        """Every incident, with what is kept of it."""
        with self.engine.connect() as connection:
            all_of = {table.name: _by_incident(connection, table) for table in (answers, actions, records)}
            found = connection.execute(select(incidents)).mappings().all()
            words = _words(connection)
        return tuple(
            Row(
                id=one["id"],
                victim=cloud.uins.get(str(_principal(one["alert"])), ""),
                closed=one["status"] == IncidentStatus.CLOSED.value,
                verdict=one["verdict"] or "",
                opened_at=one["opened_at"],
                closed_at=one["closed_at"],
                chain=self._chain(one["id"]),
                answers=frozenset(str(each["key"]) for each in all_of["answers"][one["id"]]) | words[one["id"]],
                failed=still_failed(all_of["actions"][one["id"]]),
                recorded=frozenset(_failed(all_of["records"][one["id"]])),
            )
            for one in found
        )

    def acts(self, cloud: Cloud) -> tuple[Act, ...]:
        """Every action on the cloud that was claimed."""
        with self.engine.connect() as connection:
            found = connection.execute(select(actions)).mappings().all()
        return tuple(
            Act(
                incident=one["incident_id"],
                name=_name(one),
                status=one["status"],
                deed=deed_of(one["kind"], one["target"], cloud),
                told_twice=ONCE_MORE in json.dumps(one["result"]),
            )
            for one in found
        )

    def _chain(self, incident: str) -> str:
        found = self._ledger.verify_chain(incident)
        return f"entry {found.seq}: {found.why}" if isinstance(found, ChainBroken) else ""


def _by_incident(connection: Connection, table: Table) -> Mapping[str, list[Mapping[str, Any]]]:
    found = defaultdict[str, list[Mapping[str, Any]]](list)
    for row in connection.execute(select(table)).mappings():
        found[row["incident_id"]].append(dict(row))
    return found


def _words(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Keys of the words on what is to become of a cancelled run, which are kept in the timeline alone."""
    found = defaultdict[str, frozenset[str]](frozenset)
    kept = select(timeline.c.incident_id, timeline.c.detail).where(timeline.c.what.in_((WENT_ON, STAYS_STOPPED)))
    for row in connection.execute(kept):
        found[row.incident_id] |= {f"{STOPPED}-{row.detail['number']}"}
    return found


def _principal(alert: Any) -> Any:
    return alert.get("principal") if isinstance(alert, dict) else None


def _name(action: RowMapping | Mapping[str, Any]) -> str:
    return f"{action['kind']}:{action['target']}"


def still_failed(acts: Iterable[RowMapping | Mapping[str, Any]]) -> frozenset[str]:
    """Names of the actions whose last try failed: what failed once, and was done when it was tried again, was done."""
    ended = sorted((one for one in acts if one["confirmed_at"] is not None), key=lambda one: one["confirmed_at"])
    last = {_name(one): one["status"] for one in ended}
    return frozenset(name for name, status in last.items() if status == FAILED)


def _failed(kept: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Names of the actions that the record says could not be done."""
    for record in kept:
        body = record["body"]
        done = [*body.get("actions", ()), *body.get("put_back", ())]
        yield from (_name(one) for one in done if one["status"] == FAILED)
