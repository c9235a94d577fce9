"""What people say in the runs of several tests, as the answers file has it."""

from typing import Any

STOLEN: dict[str, Any] = {
    "answers": {"own_login": "no", "co_user": "no", "known_egress": "no"},
    "approvals": {"containment": "approve"},
    "manual_steps": "done",
    "answered_by": "owner",
    "approved_by": "security-lead",
}
STOLEN_UNAPPROVED = {name: value for name, value in STOLEN.items() if name != "approvals"}
