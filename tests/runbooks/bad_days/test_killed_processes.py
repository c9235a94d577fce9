"""A process that dies loses nothing, and nothing is done twice."""

import signal
import subprocess
from collections import Counter
from typing import Any

import pytest

from tests.answers import STOLEN, STOLEN_UNAPPROVED
from tests.runbooks.bad_days.complaints import complaints
from tests.runbooks.bad_days.shell import Stage, kill, said
from tests.waiting import until

pytestmark = pytest.mark.prefect


def respond(stage: Stage, answers: dict[str, Any], *more: object) -> subprocess.Popen[str]:
    given = stage.file("answers.yaml", answers)
    return stage.start("respond", stage.alert(), "--mode", "approve", "--answers", given, *more)


def goes_on(stage: Stage, *more: object) -> subprocess.CompletedProcess[str]:
    given = stage.file("rest.yaml", STOLEN)
    record = stage.home / "record.json"
    return stage.run("answer", stage.incident().flow_run_id, "--answers", given, "--record", record, *more)


def test_a_run_whose_process_dies_while_it_waits_is_finished_by_whoever_answers(stage: Stage) -> None:
    process = respond(stage, STOLEN_UNAPPROVED)
    said(process, "containment-")
    kill(process)
    asked, written = stage.reads("csip"), stage.writes()

    ended = goes_on(stage)

    assert (ended.returncode, complaints(ended)) == (0, []), ended.stdout
    assert stage.record()["verdict"] == "contained"
    assert written == []
    assert set(Counter(stage.writes()).values()) == {1}
    assert stage.reads("csip") == asked > 0
    assert stage.chain_holds()


@pytest.mark.parametrize(
    ("fault", "order"),
    [
        ({"hang": ["cam:UpdateAccessKey"]}, signal.SIGKILL),
        ({"latency_s": 1.0}, signal.SIGKILL),
        ({"latency_s": 1.0}, signal.SIGINT),
    ],
    ids=["pending", "done", "interrupted"],
)
def test_a_process_that_dies_in_the_middle_of_an_act_is_followed_by_one_that_looks_first(
    stage: Stage, fault: dict[str, Any], order: signal.Signals
) -> None:
    def begun() -> bool:
        return any(call.action == "UpdateAccessKey" for call in stage.sandbox.calls())

    process = respond(stage, STOLEN)
    said(process, "known-egress-1")
    stage.sandbox.faults.set(**fault)
    until(begun, by=process)
    process.send_signal(order)
    process.communicate()
    stage.sandbox.faults.clear()
    before = Counter(stage.writes())

    ended = goes_on(stage)

    assert (ended.returncode, complaints(ended)) == (0, []), ended.stdout
    assert stage.record()["verdict"] == "contained"
    assert sum(before.values()) >= ("latency_s" in fault)
    assert set(Counter(stage.writes()).values()) == {1}
    assert {action["status"] for action in stage.record()["actions"]} <= {"done", "verified"}
    assert stage.chain_holds()


def test_an_answer_from_another_process_is_taken_up_by_the_one_that_waits(stage: Stage) -> None:
    process = respond(stage, {"answers": {}})
    said(process, "own-login-1")
    given = stage.file("one.yaml", {"answers": {"own_login": "no"}, "answered_by": "owner"})

    ended = stage.run("answer", stage.incident().id, "--answers", given)

    said(process, "co-user-1")
    assert (ended.returncode, ended.stderr) == (3, "")
    assert "the process that drives it goes on" in ended.stdout
    assert stage.chain_holds()


def test_a_process_that_dies_between_two_automatic_actions_is_followed_by_one_that_does_the_rest(stage: Stage) -> None:
    def at_the_second() -> bool:
        return any(call.action == "CreatePolicy" for call in stage.sandbox.calls())

    policy = stage.file("policy.yaml", {"mode": "auto", "auto_actions": ["disable_access_key", "quarantine"]})
    stage.env["RUNBOOKS_POLICY"] = str(policy)
    stage.sandbox.faults.set(hang=["cam:CreatePolicy"])
    process = stage.start("respond", stage.alert())
    until(at_the_second, by=process)
    kill(process)
    stage.sandbox.faults.clear()
    before = Counter(stage.writes())

    ended = goes_on(stage)

    by = {action["by"] for action in stage.record()["actions"]}
    assert (ended.returncode, complaints(ended)) == (0, []), ended.stdout
    assert (stage.record()["verdict"], by) == ("contained", {"policy", "security-lead"})
    assert before.total() >= 1
    assert set(Counter(stage.writes()).values()) == {1}
    assert stage.chain_holds()
