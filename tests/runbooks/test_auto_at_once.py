"""In mode auto the policy's actions run before anybody is asked, and are put back where the login was harmless."""

from typing import Any

import pytest

from tasks.cli.undo import show_undoing, undo_incident
from tasks.decide import breaker
from tasks.metrics import CONTAINMENT, DECISION
from tests.answers import STOLEN
from tests.runbooks.standing import standing

pytestmark = pytest.mark.prefect

POLICY = "mode: auto\nauto_actions: [disable_access_key, quarantine]\n"
AT_ONCE = {"disable_access_key", "quarantine"}
HARMLESS = {"answers": {"own_login": "yes", "known_egress": "yes", "confirm": "yes"}, "answered_by": "owner"}
UNSURE = {"answers": {"own_login": "yes", "known_egress": "yes", "confirm": "unknown"}, "answered_by": "owner"}


def observed(histogram: Any) -> float:
    return next(sample.value for sample in histogram.collect()[0].samples if sample.name.endswith("_count"))


def kinds(ended: Any, *states: str) -> set[str]:
    return {name.split(":")[0] for name, status in ended.statuses().items() if status in states}


def test_nobody_is_waited_for_and_what_was_done_is_shown_to_who_is_asked(respond: Any) -> None:
    before = observed(DECISION), observed(CONTAINMENT)

    ended = respond("stolen-sub-account", {"answers": {}}, mode=None, policy=POLICY, lang="en")

    assert (ended.record["verdict"], ended.status) == ("needs_person", 3)
    assert (kinds(ended, "verified"), {one["by"] for one in ended.record["actions"]}) == (AT_ONCE, {"policy"})
    assert standing(ended.sandbox)[0] is False
    assert "2 independent indicators" in ended.record["reasons"][0]["en"]
    assert (observed(DECISION) - before[0], observed(CONTAINMENT) - before[1]) == (1, 1)
    report = (ended.home / "reports" / ended.record["incident_id"] / "report.md").read_text(encoding="utf-8")
    assert "runbooks undo" in report.replace("\\", "")


def test_the_rest_is_asked_and_nothing_is_done_twice(respond: Any) -> None:
    before = observed(DECISION)

    ended = respond("stolen-sub-account", STOLEN, mode=None, policy=POLICY)

    by = {f"{one['kind']}:{one['target']}": one["by"] for one in ended.record["actions"]}
    assert (ended.record["verdict"], ended.status) == ("contained", 0)
    assert {name.split(":")[0] for name, who in by.items() if who == "policy"} == AT_ONCE
    assert set(by.values()) == {"policy", "security-lead"}
    assert len(by) == len(ended.record["actions"])
    assert observed(DECISION) - before == 1  # though each answer runs the flow again from its top


def test_a_harmless_login_is_put_back_exactly(respond: Any) -> None:
    ended = respond("stolen-sub-account", HARMLESS, mode=None, policy=POLICY)

    put_back = ended.record["put_back"]
    assert (ended.record["verdict"], ended.status) == ("ignored", 0)
    assert [one["kind"] for one in put_back] == [one["kind"] for one in reversed(ended.record["actions"])]
    assert {one["status"] for one in put_back} == {"verified"}
    assert standing(ended.sandbox) == (True, True)


def test_what_nobody_settles_stays_contained_and_says_how_to_undo_it(respond: Any) -> None:
    ended = respond("stolen-sub-account", UNSURE, mode=None, policy=POLICY, lang="en")

    assert (ended.record["verdict"], ended.status, ended.record["put_back"]) == ("needs_person", 3, [])
    assert standing(ended.sandbox)[0] is False
    assert "is still active; `runbooks undo` rolls it back" in ended.record["reasons"][-1]["en"]


def test_who_declines_the_rest_leaves_what_was_done(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN | {"approvals": {"containment": "decline"}}, mode=None, policy=POLICY)

    assert (ended.record["verdict"], ended.status) == ("containment_incomplete", 4)
    assert (kinds(ended, "verified"), kinds(ended, "declined") & AT_ONCE) == (AT_ONCE, set())
    assert standing(ended.sandbox)[0] is False


def test_what_cant_be_put_back_needs_a_person_and_can_be_undone_later(
    respond: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def deny(sandbox: Any) -> None:
        sandbox.faults.set(deny=["cam:DetachUserPolicy"])

    ended = respond("stolen-sub-account", HARMLESS, mode=None, policy=POLICY, prepare=deny)
    held = standing(ended.sandbox)
    ended.sandbox.faults.clear()
    acts = tuple(f"{one['kind']}:{one['target']}" for one in ended.record["put_back"] if one["status"] == "failed")
    show_undoing(ended.record["incident_id"], acts, lang="en")
    plan = capsys.readouterr().out.split("plan hash: ")[1].split()[0]
    status = undo_incident(ended.record["incident_id"], acts, by="lead", plan=plan, lang="en")

    assert (ended.record["verdict"], ended.status) == ("needs_person", 3)
    assert {one["status"] for one in ended.record["put_back"]} == {"verified", "failed"}
    assert "runbooks undo" in ended.record["reasons"][-1]["en"]
    assert (held[0], status) == (False, 0)
    assert standing(ended.sandbox) == (True, True)


def test_what_people_are_asked_first_about_is_not_touched(respond: Any) -> None:
    ended = respond("stolen-but-quiet", {"answers": {}}, mode=None, policy=POLICY, lang="en")

    assert (ended.record["actions"], ended.writes()) == ([], [])
    assert ended.record["reasons"][0]["en"].startswith("Asked first: independent indicators found: 0")


def test_where_all_is_done_at_once_the_audit_log_is_read_again_for_more(respond: Any) -> None:
    policy = f"{POLICY.replace(']', ', disable_console_login]')}"

    ended = respond("stolen-role", STOLEN, mode=None, policy=policy + "auto_signs: 1\n")

    assert {one["by"] for one in ended.record["actions"]} == {"policy"}
    assert (ended.record["verdict"], ended.status) == ("contained", 0)
    assert ended.record["path"][-1] == "resources_affected"
    assert ended.record["approvals"] == []


def test_the_last_administrator_who_can_enter_is_never_shut_out_unasked(
    respond: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "_main_in_use", lambda _: set())

    ended = respond("stolen-sub-account", STOLEN, mode=None, policy=POLICY, lang="en")

    whys = [reason["en"] for reason in ended.record["reasons"]]
    held = [entry for entry in ended.record["timeline"] if entry["what"] == "held_back"]
    assert (ended.record["verdict"], ended.status) == ("contained", 0)
    assert {one["by"] for one in ended.record["actions"]} == {"security-lead"}
    assert any("no other administrator" in why for why in whys)
    assert len(held) == 2  # before the first question, and when it was decided to contain
