"""What the ledger kept as JSON is read back whichever version kept it; what can't be is named with its row."""

from typing import Any

import pytest
from pydantic import JsonValue

from tasks.errors import Unreadable
from tasks.ledger.kept import outcome_of
from tasks.ledger.rows import ActionRow, Incident
from tasks.runbooks.kept import alert_of, record_in
from tests.reporting import samples

RECORD = samples.record()
ALERT = samples.alert()
OUTCOME = RECORD.actions[0]
OPEN = ("answers", "before", "after", "detail", "drafts")
"""Fields whose names are data: nothing there is unknown."""


def newer(value: JsonValue) -> Any:
    """What a later version may have kept: each object has a field that this one does not know."""
    if isinstance(value, dict):
        known = {name: each if name in OPEN else newer(each) for name, each in value.items()}
        return known | {"added_later": [1]}
    return [newer(each) for each in value] if isinstance(value, list) else value


def incident_with(incident: Incident, alert: JsonValue) -> Incident:
    return incident.model_copy(update={"alert": alert})


def action_with(result: JsonValue) -> ActionRow:
    return ActionRow(
        id="act-1",
        incident_id="INC-1",
        seq=1,
        kind="quarantine",
        target="100000000011",
        plan_hash="plan00000001",
        owner="run-1",
        request={},
        status="verified",
        before=None,
        result=result,
        claimed_at=RECORD.opened_at,
        before_at=None,
        confirmed_at=None,
    )


def test_an_alert_is_read_without_what_a_newer_version_added(incident: Incident) -> None:
    assert alert_of(incident_with(incident, newer(ALERT.model_dump(mode="json")))) == ALERT


def test_a_record_is_read_without_what_a_newer_version_added(incident: Incident) -> None:
    assert record_in(newer(RECORD.model_dump(mode="json")), incident) == RECORD


def test_an_outcome_is_read_without_what_a_newer_version_added() -> None:
    assert outcome_of(action_with(newer(OUTCOME.model_dump(mode="json")))) == OUTCOME


def test_there_may_be_no_record_yet(incident: Incident) -> None:
    assert record_in(None, incident) is None


def test_what_cannot_be_read_is_named_with_its_row(incident: Incident) -> None:
    with pytest.raises(Unreadable, match=rf"^alert of incident {incident.id} .*: ip: "):
        alert_of(incident_with(incident, {"ip": "nowhere"}))
    with pytest.raises(Unreadable, match=rf"^record of incident {incident.id} .*: verdict: Field required"):
        record_in({"incident_id": "INC-1"} | {k: v for k, v in RECORD.model_dump().items() if k != "verdict"}, incident)
    with pytest.raises(Unreadable, match=r"^action act-1 of incident INC-1 .*: status: Input should be"):
        outcome_of(action_with(OUTCOME.model_dump(mode="json") | {"status": "undone"}))
