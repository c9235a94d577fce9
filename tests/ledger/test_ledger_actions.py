import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from subprocess import Popen
from typing import Any

import pytest

from tasks.errors import LedgerError
from tasks.ledger.errors import AlreadySettled, DrivenElsewhere, UnknownRow
from tasks.ledger.rows import ChainOk, Claim, ClaimState, Incident
from tasks.ledger.store import Ledger, open_ledger
from tests import incidents

ACT: dict[str, Any] = {"kind": "keys_inactive", "target": "AKIDexample1", "plan_hash": "plan-1", "request": {"a": 1}}

CLAIM = """
ledger = open_ledger(URL)
incident = ledger.incidents()[0].id
wait_for_the_others()
for number in range(20):
    claim = ledger.claim_action(
        incident, kind="keys_inactive", target=f"AKIDexample{number}", plan_hash="p", request={}, at=AT, owner="x"
    )
    print(claim.state.value)
"""

CLAIM_AND_DIE = """
ledger = open_ledger(URL)
incident = ledger.incidents()[0].id
claim = ledger.claim_action(
    incident, kind="keys_inactive", target="AKIDexample1", plan_hash="plan-1", request={"a": 1}, at=AT, owner="dead"
)
ledger.save_before(claim.action.id, {"status": "Active"}, AT)
print(claim.state.value, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

ACT_WITHOUT_END = """
ledger = open_ledger(URL)
incident = ledger.incidents()[0].id
for number in range(100_000):
    claim = ledger.claim_action(
        incident, kind="keys_inactive", target=str(number), plan_hash="p", request={}, at=AT, owner="x"
    )
    ledger.confirm_action(claim.action.id, "done", {"n": number}, AT)
    print(number, flush=True)
"""


def claim(ledger: Ledger, incident: Incident, at: datetime, **changed: Any) -> Claim:
    return ledger.claim_action(incident.id, **(ACT | changed), at=at, owner="me")


def whats(ledger: Ledger, incident: Incident) -> list[str]:
    return [entry.what for entry in ledger.timeline(incident.id)][1:]


def test_the_first_claim_may_act(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first = claim(ledger, incident, at)

    assert first.state is ClaimState.FRESH
    assert ledger.actions(incident.id) == (first.action,)
    assert ledger.action(first.action.id) == first.action
    assert (first.action.status, first.action.owner, first.action.request) == ("claimed", "me", {"a": 1})


def test_a_claim_never_confirmed_is_unfinished(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first = claim(ledger, incident, at)
    second = claim(ledger, incident, at)

    assert (second.state, second.action) == (ClaimState.UNFINISHED, first.action)
    assert whats(ledger, incident) == ["action_claimed", "action_claimed_again"]


def test_a_confirmed_action_is_done_and_comes_with_its_result(ledger: Ledger, incident: Incident, at: datetime) -> None:
    first = claim(ledger, incident, at)
    ledger.confirm_action(first.action.id, "verified", {"request_ids": ["r-1"]}, at)
    second = claim(ledger, incident, at)

    assert (second.state, second.action.status) == (ClaimState.DONE, "verified")
    assert (second.action.result, second.action.confirmed_at) == ({"request_ids": ["r-1"]}, at)
    assert whats(ledger, incident) == ["action_claimed", "action_confirmed"]


@pytest.mark.parametrize("changed", [{"kind": "login_off"}, {"target": "AKIDexample2"}, {"plan_hash": "plan-2"}])
def test_another_kind_target_or_plan_is_another_action(
    ledger: Ledger, incident: Incident, at: datetime, changed: dict[str, str]
) -> None:
    first = claim(ledger, incident, at)
    other = claim(ledger, incident, at, **changed)

    assert other.state is ClaimState.FRESH
    assert [each.id for each in ledger.actions(incident.id)] == [first.action.id, other.action.id]


def test_the_same_act_in_another_incident_is_another_action(ledger: Ledger, incident: Incident, at: datetime) -> None:
    other = incidents.opened(ledger, at, mode="auto")

    assert claim(ledger, incident, at).state is ClaimState.FRESH
    assert claim(ledger, other, at).state is ClaimState.FRESH


def test_of_racing_processes_exactly_one_may_act(
    ledger: Ledger, incident: Incident, race: Callable[[str, int], list[str]]
) -> None:
    rounds = zip(*(printed.split() for printed in race(CLAIM, 3)), strict=True)

    assert [sorted(states) for states in rounds] == [["fresh", "unfinished", "unfinished"]] * 20
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_of_racing_threads_exactly_one_may_act(ledger: Ledger, incident: Incident, at: datetime) -> None:
    with ThreadPoolExecutor(16) as pool:
        claims = list(pool.map(lambda number: claim(ledger, incident, at, target=f"t{number % 4}"), range(64)))

    fresh = [each.action.target for each in claims if each.state is ClaimState.FRESH]

    assert sorted(fresh) == ["t0", "t1", "t2", "t3"]
    assert ledger.verify_chain(incident.id) == ChainOk(length=65, head=ledger.timeline(incident.id)[-1].hash)


def test_after_a_kill_between_claim_and_confirmation_the_next_claim_is_unfinished(
    ledger: Ledger, incident: Incident, at: datetime, ledger_url: str, start: Callable[[str], "Popen[str]"]
) -> None:
    dead = start(CLAIM_AND_DIE)
    printed = dead.communicate()[0]
    reopened = open_ledger(ledger_url)
    found = claim(reopened, incident, at)
    reopened.close()

    assert (printed, dead.returncode) == ("fresh\n", -signal.SIGKILL)
    assert (found.state, found.action.owner, found.action.before) == (
        ClaimState.UNFINISHED,
        "dead",
        {"status": "Active"},
    )
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_a_kill_at_any_moment_loses_nothing_that_was_confirmed(
    ledger: Ledger, incident: Incident, start: Callable[[str], "Popen[str]"]
) -> None:
    busy = start(ACT_WITHOUT_END)
    assert busy.stdout is not None
    seen = [int(busy.stdout.readline()) for _ in range(20)]
    busy.kill()
    seen += [int(line) for line in busy.communicate()[0].split()]

    kept = ledger.actions(incident.id)

    assert {each.target for each in kept if each.status == "done"} >= {str(number) for number in seen}
    assert len([each for each in kept if each.status == "claimed"]) <= 1
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_the_first_state_before_the_act_stands(ledger: Ledger, incident: Incident, at: datetime) -> None:
    action_id = claim(ledger, incident, at).action.id
    first = ledger.save_before(action_id, {"status": "Active"}, at)
    same = ledger.save_before(action_id, {"status": "Active"}, at)
    after_the_act = ledger.save_before(action_id, {"status": "Inactive"}, at)

    assert first == same == after_the_act == ledger.action(action_id)
    assert (first.before, first.before_at) == ({"status": "Active"}, at)
    assert whats(ledger, incident) == ["action_claimed", "action_before", "action_before_ignored"]


def test_nothing_can_be_a_state_before_the_act(ledger: Ledger, incident: Incident, at: datetime) -> None:
    action_id = claim(ledger, incident, at).action.id
    unsaved = ledger.action(action_id)
    ledger.save_before(action_id, None, at)
    kept = ledger.save_before(action_id, {"boundary": "late"}, at)

    assert (unsaved.before, unsaved.before_at) == (None, None)
    assert (kept.before, kept.before_at) == (None, at)


def test_no_state_before_the_act_is_kept_after_its_confirmation(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    action_id = claim(ledger, incident, at).action.id
    ledger.confirm_action(action_id, "failed", {}, at)

    with pytest.raises(AlreadySettled, match="is confirmed as failed"):
        ledger.save_before(action_id, {}, at)


def test_confirming_the_same_twice_is_confirming_once(ledger: Ledger, incident: Incident, at: datetime) -> None:
    action_id = claim(ledger, incident, at).action.id
    first = ledger.confirm_action(action_id, "done", {"a": 1, "b": [1]}, at)
    second = ledger.confirm_action(action_id, "done", {"b": (1,), "a": 1}, at + timedelta(hours=1))

    assert first == second
    assert whats(ledger, incident) == ["action_claimed", "action_confirmed"]


@pytest.mark.parametrize(("status", "result"), [("failed", {"a": 1}), ("done", {"a": 2})])
def test_a_confirmed_action_is_not_confirmed_differently(
    ledger: Ledger, incident: Incident, at: datetime, status: str, result: dict[str, int]
) -> None:
    action_id = claim(ledger, incident, at).action.id
    ledger.confirm_action(action_id, "done", {"a": 1}, at)

    with pytest.raises(AlreadySettled, match="was confirmed as done"):
        ledger.confirm_action(action_id, status, result, at)
    assert ledger.action(action_id).result == {"a": 1}


@pytest.mark.parametrize("status", ["", "claimed"])
def test_a_confirmation_says_how_it_ended(ledger: Ledger, incident: Incident, at: datetime, status: str) -> None:
    action_id = claim(ledger, incident, at).action.id

    with pytest.raises(LedgerError, match="say how it ended"):
        ledger.confirm_action(action_id, status, {}, at)
    assert claim(ledger, incident, at).state is ClaimState.UNFINISHED


def test_an_unknown_action_is_said_to_be_unknown(ledger: Ledger, at: datetime) -> None:
    calls: list[Callable[[], object]] = [
        lambda: ledger.action("act-none"),
        lambda: ledger.save_before("act-none", {}, at),
        lambda: ledger.confirm_action("act-none", "done", {}, at),
    ]
    for call in calls:
        with pytest.raises(UnknownRow, match="knows no action act-none"):
            call()


def test_who_drives_an_incident_no_more_claims_nothing_new_and_nothing_unfinished(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    ledger.take_lease(incident.id, "me", at, timedelta(seconds=30))
    claim(ledger, incident, at, drives=True)
    later = at + timedelta(seconds=31)
    ledger.take_lease(incident.id, "another", later, timedelta(seconds=30))

    for target in ("AKIDexample1", "AKIDexample2"):
        with pytest.raises(DrivenElsewhere, match="another"):
            claim(ledger, incident, later, target=target, drives=True)

    assert claim(ledger, incident, later, target="AKIDexample3").state is ClaimState.FRESH  # an undo needs no lease
    assert claim(ledger, incident, later + timedelta(seconds=31), drives=True).state is ClaimState.UNFINISHED
