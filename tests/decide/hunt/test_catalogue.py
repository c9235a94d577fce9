"""The catalogue of sensitive operations: governed by its own data, and read both ways."""

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from tasks.decide.hunt.catalogue import catalogue, classify, entries, lookup
from tasks.model.facts import Severity
from tests.decide.hunt.audit_log import done
from tests.people import ALICE

TACTICS = {
    "persistence",
    "privilege_escalation",
    "defense_evasion",
    "credential_access",
    "impact",
    "exfiltration",
    "initial_access",
    "resource_hijacking",
    "other",
}
REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "data" / "audit"


def test_the_catalogue_is_long_and_each_operation_stands_once() -> None:
    counted = Counter((entry.service, entry.name.lower()) for entry in entries())

    assert len(counted) >= 400
    assert [key for key, times in counted.items() if times > 1] == []


def test_every_family_has_its_reason_in_both_languages() -> None:
    families = catalogue().families
    reasons = [family.why for family in families]

    assert (
        len({family.id for family in families}) == len({why.zh for why in reasons}) == len({why.en for why in reasons})
    )
    assert [why for why in reasons if not (why.zh.endswith("。") and why.en.endswith(".") and why.en.isascii())] == []
    assert [why for why in reasons if why.zh.isascii()] == []


def test_tactics_are_known_and_services_are_written_in_lower_case() -> None:
    assert {family.tactic for family in catalogue().families} <= TACTICS
    assert {entry.service for entry in entries()} == {entry.service.lower() for entry in entries()}
    assert [family.id for family in catalogue().families if not family.operations] == []


def test_names_that_need_their_service_are_names_of_the_catalogue() -> None:
    assert set(catalogue().other_products_too) <= {entry.name for entry in entries()}


@pytest.mark.shared
@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data are not beside this checkout")
def test_every_entry_is_in_the_audit_list_or_a_public_action() -> None:
    listed = {(row[0], row[1].lower()) for row in json.loads((REFERENCE / "audit_events_intl.json").read_text("utf-8"))}
    checked = json.loads((REFERENCE / "sensitive_check.json").read_text("utf-8"))
    known = listed | {(service, row[0].lower()) for service, rows in checked.items() for row in rows}
    rest = [entry for entry in entries() if (entry.service, entry.name.lower()) not in known]

    assert [(entry.service, entry.name) for entry in rest if not _public(entry.service, entry.name)] == []


def _public(service: str, name: str) -> bool:
    package = {"as": "autoscaling", "apigw": "apigateway"}.get(service, service)
    versions = Path(str(files("tccli") / "services" / package)).glob("*/api.json")
    return any(name in json.loads(version.read_text("utf-8"))["actions"] for version in versions)


@pytest.mark.parametrize(
    ("service", "event", "expected"),
    [
        ("cam", "AddUser", "cam"),
        ("CAM", "adduser", "cam"),
        ("cam", "AddSubAccountCheckingMFA", "cam"),
        ("cls", "deleteTopic", "cls"),
        ("as", "CreateAutoScalingGroup", "as"),
        ("cvm", "DeleteSnapshots", "cbs"),
        ("consolesms", "SendSms", "sms"),
        ("", "RunInstances", "cvm"),
        ("unheard", "AddSubAccountCheckingMFA", "cam"),
    ],
)
def test_an_operation_is_found_whatever_its_service_is_called(service: str, event: str, expected: str) -> None:
    found = lookup(service, event)

    assert found is not None
    assert found.service == expected


@pytest.mark.parametrize(
    ("service", "event"),
    [
        ("cvm", "DescribeInstances"),
        ("tdmq", "CreateRole"),
        ("", "CreateInstance"),
        ("unheard", "RunInstances"),
        ("cam", ""),
    ],
)
def test_an_everyday_or_ambiguous_operation_is_not_found(service: str, event: str) -> None:
    assert lookup(service, event) is None


def test_what_succeeded_has_the_catalogues_severity_and_reason() -> None:
    found = classify(done(ALICE, "cam:CreateAccessKey", 1))

    assert found is not None
    assert (found.severity, found.tactic) == (Severity.HIGH, "persistence")
    assert "survives a change of password" in found.why.en


def test_what_was_refused_is_kept_as_a_low_one_that_says_so() -> None:
    found = classify(done(ALICE, "cam:CreateAccessKey", 1, succeeded=False, error="UnauthorizedOperation"))

    assert found is not None
    assert (found.severity, found.tactic) == (Severity.LOW, "persistence")
    assert "refused (UnauthorizedOperation)" in found.why.en
    assert "UnauthorizedOperation" in found.why.zh


def test_the_providers_own_mark_is_enough() -> None:
    found = classify(done(ALICE, "unheard:Frobnicate", 1, sensitive=True))

    assert found is not None
    assert (found.severity, found.tactic) == (Severity.MEDIUM, "other")
    assert "Tencent" in found.why.en


def test_an_unmarked_everyday_operation_is_not_sensitive() -> None:
    assert classify(done(ALICE, "cvm:DescribeInstances", 1)) is None


def test_a_login_is_initial_access_and_low_though_the_provider_marks_it() -> None:
    found = classify(done(ALICE, "account:ConsoleLogin", 1, sensitive=True))

    assert found is not None
    assert (found.severity, found.tactic) == (Severity.LOW, "initial_access")
