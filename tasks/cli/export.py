"""An incident as a file: its record, or what it was decided by; and that decided again, offline."""

import json
import sys
from pathlib import Path

from tasks.cli.explain import recorded
from tasks.cli.outcome import CLOSED, DEFECT, check_writable, write_private
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.decide.replay import differences, fixture_of, replay
from tasks.errors import InputError, Unreadable
from tasks.model.fixture import Fixture
from tasks.model.kept import read_kept
from tasks.model.record import Record
from tasks.reporting.templating import in_language
from tasks.runbooks.registry import runbook_of


def export_incident(run: str, *, fixture: bool, to: Path | None) -> int:
    """Write an incident's record, or its fixture; returns the exit status.

    Args:
        run: id of the incident, or of its run.
        fixture: only what `replay` needs.
        to: the file; None for standard output.

    Raises:
        InputError: no such incident, nothing of it to export, or a file that can't be written.
    """
    check_writable(to)
    record = recorded(run)
    text = (_fixture(record) if fixture else record).model_dump_json(indent=2)
    if to is None:
        sys.stdout.write(f"{text}\n")
    else:
        write_private(f"{text}\n", to)
    return CLOSED


def _fixture(record: Record) -> Fixture:
    fixture = fixture_of(record)
    if fixture is None:
        why = "was decided by an older version, which did not keep by what; leave out --fixture"
        raise InputError("INCIDENT", f"{record.incident_id} {why}")
    return fixture


def replay_fixture(body: bytes) -> int:
    """Decide a fixture again and say whether the same came out; returns the exit status: 0 if it did, else 1.

    Raises:
        InputError: it is no fixture.
    """
    fixture, spoken = read_fixture(body), settings().lang
    runbook = runbook_of(fixture.runbook)
    settled = replay(runbook, fixture)
    changed = differences(fixture.settled, settled)
    tell(f"{fixture.runbook}: {settled.verdict} · {' → '.join(settled.path) or '-'}")
    for name, (value, source) in settled.answers.items():
        tell(f"  {name}: {value} ({source})")
    same = ("与当时一致", "the same as it was") if not changed else ("与当时不同：", "not as it was:")
    tell(same[0] if spoken == "zh" else same[1], style="bold")
    for one in changed:
        tell(f"  - {in_language(one, spoken)}")
    return DEFECT if changed else CLOSED


def read_fixture(body: bytes) -> Fixture:
    """Read a fixture back, perhaps of another version.

    Raises:
        InputError: it is none; names the field.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise InputError("FILE", "is no JSON; give what `runbooks export INCIDENT --fixture` wrote") from exc
    name = found.get("runbook") if isinstance(found, dict) else None
    if not isinstance(name, str) or "fixture_version" not in found:
        raise InputError("FILE", "is no fixture; give what `runbooks export INCIDENT --fixture` wrote")
    try:
        return read_kept(Fixture, found, what="the fixture", types=runbook_of(name))
    except Unreadable as exc:
        raise InputError("FILE", f"is no fixture that this version reads: {exc.field}: {exc.problem}") from exc
