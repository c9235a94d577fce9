"""The quarantine holds only by a policy that really denies everything."""

import json
from typing import Any

import pytest

from tasks.cloud import policies
from tasks.contain.quarantine import DENY_ALL, NAME, denies_all
from tasks.model.plan import ActionKind
from tasks.sandbox.state import Policy
from tests.contain.containment_stage import Stage, act
from tests.people import ALICE, DAVE

ALICES = act(ActionKind.QUARANTINE, ALICE)
WEAK = {"version": "2.0", "statement": [{"effect": "deny", "action": ["cos:*"], "resource": ["*"]}]}


def add_policy(stage: Stage, name: str, document: dict[str, Any], number: int = 900) -> None:
    stage.sandbox.world.cloud.policies.append(Policy(id=number, name=name, document=document))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (DENY_ALL, True),
        ({"version": "2.0", "statement": [{"effect": "deny", "action": "*", "resource": "*"}]}, True),
        ({"version": "2.0", "statement": [*WEAK["statement"], *DENY_ALL["statement"]]}, True),
        (WEAK, False),
        ({"version": "2.0", "statement": [{"effect": "allow", "action": ["*"], "resource": ["*"]}]}, False),
        ({"version": "2.0", "statement": [{"effect": "deny", "action": ["*"], "resource": ["qcs::cos:::*"]}]}, False),
        (
            {
                "version": "2.0",
                "statement": [
                    {
                        "effect": "deny",
                        "action": ["*"],
                        "resource": ["*"],
                        "condition": {"ip_equal": {"qcs:ip": ["192.0.2.1"]}},
                    }
                ],
            },
            False,
        ),
        ({"version": "2.0", "statement": ["deny"]}, False),
        ({"version": "2.0", "statement": {"effect": "deny"}}, False),
        (None, False),
        ([], False),
    ],
)
def test_only_a_plain_denial_of_everything_counts(document: Any, *, expected: bool) -> None:
    assert denies_all(policies.statements_of(json.dumps(document))) is expected


def test_the_policy_is_within_the_clouds_limit() -> None:
    assert len(json.dumps(DENY_ALL)) <= 6144


def test_a_policy_of_ours_is_used_again(stage: Stage) -> None:
    stage.contain(act(ActionKind.QUARANTINE, DAVE))
    stage.contain(ALICES)

    assert stage.writes() == ["CreatePolicy", "AttachUserPolicy", "AttachUserPolicy"]


def test_a_policy_of_our_name_that_says_otherwise_is_never_trusted(stage: Stage) -> None:
    add_policy(stage, NAME, WEAK)
    outcome = stage.contain(ALICES)

    assert outcome.status == "verified"
    assert 900 not in stage.person(ALICE).policies
    assert stage.sandbox.attempt("alice", "cam:ListUsers").startswith("UnauthorizedOperation")


def test_a_weak_policy_of_our_name_that_is_attached_is_no_quarantine(stage: Stage) -> None:
    add_policy(stage, NAME, WEAK)
    stage.person(ALICE).policies = [*stage.person(ALICE).policies, 900]

    assert stage.contain(ALICES).status == "verified"
    assert stage.sandbox.attempt("alice", "cam:ListUsers").startswith("UnauthorizedOperation")


def test_where_every_name_is_taken_it_fails_and_says_so(stage: Stage) -> None:
    for number in range(1, 10):
        add_policy(stage, NAME if number == 1 else f"{NAME}-{number}", WEAK, 900 + number)
    outcome = stage.contain(ALICES)

    assert outcome.status == "failed"
    assert "taken" in outcome.detail.en
    assert stage.writes() == []


def test_a_name_that_is_taken_meanwhile_is_looked_at(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    add_policy(stage, NAME, DENY_ALL)
    monkeypatch.setattr(policies, "policies_named", _blind_once(policies.policies_named))
    outcome = stage.contain(ALICES)

    assert outcome.status == "verified"
    assert 900 in stage.person(ALICE).policies
    assert stage.writes(answered=True) == ["AttachUserPolicy"]


def _blind_once(read: Any) -> Any:
    calls: list[str] = []

    def look(cloud: Any, keyword: str) -> list[policies.PolicyRef]:
        calls.append(keyword)
        return [] if len(calls) == 1 else list(read(cloud, keyword))

    return look


def test_a_policy_whose_creation_gave_no_answer_is_found_and_not_made_twice(stage: Stage) -> None:
    stage.sandbox.faults.set(lost_answer={"cam:CreatePolicy": 1})

    assert stage.contain(ALICES).status == "verified"
    assert stage.writes() == ["CreatePolicy", "AttachUserPolicy"]


def test_a_policy_that_was_not_created_for_lack_of_an_answer_fails(stage: Stage) -> None:
    stage.sandbox.faults.set(server_error=["cam:CreatePolicy"])
    outcome = stage.contain(ALICES)

    assert outcome.status == "failed"
    assert "cam:CreatePolicy" in outcome.detail.en


def test_the_boundary_is_kept_in_the_record_and_left_as_it_is(stage: Stage) -> None:
    stage.person(ALICE).boundary = 2
    outcome = stage.contain(ALICES)

    assert outcome.before["boundary"] == 2
    assert stage.person(ALICE).boundary == 2


def test_a_boundary_that_may_not_be_read_does_not_stop_the_quarantine(stage: Stage) -> None:
    stage.sandbox.faults.set(deny=["cam:GetUserPermissionBoundary"])

    assert stage.contain(ALICES).status == "verified"


def test_a_weak_policy_that_took_the_name_meanwhile_is_passed_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_policy(stage, NAME, WEAK)
    monkeypatch.setattr(policies, "policies_named", _blind_once(policies.policies_named))

    assert stage.contain(ALICES).status == "verified"
    assert 900 not in stage.person(ALICE).policies
    assert stage.sandbox.attempt("alice", "cam:ListUsers").startswith("UnauthorizedOperation")


def test_a_principal_with_more_policies_than_a_page_is_read_to_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "POLICIES_PER_PAGE", 1)
    add_policy(stage, "other", WEAK)
    stage.person(ALICE).policies = [*stage.person(ALICE).policies, 900]
    outcome = stage.contain(ALICES)

    assert outcome.status == "verified"
    assert [policy["id"] for policy in outcome.before["policies"]] == sorted([1, 900])
