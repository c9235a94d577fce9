from datetime import datetime, timedelta
from typing import Any

import pytest

from tasks.ledger.errors import UnknownRow
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tests import incidents

ANSWER: dict[str, Any] = {
    "question": "Was it you?",
    "key": "own_login",
    "value": "no",
    "by": "alice",
    "source": "form",
}
APPROVAL: dict[str, Any] = {
    "plan_hash": "plan-1",
    "approver": "bob",
    "decision": "approve",
    "actions": ["keys_inactive"],
}


def last(ledger: Ledger, incident: Incident) -> tuple[str, str, Any]:
    entry = ledger.timeline(incident.id)[-1]
    return entry.what, entry.who, entry.detail


def test_evidence_is_found_by_the_id_that_was_given(ledger: Ledger, incident: Incident, at: datetime) -> None:
    kept = ledger.add_evidence(incident.id, source="sts", request_id="r-1", at=at, body={"Uin": "100001", "n": (1, 2)})

    assert ledger.evidence(kept.id) == kept
    assert incidents.evidence_of(ledger, incident.id) == (kept,)
    assert kept.body == {"Uin": "100001", "n": [1, 2]}
    assert last(ledger, incident)[0] == "evidence_added"
    assert kept.seq == ledger.timeline(incident.id)[-1].seq


def test_the_same_evidence_again_is_the_same_row(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first = ledger.add_evidence(incident.id, source="sts", request_id="r-1", at=at, body={"a": 1, "b": 2})
    later = at + timedelta(minutes=1)
    second = ledger.add_evidence(incident.id, source="sts", request_id="r-1", at=later, body={"b": 2, "a": 1})

    assert first == second
    assert len(ledger.timeline(incident.id)) == 2


def test_evidence_that_differs_in_anything_is_another_row(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first = ledger.add_evidence(incident.id, source="sts", request_id="r-1", at=at, body={})
    others = [
        ledger.add_evidence(incident.id, source="cam", request_id="r-1", at=at, body={}),
        ledger.add_evidence(incident.id, source="sts", request_id="r-2", at=at, body={}),
        ledger.add_evidence(incident.id, source="sts", request_id="r-1", at=at, body={"a": 1}),
    ]

    assert incidents.evidence_of(ledger, incident.id) == (first, *others)
    assert len({each.id for each in (first, *others)}) == 4
    assert first.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_unknown_evidence_is_said_to_be_unknown(ledger: Ledger) -> None:
    with pytest.raises(UnknownRow, match="knows no evidence ev-none"):
        ledger.evidence("ev-none")


def test_the_first_answer_is_final_and_a_later_one_is_written_down(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    first, new = ledger.add_answer(incident.id, **ANSWER, at=at)
    second, again = ledger.add_answer(incident.id, **(ANSWER | {"value": "yes", "by": "mallory"}), at=at)

    assert (new, again) == (True, False)
    assert second == first == ledger.answers(incident.id)[0]
    assert (first.value, first.by, first.source, first.at) == ("no", "alice", "form", at)
    assert last(ledger, incident) == ("answer_ignored", "mallory", ANSWER | {"value": "yes", "by": "mallory"})


def test_an_answer_repeated_leaves_no_further_entry(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first, _ = ledger.add_answer(incident.id, **ANSWER, at=at)
    second, new = ledger.add_answer(incident.id, **ANSWER, at=at + timedelta(hours=1))

    assert (second, new) == (first, False)
    assert last(ledger, incident) == ("answer_given", "alice", ANSWER)


def test_the_same_answer_by_another_person_is_written_down(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.add_answer(incident.id, **ANSWER, at=at)
    kept, new = ledger.add_answer(incident.id, **(ANSWER | {"by": "bob"}), at=at)

    assert (kept.by, new) == ("alice", False)
    assert last(ledger, incident)[:2] == ("answer_ignored", "bob")


@pytest.mark.parametrize("value", [None, False, 0, "", [], {"co_user": "张三", "away": True}])
def test_an_answer_may_be_any_json(ledger: Ledger, incident: Incident, at: datetime, value: Any) -> None:
    ledger.add_answer(incident.id, **(ANSWER | {"value": value}), at=at)

    kept = ledger.answers(incident.id)[0].value

    assert (kept, type(kept)) == (value, type(value))


def test_answers_to_two_questions_are_both_kept_in_order(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.add_answer(incident.id, **ANSWER, at=at)
    _, new = ledger.add_answer(incident.id, **(ANSWER | {"key": "co_user"}), at=at - timedelta(hours=1))

    assert new
    assert [each.key for each in ledger.answers(incident.id)] == ["own_login", "co_user"]


def test_an_approvers_first_decision_on_a_plan_is_final(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first, new = ledger.add_approval(incident.id, **APPROVAL, at=at)
    second, again = ledger.add_approval(incident.id, **(APPROVAL | {"decision": "decline", "actions": []}), at=at)

    assert (new, again) == (True, False)
    assert second == first
    assert ledger.approvals(incident.id, "plan-1") == (first,)
    assert (first.decision, first.actions) == ("approve", ("keys_inactive",))
    assert last(ledger, incident)[:2] == ("approval_ignored", "bob")


def test_an_approval_repeated_leaves_no_further_entry(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.add_approval(incident.id, **APPROVAL, at=at)
    _, new = ledger.add_approval(incident.id, **APPROVAL, at=at)

    assert not new
    known = {"declared": None, "proof": "named"}
    assert last(ledger, incident) == ("approval_given", "bob", APPROVAL | known)


def test_a_further_approver_and_a_changed_plan_are_decided_anew(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    ledger.add_approval(incident.id, **APPROVAL, at=at)
    _, other_person = ledger.add_approval(incident.id, **(APPROVAL | {"approver": "carol"}), at=at)
    _, other_plan = ledger.add_approval(incident.id, **(APPROVAL | {"plan_hash": "plan-2"}), at=at)

    assert other_person
    assert other_plan
    assert [each.approver for each in ledger.approvals(incident.id, "plan-1")] == ["bob", "carol"]
    assert [each.approver for each in ledger.approvals(incident.id, "plan-2")] == ["bob"]
    assert ledger.approvals(incident.id, "plan-3") == ()
