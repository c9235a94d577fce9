"""The audit log is late: a login that turns up while its run waits or works changes what is asked, planned and told."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.cloud.rate_limit import RateLimit
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.sentences import both
from tasks.engine.questions import Accepted, wake
from tasks.engine.runs import RunState
from tasks.errors import EngineError
from tasks.ledger.rows import Incident, IncidentStatus
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Login
from tasks.sandbox.server import Sandbox
from tasks.steps.gather import _gather
from tasks.steps.keep_looking import look_for_run
from tasks.steps.look_for_late import look
from tasks.steps.open_anew import open_anew
from tests import incidents
from tests.answers import STOLEN
from tests.people import BOB
from tests.reporting import samples
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
            policy: str = APPROVE,
            scenario: str = LATE,
            *,
            given: dict[str, Any] | None = None,
            before: Callable[[Late], object] = lambda _: None,
            **changes: Any,
        ) -> Late:
            sandbox = stack.enter_context(Sandbox.start(scenario))
            stack.enter_context(stage.at_work(tmp_path, sandbox, 1, {"POLICY": policy}))
            late = Late(sandbox, prefect_server.api_url, tmp_path)
            before(late)
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


def test_looks_leave_room_for_containment(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    late = begin()
    late.sandbox.show_late_records()
    waited: list[tuple[str, bool]] = []
    monkeypatch.setattr(RateLimit, "wait", lambda _, name, *, background=False: waited.append((name, background)))

    late.looked(1)

    contained_by = [background for name, background in waited if name.startswith(("cam:", "sts:", "cloudaudit:"))]
    assert set(contained_by) == {True}
    assert late.what("event_turned_up") == ["event_turned_up"]


def test_a_wait_before_a_silent_log_is_answered_long_after(begin: Begin) -> None:
    late = begin(scenario="login-not-in-audit")

    with later(720):
        state = late.walk(**STOLEN | {"answered_by": "Qian", "approved_by": "Wang"})

    record = late.record()
    assert (state, record["verdict"]) == (RunState.COMPLETED, "contained")
    assert late.answered()[:3] == ["own-login-1", "co-user-1", "known-egress-1"]
    assert (record["looks"]["made"], record["looks"]["until"]) == (5, None)


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
    late = begin(principal=None)
    other = claimed_elsewhere(late)

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


def test_a_record_of_another_name_stays_unknown_and_is_named_in_the_reason(begin: Begin) -> None:
    late = begin(principal="bob")
    late.sandbox.show_late_records()

    late.looked(1)
    shown = late.waiting()
    late.looked(3)

    assert shown.key == late.waiting().key == "own-login-1"
    assert "alice" in shown.description.splitlines()[-1]
    assert late.waiting().description == shown.description
    assert late.what("event_turned_up", "wait_ended") == []
    assert late.record()["looks"]["made"] == 1


def test_a_login_that_was_made_after_an_alert_without_a_time_is_not_the_one_that_it_means(begin: Begin) -> None:
    late = begin(login_time=None)
    ip, log = late.sandbox.alert()["ip"], late.sandbox.world.log
    meant = next(each for each in log.events if each.ip == ip)
    known = ledger().late_event(late.incident.id)
    assert known is not None
    after = int(known.first_at.timestamp()) + 1  # records are written to the second
    log.add(replace(meant, seq=log.ordinal(), at=after, visible_at=0, request_id="console-after"))

    late.looked(1)
    still = late.waiting().key
    late.sandbox.show_late_records()
    late.looked(3)
    late.walk()

    assert (still, late.waiting().key) == ("own-login-1", "own-login-again-1")
    assert late.record()["facts"]["login"]["value"]["event"]["id"] == meant.request_id


def test_what_turns_up_while_it_contains_is_contained_by_an_approval_of_its_own(begin: Begin) -> None:
    late = begin(given=NO)
    first = late.waiting().key
    taken = late.say(first, decision="approve", approved_by="Wang", only=[])
    late.sandbox.show_late_records()
    late.looked(1)

    late.walk()
    done = {action["principal"]["name"] for action in late.record()["actions"]}
    second = late.waiting()
    state = late.walk(**STOLEN | {"answered_by": "Qian", "approved_by": "Zhao"})

    contained = {action["principal"]["name"] for action in late.record()["actions"]}
    assert (taken, done, contained) == (Accepted(), {"alice"}, {"alice", "svc-backup"})
    assert first.split("-")[1] != second.key.split("-")[1]
    assert (state, late.record()["verdict"]) == (RunState.COMPLETED, "contained")
    assert set(Counter(stage.writes(late.sandbox)).values()) == {1}


def test_a_run_in_the_terminal_is_looked_after_by_its_own_process(begin: Begin) -> None:
    late = begin()
    late.sandbox.show_late_records()
    assert late.run is not None

    asyncio.run(look_for_run(late.run))
    early = late.state()
    with later(1):
        asyncio.run(look_for_run(late.run))

    assert (early, late.state()) == (RunState.SUSPENDED, RunState.SCHEDULED)


def test_a_server_that_is_away_keeps_nothing_from_being_found_and_told_later(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    late = begin()
    late.sandbox.show_late_records()
    with monkeypatch.context() as away:
        away.setattr("tasks.steps.tell_of_late.waiting_question", is_away)
        late.looked(1)
    found = late.what("event_turned_up", "wait_ended")

    late.looked(1)

    assert (found, late.state()) == (["event_turned_up"], RunState.SCHEDULED)
    assert f"{late.incident.id}: looking again, or telling of it, failed for now (EngineError)" in caplog.text


def test_a_record_that_turns_up_after_the_end_opens_an_incident_that_names_the_old_one(begin: Begin) -> None:
    late = begin("mode: observe\n", given=NO)
    ended, old = late.state(), late.incident
    late.sandbox.show_late_records()

    late.looked(1)
    late.looked(3)

    (new,) = [each for each in ledger().incidents() if each.id != old.id]
    named = [entry.detail for entry in ledger().timeline(new.id) if entry.what == "opened_anew_for"]
    report = (late.home / "reports" / old.id / "report.md").read_text(encoding="utf-8")
    assert (ended, new.status, new.alert) == (RunState.COMPLETED, IncidentStatus.OPEN, old.alert)
    assert (named, late.what("opened_anew_as")) == ([{"incident_id": old.id}], ["opened_anew_as"])
    assert late.incident.verdict == old.verdict
    assert "做出判断时，操作审计里还没有这次登录的记录" in report


def test_after_the_end_nothing_is_opened_for_an_event_that_another_incident_has(begin: Begin) -> None:
    late = begin("mode: observe\n", given=NO)
    claimed_elsewhere(late)

    late.sandbox.show_late_records()
    late.looked(1)

    assert late.what("event_turned_up", "event_taken_in") == ["event_turned_up", "event_taken_in"]
    assert len(ledger().incidents()) == 2


def test_two_processes_open_it_anew_once(begin: Begin) -> None:
    late = begin("mode: observe\n", given=NO)
    late.sandbox.show_late_records()
    seen = ledger().late_event(late.incident.id)
    assert seen is not None
    with later(1):
        asyncio.run(look(seen))

    opened = [open_anew(found) for _ in range(2) if (found := ledger().late_event(late.incident.id))]

    assert [each is not None for each in opened] == [True, False]
    assert len(ledger().incidents()) == 2


def test_a_duplicate_stays_one_as_long_as_the_log_shows_that_very_login_for_it(begin: Begin) -> None:
    late = begin(before=shown_and_claimed)
    ended = (late.state(), late.incident.verdict)

    for minutes in (1, 3, 10, 30, 60, 90):
        late.looked(minutes)

    found = ledger().late_event(late.incident.id)
    assert found is not None
    assert ended == (RunState.COMPLETED, "duplicate")
    assert (found.looks, found.due_at, found.found_at) == (5, None, None)
    assert len(ledger().incidents()) == 2


def test_a_duplicate_is_freed_where_another_login_may_be_the_one_that_its_alert_means(begin: Begin) -> None:
    late = begin(before=shown_and_claimed, principal=None)
    old, log = late.incident, late.sandbox.world.log
    login = next(each for each in log.events if each.ip == late.sandbox.alert()["ip"])
    log.add(replace(login, seq=log.ordinal(), who=BOB.uin, user=BOB.name, request_id="console-bob"))

    late.looked(1)

    (new,) = [each for each in ledger().incidents() if each.status is IncidentStatus.OPEN]
    assert old.verdict == "duplicate"
    assert late.what("event_doubted", "opened_anew_as") == ["event_doubted", "opened_anew_as"]
    assert new.alert == old.alert


class Died(BaseException):
    """A process that was killed."""


async def dies(*_: Any) -> bool:
    raise Died


async def is_away(*_: Any) -> None:
    raise EngineError("the server is away")


async def without_the_login(*args: Any, **more: Any) -> Any:
    facts = await _gather(*args, **more)
    return facts.model_copy(update={"login": Unknown(reason=both("限频", "throttled"))})


def claimed_elsewhere(late: Late) -> Incident:
    """Let another incident, which was decided on the login's record and is over, be about it."""
    endpoint = settings().endpoint or ""
    other = incidents.opened(ledger(), utc_now(), account="100000000001", endpoint=endpoint)
    ip = late.sandbox.alert()["ip"]
    logins = (each for each in late.sandbox.world.log.events if each.name == "ConsoleLogin" and each.ip == ip)
    event_id = next(logins).request_id
    ledger().claim_event(other.id, event_id, endpoint=endpoint, at=utc_now())
    shown = samples.facts(login=Known[Login](value=Login(event=samples.event(id=event_id))))
    ledger().save_record(other.id, samples.record(facts=shown).model_dump(mode="json"), utc_now())
    return ledger().close_incident(other.id, "contained", utc_now())


def shown_and_claimed(late: Late) -> None:
    """Let the log show the login at once, and another incident have it."""
    late.sandbox.show_late_records()
    claimed_elsewhere(late)


def searches(late: Late) -> list[str]:
    """What the audit log was asked for; nothing else reads it while a run waits."""
    return [call.request_id for call in stage.ours(late.sandbox) if call.action == "DescribeEvents"]
