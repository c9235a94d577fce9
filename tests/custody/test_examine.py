"""Who changes the ledger afterwards is found out, and what was changed is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.context import ledger, utc_now
from tasks.custody.examine import examine, examine_seals
from tasks.custody.keys import known_keys
from tasks.custody.seal import keys_folder, seal
from tasks.ledger.hash_chain import FIRST, entry_hash
from tasks.ledger.rows import SealRow
from tasks.ledger.tables import Document, MomentText, metadata, timeline
from tests.custody.closed_incident import happened

Rewrite = Callable[..., None]


def problems(incident_id: str, *anchored: SealRow) -> list[str]:
    found = examine(ledger().dossier(incident_id), known_keys(keys_folder()), anchored)
    return [each.en for each in found.problems]


def test_what_nobody_touched_is_whole(incident_id: str) -> None:
    kept = ledger().seals()

    assert problems(incident_id, *kept) == []
    assert list(examine_seals(kept, kept, {incident_id})) == []


def test_a_verdict_that_was_amended_is_whole_and_one_that_was_rewritten_after_it_is_not(
    incident_id: str, rewrite: Rewrite
) -> None:
    ledger().refuse_approval(incident_id, plan_hash="p2", who="alice", why="under suspicion", at=utc_now())
    for _ in range(2):
        ledger().amend_verdict(incident_id, "undone", by="Wang", at=utc_now())
    seal(incident_id)

    assert problems(incident_id) == []
    assert [one.who for one in ledger().timeline(incident_id) if one.what == "verdict_amended"] == ["Wang"]

    rewrite("UPDATE incidents SET verdict = 'contained'")

    assert problems(incident_id) == ["incidents: verdict is not what the timeline says was written."]


CHANGES = {
    "incidents": (
        "verdict = 'ignored'",
        "closed_at = NULL",
        "account = '666'",
        "alert = '{}'",
        "mode = 'a'",
        "flow_run_id = 'run-2'",
    ),
    "answers": ("value = '\"yes\"'", "\"by\" = 'mallory'", "question = 'else?'", "source = 'file'"),
    "approvals": ("approver = 'mallory'", "decision = 'decline'", "actions = '[]'"),
    "actions": ("status = 'failed'", "before = '1'", "result = '{}'", "target = '2'", "owner = 'he'"),
    "evidence": ("body = '{}'", "source = 'cam:Else'", "sha256 = '00'"),
    "alerts": ("alert = '{}'", "source = 'else'"),
    "records": ("body = '{}'", "body = 'no JSON'"),
    "head_starts": ("body = '{}'",),
    "logins": ("event_id = 'event-2'",),
    "checkins": ("address = '192.0.2.1'",),
    "tries": ("\"by\" = 'mallory'", "made = 0", "request = '1'", "taken_at = NULL"),
    "timeline": ("detail = '1'", "who = 'mallory'", "what = 'else'"),
}
CHANGED = [(table, change) for table, changes in CHANGES.items() for change in changes]


@pytest.mark.parametrize(("table", "change"), CHANGED)
def test_a_row_that_was_changed_is_named(incident_id: str, rewrite: Rewrite, table: str, change: str) -> None:
    rewrite(f"UPDATE {table} SET {change}")

    assert any(one.startswith(table) for one in problems(incident_id))


DEEP = "replace(hex(zeroblob(60000)), '0', '[')"
STRANGE = [
    ("chains", "seq = 'x'"),
    ("evidence", "body = x'ff'"),
    ("records", f"body = {DEEP}"),
    ("seals", "at = 'yesterday'"),
    ("timeline", "detail = x'ff'"),
    ("timeline", f"detail = {DEEP}"),
    ("timeline", "seq = 'x' || seq"),
]


@pytest.mark.parametrize(
    ("table", "change"), STRANGE, ids=[f"{table}-{n}" for n, (table, _) in enumerate(STRANGE, start=1)]
)
def test_what_the_ledger_never_writes_ends_no_examination(
    incident_id: str, rewrite: Rewrite, table: str, change: str
) -> None:
    rewrite("PRAGMA ignore_check_constraints = ON", f"UPDATE {table} SET {change}", "UPDATE answers SET \"by\" = 'x'")

    found = problems(incident_id)

    assert any(one.startswith("answers[") for one in found)
    assert len(found) > 1


@pytest.mark.parametrize("table", sorted(CHANGES.keys() - {"incidents", "timeline"}))
def test_a_row_that_was_removed_is_named(incident_id: str, rewrite: Rewrite, table: str) -> None:
    rewrite(f"DELETE FROM {table}")

    assert any(one.startswith(table) for one in problems(incident_id))


@pytest.mark.parametrize("table", ["answers", "approvals", "evidence"])
def test_a_row_that_was_added_is_named(incident_id: str, rewrite: Rewrite, table: str) -> None:
    key = {"answers": "key", "approvals": "approver", "evidence": "id"}[table]
    columns = ", ".join(f'"{column.name}"' for column in metadata.tables[table].c if column.name not in (key, "sha256"))
    more = ', "sha256"' if table == "evidence" else ""
    rewrite(
        f"INSERT INTO {table} (\"{key}\", {columns}{more}) SELECT 'further', {columns}{more and ', 1'} FROM {table}"
    )

    assert any(one.startswith(f"{table}[") and "not in the timeline" in one for one in problems(incident_id))


def test_every_table_of_an_incident_is_compared_or_known_not_to_be(incident_id: str) -> None:
    beside = {"chains", "seals", "late_events", "campaign_members", "troubles", "unasked"}

    assert set(ledger().dossier(incident_id).tables) == CHANGES.keys() | beside


def recompute(rewrite: Rewrite, incident_id: str) -> None:
    """Give a timeline new hashes from the first entry to the last, as who knows how does."""
    before, last = FIRST, 0
    for row in ledger().dossier(incident_id).tables["timeline"]:
        entry = {name: str(row[name]) for name in ("at", "what", "who")}
        detail = ledger().timeline(incident_id)[last].detail
        last += 1
        hashed = entry_hash(incident_id, last, before, **entry, detail=detail)
        rewrite(f"UPDATE timeline SET prev_hash = '{before}', hash = '{hashed}' WHERE seq = {last}")
        before = hashed
    rewrite(f"UPDATE chains SET hash = '{before}', seq = {last}")


def test_a_timeline_that_was_recomputed_is_not_what_was_signed(incident_id: str, rewrite: Rewrite) -> None:
    rewrite("UPDATE timeline SET who = 'mallory', detail = replace(detail, 'security-lead', 'mallory')")
    rewrite("UPDATE approvals SET approver = 'mallory'", "UPDATE answers SET \"by\" = 'mallory'")
    recompute(rewrite, incident_id)

    assert any("they were rewritten" in one for one in problems(incident_id))


def test_an_end_that_was_cut_off_is_missed(incident_id: str, rewrite: Rewrite) -> None:
    count = len(ledger().timeline(incident_id))
    rewrite(f"DELETE FROM timeline WHERE seq = {count}")
    recompute(rewrite, incident_id)

    assert any("the end was cut off" in one for one in problems(incident_id))


def test_seals_that_were_removed_are_missed_by_the_end_of_the_incident_and_by_what_was_anchored(
    incident_id: str, rewrite: Rewrite
) -> None:
    kept = ledger().seals()
    rewrite("DELETE FROM seals")

    assert any("is not signed" in one for one in problems(incident_id))
    assert any("not in the ledger any more" in one for one in problems(incident_id, *kept))


def test_a_forged_seal_does_not_hold(incident_id: str, rewrite: Rewrite) -> None:
    rewrite(f"UPDATE seals SET head = '{'0' * 64}'")

    assert any("its signature does not hold" in one for one in problems(incident_id))


def test_a_seal_of_a_key_that_nobody_introduced_is_said(incident_id: str, rewrite: Rewrite, tmp_path: Path) -> None:
    for path in keys_folder().iterdir():
        path.unlink()
    ledger().note(incident_id, "further", who="x", detail=None, at=utc_now())
    seal(incident_id)

    assert any("of the unknown key" in one for one in problems(incident_id))


def test_an_incident_that_was_removed_whole_is_missed(incident_id: str, rewrite: Rewrite) -> None:
    other = happened("b")
    seal(other)
    kept = ledger().seals()
    rewrite("DELETE FROM seals WHERE number = 1")
    without_the_first = ledger().seals()

    gone = [each.en for each in examine_seals(kept, (), {other})]
    torn = [each.en for each in examine_seals(without_the_first, kept, {other})]

    assert any(incident_id in one and "not in the ledger any more" in one for one in gone)
    assert any("one before it was removed" in one for one in torn)
    assert any("the anchored seal 1" in one for one in torn)


def test_what_comes_after_the_end_is_signed_too(incident_id: str) -> None:
    ledger().note(incident_id, "further", who="x", detail=None, at=utc_now())
    made = seal(incident_id)

    assert made is not None
    assert (made.number, made.seq) == (2, len(ledger().timeline(incident_id)))
    assert seal(incident_id) is None
    assert problems(incident_id) == []


def test_an_open_incident_is_not_signed_yet(home: Path) -> None:
    found = happened()
    with ledger()._connection_to_write() as connection:
        connection.execute(metadata.tables["incidents"].update().values(status="open"))

    assert seal(found) is None
    assert ledger().seals() == ()


def test_a_dossier_is_what_is_stored(incident_id: str) -> None:
    with ledger()._reading() as connection:
        stored = connection.exec_driver_sql("SELECT detail, at FROM timeline ORDER BY seq").all()

    entries = ledger().dossier(incident_id).tables["timeline"]

    assert [(row["detail"], row["at"]) for row in entries] == [tuple(row) for row in stored]
    assert {type(column.type) for column in timeline.c} >= {Document, MomentText}
