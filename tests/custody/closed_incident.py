"""A closed incident with a row of every kind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tasks.context import ledger, utc_now
from tasks.model.checkin import CheckInLink
from tasks.model.delivery import Delivery
from tasks.model.message import Reported
from tasks.runbooks.registry import correlation_of
from tasks.runbooks.unusual_login.alert import LoginAlert
from tests.scene import STRANGER

Rewrite = Callable[..., None]


def happened(letter: str = "a") -> str:
    """Let an incident of its own event come, be answered, approved, contained and closed."""
    book, at = ledger(), utc_now()
    told = Reported(
        runbook="unusual_login", alert=LoginAlert(principal="alice", ip=STRANGER, event_id=f"event-{letter}")
    )
    delivery = Delivery(
        source="default", road="generic", sha256=letter * 64, body={"n": 1}, alerts=(told,), nonce=letter, at=at
    )
    (receipt,) = book.take_delivery(delivery, correlation_of, mode="approve", endpoint="", lang="en")
    ours: dict[str, Any] = {"incident_id": receipt.incident_id, "at": at}
    book.bind_run(receipt.incident_id, f"run-{letter}", at)
    book.add_evidence(**ours, source="cam:ListUsers", request_id="r-1", body={"Data": [1]})
    book.keep_head_start(receipt.incident_id, {"facts": 1}, at)
    book.offer_checkin(
        CheckInLink(
            token_hash=letter * 64,
            incident_id=receipt.incident_id,
            person="alice",
            made_at=at,
            expires_at=at + timedelta(hours=1),
        )
    )
    book.use_checkin(letter * 64, address=STRANGER, at=at)
    book.add_answer(**ours, question="own?", key="own_login", value="no", by="owner", source="form")
    book.add_approval(**ours, plan_hash="p1", approver="security-lead", decision="approve", actions=["quarantine:1"])
    acting: dict[str, Any] = {"kind": "quarantine", "target": "1", "plan_hash": "p1", "request": {}, "owner": "me"}
    action = book.claim_action(**ours, **acting).action
    book.save_before(action.id, {"attached": []}, at)
    book.confirm_action(action.id, "done", {"policy": 7}, at)
    failed: dict[str, Any] = {
        "kind": "reset_password",
        "target": "1",
        "plan_hash": "p1",
        "request": {},
        "by": "security-lead",
    }
    book.await_try(**ours, **failed, due_at=at)
    (due,) = book.due_tries("", at)
    assert book.begin_try(due, at, at)
    book.end_try(due, status="failed", due_at=at, said=None, at=at)
    book.stop_tries(receipt.incident_id, "security-lead", at)
    book.take_tries(receipt.incident_id, at)
    book.save_record(receipt.incident_id, {"verdict": "contained"}, at)
    book.close_incident(receipt.incident_id, "contained", at)
    book.save_record(receipt.incident_id, {"verdict": "contained", "closed": True}, at)
    return receipt.incident_id
