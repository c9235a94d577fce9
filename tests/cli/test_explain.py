"""`runbooks explain`, `export` and `replay`: why, and the decision as a file that is decided again offline."""

import json
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tasks.cli.explain import explain_incident
from tasks.cli.export import export_incident, replay_fixture
from tasks.context import ledger
from tasks.decide.explain import explain
from tasks.decide.replay import fixture_of, replay
from tasks.errors import InputError
from tasks.model.explanation import Basis
from tasks.model.record import Record
from tasks.runbooks.registry import runbook_of
from tests.decide import build
from tests.incidents import opened
from tests.reporting.samples import record
from tests.runbooks.unusual_login.words import NOT_OURS

RUNBOOK = runbook_of("unusual_login")
RUN = "0d9f3f0e-0000-4000-8000-000000000001"


def decided(**changed: Any) -> Record:
    """The record of an open incident that nobody claims; everything in it was decided by the rules of today."""
    facts, basis = build.facts(**changed), Basis(policy=build.POLICY, statements=NOT_OURS, now=build.NOW)
    bare = record("needs_person", facts=facts, alert=build.ALERT, basis=basis, closed_at=None, answers={}, path=())
    fixture = fixture_of(bare)
    assert fixture is not None
    now = replay(RUNBOOK, fixture)
    answers = {
        name: {"value": value, "source": source, "why": {"zh": "因为", "en": "because"}}
        for name, (value, source) in now.answers.items()
    }
    told = explain(RUNBOOK, build.ALERT, facts, basis)
    whole = bare.model_dump(mode="json") | {
        "answers": answers,
        "path": now.path,
        "contradictions": [],
        "next": now.next,
        "explanation": told.model_dump(mode="json"),
    }
    return Record.model_validate(whole, context={"types": RUNBOOK})


@pytest.fixture
def incident(home: Path) -> str:
    """An incident with its record in the ledger."""
    return kept(decided())


def kept(whole: Record) -> str:
    found = opened(ledger(), build.NOW, flow_run_id=RUN)
    as_kept = whole.model_copy(update={"incident_id": found.id})
    ledger().save_record(found.id, as_kept.model_dump(mode="json"), build.NOW)
    return found.id


def exported(incident: str, to: Path) -> bytes:
    assert export_incident(incident, fixture=True, to=to) == 0
    return to.read_bytes()


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ("Did the owner make this login?", "for no", "had it been", "it could be ignored", "answered")),
        ("zh", ("这次登录是本人操作吗？", "支持「否」", "假如", "可以忽略", "回答")),
    ],
)
def test_an_explanation_names_both_sides_and_what_would_have_changed_it(
    incident: str, lang: Any, expected: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain_incident(incident, lang=lang) == 0

    printed = capsys.readouterr().out
    assert [words for words in expected if words not in printed] == []


def test_an_incident_is_found_by_its_run_too(incident: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain_incident(RUN, lang="en") == 0
    assert incident in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_record_of_an_older_version_says_that_it_keeps_no_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    old = kept(decided().model_copy(update={"basis": None, "explanation": None}))

    assert explain_incident(old, lang="en") == 0
    assert "keeps no explanation" in capsys.readouterr().out
    with pytest.raises(InputError, match="leave out --fixture"):
        export_incident(old, fixture=True, to=None)


@pytest.mark.usefixtures("home")
def test_an_incident_without_a_report_is_named() -> None:
    bare = opened(ledger(), build.NOW, flow_run_id=RUN).id

    with pytest.raises(InputError, match=f"{bare} has no report yet"):
        explain_incident(bare, lang="en")


def test_a_whole_record_is_exported_as_it_is(incident: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert export_incident(incident, fixture=False, to=None) == 0

    printed = json.loads(capsys.readouterr().out)
    assert (printed["incident_id"], printed["schema_version"]) == (incident, 2)


def test_a_fixture_is_the_operators_alone(incident: str, tmp_path: Path) -> None:
    exported(incident, tmp_path / "fixture.json")

    assert (tmp_path / "fixture.json").stat().st_mode & 0o777 == 0o600


def test_a_fixture_is_decided_the_same_without_network_or_ledger(
    incident: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = exported(incident, tmp_path / "fixture.json")

    def refused(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a replay asks nobody")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(sys.modules["tasks.context"], "ledger", refused)

    assert replay_fixture(body) == 0
    assert "known_egress: no (person)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("settled", "verdict"), "ignored", "verdict"),
        (("settled", "path"), ["own_login"], "path"),
        (("settled", "answers"), {}, "co_user"),
        (("settled", "against"), 3, "contradictions"),
        (("settled", "next"), "harden", "next"),
        (("basis", "statements"), [], "path"),
        (
            ("facts", "egress"),
            {"state": "known", "value": [{"network": "203.0.113.7", "kind": "declared"}]},
            "known_egress",
        ),
    ],
)
def test_what_is_decided_otherwise_is_named_and_fails(
    incident: str,
    tmp_path: Path,
    where: tuple[str, str],
    value: Any,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fixture = json.loads(exported(incident, tmp_path / "fixture.json"))
    fixture[where[0]][where[1]] = value

    assert replay_fixture(json.dumps(fixture).encode()) == 1
    assert f"{said}：" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "is no fixture"),
        (b'{"runbook": "unusual_login"}', "is no fixture"),
        (b'{"runbook": "none", "fixture_version": 1}', "'none' is none"),
        (b'{"runbook": "unusual_login", "fixture_version": 1}', "this version reads: "),
    ],
)
def test_what_is_no_fixture_is_said_with_the_mend(body: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        replay_fixture(body)
