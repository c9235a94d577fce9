"""Severe operations after the login, by which indicators are found."""

from typing import Any

from tasks.model.facts import SensitiveEvent, Severity
from tests.decide import build

GRAVE = {"severity": Severity.HIGH}


def operation(name: str, tactic: str, **fields: Any) -> SensitiveEvent:
    """A severe operation of this tactic, by alice from the login's address unless told."""
    return build.sensitive(name, **(GRAVE | fields)).model_copy(update={"tactic": tactic})


KEY = operation("CreateAccessKey", "persistence", service="cam")
USER = operation("AddUser", "persistence", service="cam")
RIGHTS = operation("AttachUserPolicy", "privilege_escalation", service="cam")
MACHINES = operation("RunInstances", "resource_hijacking")
BLINDED = operation("StopLogging", "defense_evasion", service="cloudaudit")
