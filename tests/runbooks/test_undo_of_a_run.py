"""Undoing a containment from the terminal: a decision like any, of an approver on exactly what was shown."""

import io
from typing import Any

import pytest

from tasks.cli.undo import show_undoing, undo_incident
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.errors import InputError
from tasks.ledger.rows import ChainOk
from tests.answers import STOLEN
from tests.runbooks.standing import standing

pytestmark = pytest.mark.prefect

POLICY = """\
mode: approve
people:
  - {name: Li, principals: [alice], approver: true}
  - {name: Wang, approver: true}
  - {name: Zhao, approver: true}
  - {name: Qian}
"""
GIVEN = STOLEN | {"answered_by": "Qian", "approved_by": "Wang"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_hash(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.split("plan hash: ")[-1].split()[0]


def test_an_approver_undoes_exactly_what_was_shown_and_the_report_says_so(
    respond: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = respond("stolen-sub-account", GIVEN, policy=POLICY, lang="en")
    incident, during, writes = ended.record["incident_id"], standing(ended.sandbox), len(ended.writes())
    theirs = next(name for name in ended.statuses() if name == "quarantine:100000900003")

    # Nobody may but an approver who owns nothing of it, and only on what is shown now; each refusal is noted.
    for by, plan, says in (
        (None, "0", "--by: is missing"),
        ("Li", "0", "Li may not decide: alice .* is this person's and under suspicion.* These may: Wang, Zhao"),
        ("Qian", "0", "Qian is no declared approver. These may: Wang, Zhao"),
        ("alice", "0", "alice is no declared approver"),
        ("Wang", None, "--plan: is missing"),
        ("Wang", ended.record["approvals"][0]["plan_hash"], "is not what would be undone now"),
    ):
        with pytest.raises(InputError, match=says):
            undo_incident(incident, (), by=by, plan=plan, lang="en")
    with pytest.raises(InputError, match="quarantine:nobody"):
        undo_incident(incident, ("quarantine:nobody",), by="Wang", plan="0", lang="en")
    assert len(ended.writes()) == writes

    # What the intruder made is left as it is, unless it is named.
    capsys.readouterr()
    assert show_undoing(incident, (), lang="en") == 0
    shown = capsys.readouterr().out
    assert f"{theirs}: the intruder made it" in shown
    assert "The identity has every right again that it had" in shown
    typed = shown.split("plan hash: ")[1].split()[0]
    for other in ("", typed[:-1], typed[1:], f"{typed}\u202e", typed + "g" * 60):
        with pytest.raises(InputError, match="is not what would be undone now"):
            undo_incident(incident, (), by="Wang", plan=other, lang="en")
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    status = undo_incident(incident, (), by=" wang", plan=None, lang="en")
    assert (during, standing(ended.sandbox)) == ((False, False), (True, True))
    assert status == 4  # the reset password can't be put back, and that is said
    assert ended.sandbox.attempt("svc-backup", "cam:ListUsers") != ""

    # The incident does not claim it any more, and says by whom, when, and how far that is proven.
    known = ledger().incident(incident)
    record: Any = ledger().record(incident)
    report = (ended.home / "reports" / incident / "report.md").read_text(encoding="utf-8").replace("\\", "")
    assert (ended.record["verdict"], known.verdict, record["verdict"]) == (
        "contained",
        "containment_incomplete",
        "containment_incomplete",
    )
    assert {one["by"] for one in record["undone"]} == {"Wang"}
    assert "was undone by Wang at " in report
    assert "Every action of containment is done" not in report
    told = [(entry.what, entry.who) for entry in ledger().timeline(incident)]
    assert [one for one in told if one[0] == "approval_refused"] == [
        ("approval_refused", name) for name in ("Li", "Qian", "alice")
    ]
    assert ("verdict_amended", "Wang") in told
    given = next(one for one in reversed(ledger().timeline(incident)) if one.what == "approval_given")
    assert isinstance(given.detail, dict)
    assert (given.who, given.detail["declared"], given.detail["proof"]) == ("Wang", True, "named")
    assert len(str(given.detail["plan_hash"])) == 64  # people type its beginning, the ledger is bound to all of it

    # Without a policy file the incident's own says who may.
    monkeypatch.delenv("RUNBOOKS_POLICY")
    settings.cache_clear()
    with pytest.raises(InputError, match="Qian is no declared approver"):
        undo_incident(incident, (theirs,), by="Qian", plan="0", lang="en")

    # A second time nothing is left of the suspect's own; the intruder's is undone where it is named.
    with pytest.raises(InputError, match="would be undone"):
        show_undoing(incident, (), lang="en")
    show_undoing(incident, (theirs,), lang="en")
    assert undo_incident(incident, (theirs,), by="Zhao", plan=shown_hash(capsys), lang="en") == 0
    assert {one["by"] for one in _record(incident)["undone"]} == {"Wang", "Zhao"}
    assert isinstance(ledger().verify_chain(incident), ChainOk)


def _record(incident: str) -> Any:
    return ledger().record(incident)


def test_where_two_must_approve_two_must_undo(respond: Any, capsys: pytest.CaptureFixture[str]) -> None:
    two = POLICY.replace("mode: approve", "mode: auto\nauto_actions: [quarantine]\nauto_signs: 1\napprovals_needed: 2")
    ended = respond("stolen-sub-account", {"answers": {}}, mode=None, policy=two, lang="en")
    incident = ended.record["incident_id"]
    show_undoing(incident, (), lang="en")
    plan = shown_hash(capsys)

    first = [undo_incident(incident, (), by="Wang", plan=plan, lang="en") for _ in range(2)]
    held = standing(ended.sandbox)[0]
    second = undo_incident(incident, (), by="Zhao", plan=plan, lang="en")

    assert (first, held) == ([3, 3], False)
    assert (second, standing(ended.sandbox)[0]) == (0, True)
    assert {one["by"] for one in _record(incident)["undone"]} == {"Wang, Zhao"}
    assert _record(incident)["verdict"] == "needs_person"
