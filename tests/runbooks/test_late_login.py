"""The audit log is late: a login that turns up while its run waits or works changes what is asked, planned and told."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.sentences import both
from tasks.engine.questions import Accepted, wake
from tasks.engine.runs import RunState
from tasks.ledger.rows import IncidentStatus
from tasks.model.fact import Unknown
from tasks.sandbox.server import Sandbox
from tasks.steps.gather import _gather
from tasks.steps.look_for_late import look
from tests import incidents
from tests.answers import STOLEN
from tests.runbooks.late_stage import LATE, Begin, Late, later
from tests.upgrade import stage

pytestmark = pytest.mark.prefect

PEOPLE = """\
people:
  - {name: Li, principals: [alice], approver: true}
  - {name: Wang, approver: true}
  - {name: Zhao, approver: true}
  - {name: Qian}
"""
APPROVE = f"mode: approve\n{PEOPLE}"
AUTO = f"mode: auto\nauto_actions: [disable_access_key, quarantine]\nauto_signs: 1\n{PEOPLE}"
NO = {"answers": {"own_login": "no", "co_user": "no", "known_egress": "no"}, "answered_by": "Qian"}
TAKEN = ("event_awaited", "looked_for_event", "event_turned_up", "wait_ended", "event_taken_in")


@pytest.fixture
def begin(prefect_server: Any, tmp_path: Path, no_waiting: None) -> Iterator[Begin]:
    """Bring a run to its first question, before the audit log shows the login."""
    with ExitStack() as stack:

        def go(
            policy: str = APPROVE, scenario: str = LATE, *, given: dict[str, Any] | None = None, **changes: Any
        ) -> Late:
            sandbox = stack.enter_context(Sandbox.start(scenario))
            stack.enter_context(stage.at_work(tmp_path, sandbox, 1, {"POLICY": policy}))
            late = Late(sandbox, prefect_server.api_url, tmp_path)
            late.begin(**changes)
            late.walk(**(given or {}))
            return late

        yield go


def test_a_record_that_turns_up_while_a_question_waits_has_it_asked_anew(begin: Begin) -> None:
    late = begin(principal=None)
    before = late.waiting()

    late.looked(1)
    still = late.waiting().key
    late.sandbox.show_late_records()
    late.looked(3)
    woken = late.state()
    late.walk()
    after = late.waiting()

    assert (before.key, still, woken, after.key) == (
        "own-login-1",
        "own-login-1",
        RunState.SCHEDULED,
        "own-login-again-1",
    )
    assert "alice" not in before.description
    assert "alice" in after.description
    assert "alice@" in late.named()
    assert late.what(*TAKEN) == list(TAKEN)
    assert late.record()["facts"]["login"]["state"] == "known"
    assert late.chain_holds()


def test_answers_about_the_same_person_address_and_time_still_count(begin: Begin) -> None:
    late = begin(given={"answers": {"own_login": "no"}, "answered_by": "Qian"})
    before = late.waiting().key

    late.sandbox.show_late_records()
    late.looked(1)
    late.walk()

    assert (before, late.waiting().key) == ("co-user-1", "co-user-again-1")
    assert late.record()["answers"]["own_login"]["by"] == "Qian"
    assert late.answered() == ["own-login-1"]


def test_answers_about_somebody_else_are_asked_anew(begin: Begin) -> None:
    late = begin(principal=None, given={"answers": {"own_login": "no"}, "answered_by": "Qian"})
    before = late.waiting().key

    late.sandbox.show_late_records()
    late.looked(1)
    late.walk()

    assert (before, late.waiting().key) == ("co-user-1", "own-login-again-1")
    assert late.record()["answers"] == {}
    assert late.answered() == ["own-login-1"]


@pytest.mark.parametrize("changes", [{"ip": None}, {"login_time": None}], ids=["address", "time"])
def test_what_people_were_not_told_makes_another_question(begin: Begin, changes: dict[str, Any]) -> None:
    late = begin(given={"answers": {"own_login": "no"}, "answered_by": "Qian"}, **changes)

    late.sandbox.show_late_records()
    late.looked(1)
    late.walk()

    assert late.waiting().key == "own-login-again-1"


def test_a_record_that_turns_up_while_an_approval_waits_voids_it_and_makes_another_plan(begin: Begin) -> None:
    late = begin(f"approvals_needed: 2\n{APPROVE}", given=NO)
    late.say(late.waiting().key, decision="approve", approved_by="Wang", only=[])
    late.walk()
    old = late.waiting().key

    late.sandbox.show_late_records()
    late.looked(1)
    refused = late.say(old, decision="approve", approved_by="Zhao", only=[])
    late.walk()
    new, waiting = late.waiting(), late.record()
    late.say(new.key, decision="approve", approved_by="Zhao", only=[])
    late.walk()
    second, writes = late.waiting().key, stage.writes(late.sandbox)

    assert (old.rpartition("-")[2], new.key.rpartition("-")[2], second.rpartition("-")[2]) == ("2", "1", "2")
    assert old.split("-")[1] != new.key.split("-")[1] == second.split("-")[1]
    assert refused != Accepted()
    assert (waiting["approvals"], writes) == ([], [])
    assert "svc-backup" in new.description


def test_what_was_approved_anew_is_done_once_and_told_with_how_late_it_was(begin: Begin) -> None:
    late = begin(given=NO)
    old = late.waiting().key

    late.sandbox.show_late_records()
    late.looked(1)
    state = late.walk(**STOLEN | {"answered_by": "Qian", "approved_by": "Wang"})

    record = late.record()
    contained = {action["principal"]["name"] for action in record["actions"]}
    assert (old.split("-")[0], state, record["verdict"]) == ("containment", RunState.COMPLETED, "contained")
    assert contained == {"alice", "svc-backup"}
    assert set(Counter(stage.writes(late.sandbox)).values()) == {1}
    assert "appeared in the audit log" in record["reasons"][0]["en"]
    assert "minutes after" in str(next(one for one in record["timeline"] if one["what"] == "event_turned_up"))
    assert late.chain_holds()


def test_mode_auto_contains_as_soon_as_the_record_is_there(begin: Begin) -> None:
    late = begin(AUTO)
    before = stage.writes(late.sandbox)

    late.sandbox.show_late_records()
    late.looked(1)
    late.walk()
    done = {(each["kind"], each["by"]) for each in late.record()["actions"]}
    state = late.walk(**STOLEN | {"answered_by": "Qian", "approved_by": "Wang"})

    assert before == []
    assert done == {("disable_access_key", "policy"), ("quarantine", "policy")}
    assert (state, late.record()["verdict"]) == (RunState.COMPLETED, "contained")
    assert set(Counter(stage.writes(late.sandbox)).values()) == {1}
    assert late.chain_holds()


def test_a_run_at_work_hears_of_it_at_its_next_question(begin: Begin) -> None:
    late = begin()
    taken = late.say("own-login-1", answer="no", answered_by="Qian")

    late.sandbox.show_late_records()
    late.looked(1)
    late.walk()

    assert (taken, late.waiting().key, late.answered()) == (Accepted(), "co-user-again-1", ["own-login-1"])
    assert late.what("wait_ended") == []


def test_a_run_that_is_resumed_late_looks_by_itself(begin: Begin) -> None:
    late = begin()
    late.say("own-login-1", answer="no", answered_by="Qian")
    late.sandbox.show_late_records()

    with later(2):
        late.walk()

    assert late.waiting().key == "co-user-again-1"


def test_who_dies_between_the_find_and_the_wake_is_followed_by_any_other_process(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = begin()
    late.sandbox.show_late_records()
    with monkeypatch.context() as dying:
        dying.setattr("tasks.steps.tell_of_late.wake", dies)
        with pytest.raises(Died):
            late.looked(1)
    found, still = late.what(*TAKEN), late.state()

    late.looked(2)
    late.looked(2)
    late.walk()

    assert (found, still) == (["event_awaited", "event_turned_up", "wait_ended"], RunState.SUSPENDED)
    assert late.waiting().key == "own-login-again-1"
    assert Counter(late.what(*TAKEN)) == Counter(["event_awaited", "event_turned_up", "wait_ended", "event_taken_in"])


def test_an_answer_that_was_accepted_before_the_run_was_woken_is_not_lost(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = begin()
    late.sandbox.show_late_records()
    with monkeypatch.context() as dying:
        dying.setattr("tasks.steps.tell_of_late.wake", dies)
        with pytest.raises(Died):
            late.looked(1)

    taken = late.say("own-login-1", answer="no", answered_by="Qian")
    late.looked(2)
    late.walk()

    assert (taken, late.waiting().key) == (Accepted(), "co-user-again-1")
    assert late.record()["answers"]["own_login"]["by"] == "Qian"


def test_a_run_that_was_woken_without_need_asks_the_same_question_again(begin: Begin) -> None:
    late = begin()

    woken = asyncio.run(wake(late.waiting()))
    late.walk()
    taken = late.say("own-login-1", answer="no", answered_by="Qian")
    late.walk()

    assert (woken, taken, late.waiting().key) == (True, Accepted(), "co-user-1")


def test_what_never_turns_up_is_looked_for_five_times_and_said_so(begin: Begin) -> None:
    late = begin(policy=f"{APPROVE}", scenario="login-not-in-audit")
    asked, looks = late.waiting().description, len(searches(late))

    for minutes in (0.5, 1, 2, 3, 10, 30, 60, 120, 600):
        late.looked(minutes)

    shown = late.waiting()
    entries = [entry.detail for entry in ledger().timeline(late.incident.id) if entry.what == "looked_for_event"]
    assert len(searches(late)) - looks == 5
    assert [(one["look"], one["last"]) for one in entries] == [
        (1, False),
        (2, False),
        (3, False),
        (4, False),
        (5, True),
    ]
    assert "还会再查" in asked
    assert (shown.key, "始终没有显示这次登录" in shown.description) == ("own-login-1", True)
    assert shown.description.count("始终没有显示这次登录") == 1
    assert (late.record()["looks"]["made"], late.record()["looks"]["until"]) == (5, None)
    report = (late.home / "reports" / late.incident.id / "report.md").read_text(encoding="utf-8")
    assert "始终没有显示这次登录" in report


def test_looks_that_were_missed_are_made_up_for_by_one(begin: Begin) -> None:
    late = begin(scenario="login-not-in-audit")
    looks = len(searches(late))

    late.looked(35)
    late.looked(36)
    late.looked(61)

    assert len(searches(late)) - looks == 2
    assert late.record()["looks"]["made"] == 5


def test_a_look_that_the_cloud_refuses_is_said_and_the_next_one_finds_it(begin: Begin) -> None:
    late = begin()
    late.sandbox.show_late_records()
    late.sandbox.faults.set(deny=["cloudaudit:DescribeEvents"])
    late.looked(1)
    refused = late.waiting()
    late.sandbox.faults.clear()

    late.looked(3)
    late.walk()

    assert refused.key == "own-login-1"
    assert "cloudaudit:DescribeEvents" in refused.description.splitlines()[-1].replace("\\", "")
    assert late.waiting().key == "own-login-again-1"


def test_a_record_that_is_there_while_the_other_facts_are_not_is_gathered_soon_after(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = begin()
    late.sandbox.show_late_records()
    with monkeypatch.context() as changed:
        changed.setattr("tasks.steps.look_for_late._gather", without_the_login)
        late.looked(61)

    late.looked(63)
    late.walk()

    assert late.waiting().key == "own-login-again-1"


def test_one_whose_event_another_incident_answers_ends_as_its_duplicate(begin: Begin) -> None:
    late = begin(principal=None, ip=None)
    other = incidents.opened(ledger(), utc_now(), account="100000000001", endpoint=settings().endpoint)
    (event_id,) = {
        each.request_id for each in late.sandbox.world.log.events if each.visible_at and each.name == "ConsoleLogin"
    }
    ledger().claim_event(other.id, event_id, endpoint=settings().endpoint or "", at=utc_now())
    ledger().close_incident(other.id, "contained", utc_now())

    late.sandbox.show_late_records()
    late.looked(1)
    state = late.walk()

    assert (state, late.incident.verdict, late.incident.status) == (
        RunState.COMPLETED,
        "duplicate",
        IncidentStatus.CLOSED,
    )
    assert "witness" in [entry.what for entry in ledger().timeline(other.id)]


def test_two_processes_that_look_at_the_same_time_find_it_once(begin: Begin) -> None:
    late = begin()
    late.sandbox.show_late_records()
    seen = ledger().late_event(late.incident.id)
    assert seen is not None

    async def both() -> list[bool]:
        return list(await asyncio.gather(look(seen), look(seen)))

    with later(1):
        changed = asyncio.run(both())
    late.looked(1)
    late.walk()

    assert sorted(changed) == [False, True]
    assert late.what("event_turned_up") == ["event_turned_up"]
    assert late.waiting().key == "own-login-again-1"


def test_guided_steps_are_not_cut_short_and_the_case_is_judged_anew_after_them(begin: Begin) -> None:
    late = begin(given=NO | {"approvals": {"containment": "approve"}, "approved_by": "Wang"}, principal="root")
    guided = late.waiting().key

    late.sandbox.show_late_records()
    late.looked(1)
    late.looked(1)
    still = late.waiting()

    assert guided.startswith("manual-steps")
    assert still.key == guided


class Died(BaseException):
    """A process that was killed."""


async def dies(*_: Any) -> bool:
    raise Died


async def without_the_login(*args: Any, **more: Any) -> Any:
    facts = await _gather(*args, **more)
    return facts.model_copy(update={"login": Unknown(reason=both("限频", "throttled"))})


def searches(late: Late) -> list[str]:
    """What the audit log was asked for; nothing else reads it while a run waits."""
    return [call.request_id for call in stage.ours(late.sandbox) if call.action == "DescribeEvents"]
