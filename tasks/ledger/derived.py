"""What the rows beside a timeline must be, by its entries: who changes one without the other is found out."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from pydantic import JsonValue

from tasks.errors import LedgerError
from tasks.ledger.canonical import canonical, digest
from tasks.ledger.rows import Dossier, IncidentStatus
from tasks.ledger.tables import Document, metadata
from tasks.model.base import Sentence

Row = Mapping[str, Any]

OPENED = "incident_opened"
CLOSED = "incident_closed"
AMENDED = "verdict_amended"
NEVER_COMPARED = {"incident_id"}
"""In an entry's detail it may name another incident."""


class Rule(NamedTuple):
    """How entries make the rows of a table.

    Args:
        key: the columns, in each entry's detail too, that tell one row from another.
        made: what each kind of entry writes beside its detail: the column, and where in the entry its value stands.
        taken: kinds of entries that take a row away.
    """

    key: tuple[str, ...]
    made: Mapping[str, Mapping[str, str]]
    taken: frozenset[str] = frozenset()


RECORDED = {"seq": "seq", "at": "at"}
RULES = {
    "answers": Rule(("key",), {"answer_given": RECORDED | {"by": "who"}}),
    "approvals": Rule(("plan_hash", "approver"), {"approval_given": RECORDED | {"approver": "who"}}),
    "actions": Rule(
        ("id",),
        {
            "action_claimed": {"seq": "seq", "claimed_at": "at"},
            "action_before": {"before_at": "at"},
            "action_confirmed": {"confirmed_at": "at"},
        },
    ),
    "evidence": Rule(("id",), {"evidence_added": RECORDED}),
    "alerts": Rule(
        ("id",),
        {"alert_taken": RECORDED, "report_split_from": {"seq": "seq"}},
        frozenset({"report_split_off"}),
    ),
    "logins": Rule(("event_id",), {"event_claimed": {}}, frozenset({"event_left"})),
    "tries": Rule(
        ("kind", "target", "plan_hash"),
        {"try_awaited": {}, "tried_again": {}, "tries_stopped": {}, "tries_taken": {"taken_at": "at"}},
    ),
    "campaign_members": Rule(("campaign_id",), {"campaign_joined": {}}),
}
"""Tables of which an incident may have several rows."""

DIGESTS = {
    "records": ("record_saved", "body"),
    "head_starts": ("head_start", "body"),
    "late_events": ("event_turned_up", "facts"),
}
"""Tables with one row at most, of which the last such entry keeps the hash of one column."""


STRANGE = (LookupError, TypeError, ValueError, RecursionError, LedgerError)
"""What rows raise that the ledger never wrote: somebody else's."""


def examined(what: str, look: Callable[[], Iterable[Sentence]]) -> list[Sentence]:
    """What a look at rows says; that they can't be looked at is one more thing to say, and ends no examination."""
    found: list[Sentence] = []
    try:
        found.extend(look())
    except STRANGE:
        found.append(
            Sentence(
                zh=f"{what}：里面有账本不会写下的内容，读不出来。",
                en=f"{what}: it holds what the ledger never wrote, and can't be read.",
            )
        )
    return found


def differences(dossier: Dossier) -> tuple[Sentence, ...]:
    """Say where the rows of an incident are not what its timeline says; nothing where they all are."""
    entries = [entry for entry in map(_decoded("timeline"), dossier.tables.get("timeline", ())) if entry is not None]
    looks: dict[str, Callable[[], Iterable[Sentence]]] = {
        table: partial(_of_rule, dossier, entries, table, rule) for table, rule in RULES.items()
    }
    for table, (kind, column) in DIGESTS.items():
        looks[table] = partial(_of_digest, dossier, entries, table, kind=kind, column=column)
    looks |= {"incidents": partial(_of_incident, dossier, entries), "checkins": partial(_of_checkins, dossier, entries)}
    found = [each for table, look in looks.items() for each in examined(table, look)]
    return (*found, *examined("evidence", partial(_of_evidence, dossier)))


def _of_rule(dossier: Dossier, entries: list[Row], table: str, rule: Rule) -> Iterator[Sentence]:
    return _of_table(table, _expected(table, rule, entries), _stored(dossier, table, rule.key))


def _documents(table: str) -> set[str]:
    return {column.name for column in metadata.tables[table].c if isinstance(column.type, Document)}


def _decoded(table: str) -> Any:
    """Reads a stored row's documents; a row with one that is no JSON any more is left as it is."""
    documents = _documents(table)

    def decoded(row: Row) -> Row:
        try:
            return {name: json.loads(value) if name in documents else value for name, value in row.items()}
        except (TypeError, ValueError, RecursionError):
            return row

    return decoded


def _detail(entry: Row) -> dict[str, JsonValue]:
    return entry["detail"] if isinstance(entry["detail"], dict) else {}


def _expected(table: str, rule: Rule, entries: list[Row]) -> dict[tuple[str, ...], dict[str, Any]]:
    columns = {column.name for column in metadata.tables[table].c} - NEVER_COMPARED
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in entries:
        detail = _detail(entry)
        key = tuple(str(detail.get(name, "")) for name in rule.key)
        if entry["what"] in rule.taken:
            rows.pop(key, None)
        if (made := rule.made.get(entry["what"])) is not None:
            said = {name: value for name, value in detail.items() if name in columns}
            rows.setdefault(key, {}).update(said | {column: entry[source] for column, source in made.items()})
    return rows


def _stored(dossier: Dossier, table: str, key: tuple[str, ...]) -> dict[tuple[str, ...], Row]:
    rows = map(_decoded(table), dossier.tables.get(table, ()))
    return {tuple(str(row[name]) for name in key): row for row in rows}


def _of_table(
    table: str, expected: Mapping[tuple[str, ...], Row], stored: Mapping[tuple[str, ...], Row]
) -> Iterator[Sentence]:
    for key, wanted in expected.items():
        row = stored.get(key)
        if row is None:
            yield _problem(table, key, "时间线里有，表里没有了", "is in the timeline and not in its table any more")
            continue
        for column, value in wanted.items():
            if not _alike(row.get(column), value):
                yield _unlike(table, key, column)
    for key in stored.keys() - expected.keys():
        yield _problem(table, key, "表里有，时间线里没有", "is in its table and not in the timeline")


def _alike(stored: Any, wanted: Any) -> bool:
    return canonical([stored]) == canonical([wanted])


def _problem(table: str, key: tuple[str, ...], zh: str, en: str) -> Sentence:
    name = f"{table}[{' · '.join(key)}]" if key else table
    return Sentence(zh=f"{name}：{zh}。", en=f"{name}: {en}.")


def _unlike(table: str, key: tuple[str, ...], column: str) -> Sentence:
    return _problem(table, key, f"{column} 与时间线不符", f"{column} is not what the timeline says was written")


def _of_digest(dossier: Dossier, entries: list[Row], table: str, *, kind: str, column: str) -> Iterator[Sentence]:
    kept = [_detail(entry).get("sha256") for entry in entries if entry["what"] == kind]
    rows = [_decoded(table)(row) for row in dossier.tables.get(table, ())]
    if kept and not rows:
        yield _problem(table, (), "时间线里有，表里没有了", "is in the timeline and not in its table any more")
    for row in rows:
        if kept and kept[-1] != digest(row[column]):
            yield _unlike(table, (), column)
        if not kept and table != "late_events":  # whose row is there before anything turned up
            yield _problem(table, (), "表里有，时间线里没有", "is in its table and not in the timeline")


def _of_incident(dossier: Dossier, entries: list[Row]) -> Iterator[Sentence]:
    wanted: dict[str, Any] = {"status": IncidentStatus.OPEN.value, "verdict": None, "closed_at": None}
    for entry in entries:
        detail = _detail(entry)
        if entry["what"] == OPENED:
            wanted |= detail | {"opened_at": entry["at"]}
        if entry["what"] == "run_bound":
            wanted["flow_run_id"] = detail.get("flow_run_id")
        if entry["what"] == CLOSED:
            wanted["status"] = IncidentStatus.CLOSED.value
            wanted |= {"verdict": detail.get("verdict"), "closed_at": entry["at"]}
        if entry["what"] == AMENDED:
            wanted["verdict"] = detail.get("verdict")
    for row in map(_decoded("incidents"), dossier.tables.get("incidents", ())):
        for column, value in wanted.items():
            if column in row and not _alike(row[column], value):
                yield _unlike("incidents", (), column)


def _of_evidence(dossier: Dossier) -> Iterator[Sentence]:
    for row in map(_decoded("evidence"), dossier.tables.get("evidence", ())):
        if digest(row["body"]) != row["sha256"]:
            yield _problem("evidence", (str(row["id"]),), "内容与其哈希不符", "its content does not have its hash")


def _of_checkins(dossier: Dossier, entries: list[Row]) -> Iterator[Sentence]:
    """Of check-ins the timeline names person and address, and not the link."""
    used = sorted(str(row["address"]) for row in dossier.tables.get("checkins", ()) if row["used_at"])
    made = sorted(str(_detail(entry).get("address")) for entry in entries if entry["what"] == "checkin_made")
    offered = sum(entry["what"] == "checkin_offered" for entry in entries)
    if used != made or offered != len(dossier.tables.get("checkins", ())):
        yield _problem("checkins", (), "与时间线不符", "they are not what the timeline says")
