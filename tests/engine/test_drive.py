"""Runs are driven in place: asked, answered, resumed, refused, taken over."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from prefect._flow_run_suspension import _active_flow_run_suspension_requests as at_work
from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import SetStateStatus
from prefect.input import RunInput
from prefect.states import AwaitingRetry, Cancelled, Cancelling, Crashed, Failed, Suspended

from tasks.engine.drive import drive, wait_for_resume
from tasks.engine.inplace import run_in_place
from tasks.engine.questions import Accepted, BrokenWait, Refused, Waiting, answer, waiting_question
from tasks.engine.recovery import take_up
from tasks.engine.runs import RunState, view
from tasks.errors import EngineError
from tests.waiting import FOR_EVER_S

pytestmark = pytest.mark.prefect

APPROVE = {"choice": "批准 · approve"}
DECLINE = {"choice": "拒绝 · decline"}
ALL_LINES = [
    "body",
    "look_up alice",
    "body",
    "answer 0 批准 · approve",
    "act 0 批准 · approve",
    "acted 0 批准 · approve",
    "body",
    "answer 0 批准 · approve",
    "answer 1 拒绝 · decline",
    "act 1 拒绝 · decline",
    "acted 1 拒绝 · decline",
    "end",
]


def answering(**by_key: dict[str, Any]) -> Callable[[Waiting], Awaitable[None]]:
    async def on_waiting(question: Waiting) -> None:
        assert await answer(question.flow_run_id, by_key[question.key], key=question.key) == Accepted()

    return on_waiting


@pytest.fixture
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is at work is looked at more often than in earnest."""
    monkeypatch.setattr("tasks.engine.inplace.WATCH_S", 0.1)


async def ignore(question: Waiting) -> None:
    assert question.key


def test_a_run_goes_through_both_questions_and_does_each_thing_once(toy: Any) -> None:
    run = toy.new_run()

    state = asyncio.run(drive(toy.flow, run, on_waiting=answering(q0=APPROVE, q1=DECLINE)))

    assert state is RunState.COMPLETED
    assert toy.lines() == ALL_LINES
    assert asyncio.run(view(run)).name == "toy alice"


def test_a_question_shows_its_form_and_its_text(toy: Any) -> None:
    run = toy.new_run()
    assert asyncio.run(run_in_place(toy.flow, run)) is RunState.SUSPENDED

    question = asyncio.run(waiting_question(run))

    assert isinstance(question, Waiting)
    assert question.key == "q0"
    assert question.form["properties"]["choice"]["enum"] == ["批准 · approve", "拒绝 · decline"]
    assert question.form["properties"]["choice"]["title"] == "决定 · Decision"
    assert question.form["required"] == ["choice", "about"]
    assert question.description.startswith("# 问题 0\n\n20")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "required"),
        ({"choice": "yes"}, "not one of"),
        (APPROVE | {"more": 1}, "more"),
        ({"choice": {"__prefect_kind": "jinja", "template": "批准 · approve"}}, "__prefect_kind"),
    ],
)
def test_an_answer_that_the_form_does_not_admit_is_refused_and_the_run_waits_on(
    toy: Any, given: dict[str, Any], reason: str
) -> None:
    run = toy.new_run()
    asyncio.run(run_in_place(toy.flow, run))

    refused = asyncio.run(answer(run, given))

    assert isinstance(refused, Refused)
    assert reason in refused.reason
    assert asyncio.run(view(run)).state is RunState.SUSPENDED


def test_the_first_answer_is_final(toy: Any) -> None:
    run = toy.new_run(questions=1)
    asyncio.run(run_in_place(toy.flow, run))

    first, second = asyncio.run(answer(run, DECLINE)), asyncio.run(answer(run, APPROVE))
    asyncio.run(run_in_place(toy.flow, run))

    assert first == Accepted()
    assert second == Refused(reason="Cannot resume a flow run that is not paused.")
    assert "answer 0 拒绝 · decline" in toy.lines()


def test_an_answer_to_another_question_than_the_one_asked_is_refused(toy: Any) -> None:
    run = toy.new_run()
    asyncio.run(run_in_place(toy.flow, run))

    refused = asyncio.run(answer(run, APPROVE, key="q1"))

    assert isinstance(refused, Refused)
    assert asyncio.run(view(run)).state is RunState.SUSPENDED


def test_a_run_that_nobody_answers_stays_suspended_and_is_driven_on_later(toy: Any) -> None:
    run = toy.new_run(questions=1)

    before = asyncio.run(drive(toy.flow, run, on_waiting=ignore, timeout_s=1))
    after = asyncio.run(drive(toy.flow, run, on_waiting=answering(q0=APPROVE)))

    assert (before, after) == (RunState.SUSPENDED, RunState.COMPLETED)
    assert toy.lines().count("look_up alice") == 1


def test_an_answer_that_is_prepared_may_take_longer_than_people_are_waited_for(toy: Any) -> None:
    run = toy.new_run(questions=1)

    async def slowly(question: Waiting) -> bool:
        await asyncio.sleep(0.1)
        return await answer(question.flow_run_id, APPROVE, key=question.key) == Accepted()

    state = asyncio.run(drive(toy.flow, run, on_waiting=ignore, prepared=slowly, timeout_s=0.001))

    assert state is RunState.COMPLETED


def test_an_answer_from_elsewhere_ends_the_asking_here(toy: Any) -> None:
    run = toy.new_run(questions=1)
    ended: list[str] = []

    async def prompt(question: Waiting) -> None:
        assert await answer(question.flow_run_id, APPROVE) == Accepted()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(question.key)

    assert asyncio.run(drive(toy.flow, run, on_waiting=prompt)) is RunState.COMPLETED
    assert ended == ["q0"]


def test_what_goes_wrong_while_asking_is_not_swallowed(toy: Any) -> None:
    async def fail(question: Waiting) -> None:
        raise ValueError(question.key)

    run = toy.new_run()

    with pytest.raises(ValueError, match="q0"):
        asyncio.run(drive(toy.flow, run, on_waiting=fail))


def test_of_two_that_want_a_run_one_gets_it(toy: Any) -> None:
    run = toy.new_run()

    async def both() -> list[RunState]:
        return await asyncio.gather(run_in_place(toy.flow, run), run_in_place(toy.flow, run))

    assert sorted(asyncio.run(both())) == [RunState.NOT_OURS, RunState.SUSPENDED]
    assert toy.lines() == ["body", "look_up alice"]


def test_a_run_that_waits_is_nobodys_to_run(toy: Any) -> None:
    run = toy.new_run()
    asyncio.run(run_in_place(toy.flow, run))

    assert asyncio.run(run_in_place(toy.flow, run)) is RunState.NOT_OURS


def test_the_same_idempotency_key_gives_the_same_run(toy: Any) -> None:
    key = str(toy.journal)

    assert toy.new_run(key=key) == toy.new_run(key=key, name="bob")


def test_a_flow_that_fails_says_why(toy: Any) -> None:
    toy.journal.mkdir()
    run = toy.new_run()

    assert asyncio.run(run_in_place(toy.flow, run)) is RunState.FAILED
    assert "IsADirectoryError" in asyncio.run(view(run)).message


def test_waiting_for_a_resume_ends_when_the_run_is_cancelled(toy: Any) -> None:
    run = toy.new_run()
    asyncio.run(run_in_place(toy.flow, run))

    async def cancel() -> RunState:
        async with get_client() as client:
            await client.set_flow_run_state(run, Cancelling())
        return await wait_for_resume(run, timeout_s=FOR_EVER_S)

    assert asyncio.run(cancel()) is RunState.CANCELLED


@pytest.mark.usefixtures("looking_often")
def test_a_cancel_from_the_ui_ends_a_run_that_is_at_work_here(toy: Any) -> None:
    run = toy.new_run(questions=1)
    toy.journal.with_suffix(".block").touch()

    async def cancel_at_work() -> RunState:
        driving = asyncio.create_task(drive(toy.flow, run, on_waiting=answering(q0=APPROVE)))
        await _until(toy, "act 0 批准 · approve")
        async with get_client() as client:
            await client.set_flow_run_state(run, Cancelling())
        return await driving

    assert asyncio.run(cancel_at_work()) is RunState.CANCELLED
    assert asyncio.run(view(run)).state is RunState.CANCELLED
    assert "acted 0 批准 · approve" not in toy.lines()


def test_a_question_that_was_never_written_down_is_asked_again_and_earlier_answers_stay(
    toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.engine.drive.BROKEN_GRACE_S", 0.1)  # nobody is just about to write it
    run = toy.new_run()
    asyncio.run(_to_second(toy, run))

    async def lose_the_question() -> BrokenWait | Waiting | None:
        async with get_client() as client:
            await client.delete_flow_run_input(run, "suspended-q1-schema")
        return await waiting_question(run)

    broken = asyncio.run(lose_the_question())
    refused = asyncio.run(answer(run, DECLINE))
    state = asyncio.run(drive(toy.flow, run, on_waiting=answering(q1=DECLINE)))

    assert broken == BrokenWait(flow_run_id=run, key="q1")
    assert refused == Refused(reason="Run input schema not found.")
    assert state is RunState.COMPLETED
    assert [line for line in toy.lines() if line.startswith("act ")] == ["act 0 批准 · approve", "act 1 拒绝 · decline"]


async def _to_second(toy: Any, run: Any) -> None:
    await run_in_place(toy.flow, run)
    await answer(run, APPROVE)
    assert await run_in_place(toy.flow, run) is RunState.SUSPENDED


def test_a_run_whose_process_was_killed_while_it_waited_is_driven_on_by_another(toy: Any, start_driver: Any) -> None:
    run = toy.new_run()
    process = start_driver(run)
    assert process.stdout.readline() == "waiting q0\n"
    process.kill()
    process.wait()

    state = asyncio.run(drive(toy.flow, run, on_waiting=answering(q0=APPROVE, q1=DECLINE)))

    assert state is RunState.COMPLETED
    assert toy.lines() == ALL_LINES


def test_a_run_whose_process_was_killed_at_work_is_adopted_and_keeps_answers_and_results(
    toy: Any, start_driver: Any
) -> None:
    run = toy.new_run(questions=1)
    stop = toy.journal.with_suffix(".block")
    stop.touch()
    process = start_driver(run)
    assert process.stdout.readline() == "waiting q0\n"
    assert asyncio.run(answer(run, APPROVE)) == Accepted()
    asyncio.run(_until(toy, "act 0 批准 · approve"))
    process.kill()
    process.wait()
    stop.unlink()

    left = asyncio.run(take_up(run, "its process died", seen=UUID(int=1)))
    taken = asyncio.run(take_up(run, "its process died"))
    state = asyncio.run(drive(toy.flow, run, on_waiting=ignore))

    assert (left, taken, state) == (RunState.RUNNING, RunState.SCHEDULED, RunState.COMPLETED)
    assert toy.lines().count("look_up alice") == 1
    assert toy.lines().count("act 0 批准 · approve") == 2
    assert toy.lines()[-2:] == ["acted 0 批准 · approve", "end"]


async def _until(toy: Any, line: str) -> None:
    await _sooner_or_later(lambda: line in toy.lines())


async def _sooner_or_later(come: Callable[[], bool]) -> None:
    while not come():  # noqa: ASYNC110 - a file or the engine changes, which tell no event
        await asyncio.sleep(0.02)


def test_a_run_that_was_interrupted_here_is_adopted_with_its_answers(toy: Any) -> None:
    run = toy.new_run(questions=1)
    stop = toy.journal.with_suffix(".block")
    stop.touch()

    async def interrupt() -> None:
        driving = asyncio.create_task(drive(toy.flow, run, on_waiting=answering(q0=APPROVE)))
        await _until(toy, "act 0 批准 · approve")
        driving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await driving

    asyncio.run(interrupt())
    crashed = asyncio.run(view(run)).state
    stop.unlink()
    asyncio.run(take_up(run, "its process died"))
    state = asyncio.run(drive(toy.flow, run, on_waiting=ignore))

    assert (crashed, state) == (RunState.CRASHED, RunState.COMPLETED)
    assert toy.lines().count("answer 0 批准 · approve") == 2


def test_a_run_that_is_cut_off_between_its_suspension_and_its_question_writes_the_question_first(
    toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, write = toy.new_run(), RunInput.asave
    suspended, go_on = asyncio.Event(), asyncio.Event()

    async def late(form: Any, *arguments: Any, **named: Any) -> None:
        suspended.set()
        await go_on.wait()
        await write.__func__(form, *arguments, **named)  # type: ignore[attr-defined] # that of this very form

    monkeypatch.setattr(RunInput, "asave", classmethod(late))

    async def cut_off() -> Waiting | BrokenWait | None:
        running = asyncio.create_task(run_in_place(toy.flow, run))
        await suspended.wait()
        running.cancel()
        for _ in range(20):  # turns of the loop, in which the cancel comes down to the form
            await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        return await waiting_question(run)

    assert isinstance(asyncio.run(cut_off()), Waiting)


@pytest.mark.parametrize("ended", [Crashed(), Cancelled(), Failed()])
def test_a_key_that_was_spent_without_an_answer_asks_again_and_earlier_answers_stay(toy: Any, ended: Any) -> None:
    run = toy.new_run()
    asyncio.run(_to_second(toy, run))

    async def end_and_schedule() -> None:
        async with get_client() as client:
            for row in ("schema", "description"):
                await client.delete_flow_run_input(run, f"suspended-q1-{row}")
            await client.set_flow_run_state(run, ended, force=True)
            await client.set_flow_run_state(run, AwaitingRetry(), force=True)

    asyncio.run(end_and_schedule())
    state = asyncio.run(drive(toy.flow, run, on_waiting=answering(q1=DECLINE)))

    assert state is RunState.COMPLETED
    assert [line for line in toy.lines() if line.startswith("act ")] == ["act 0 批准 · approve", "act 1 拒绝 · decline"]


def test_a_retry_from_the_ui_after_a_crash_asks_again_and_takes_the_new_answer(toy: Any) -> None:
    run = toy.new_run(questions=1)
    asyncio.run(run_in_place(toy.flow, run))
    asyncio.run(answer(run, APPROVE))

    async def crash_and_retry() -> None:
        async with get_client() as client:
            await client.set_flow_run_state(run, Crashed(), force=True)
            await client.set_flow_run_state(run, AwaitingRetry())

    asyncio.run(crash_and_retry())
    state = asyncio.run(drive(toy.flow, run, on_waiting=answering(q0=DECLINE)))

    assert state is RunState.COMPLETED
    assert [line for line in toy.lines() if line.startswith("answer")] == ["answer 0 拒绝 · decline"]


@pytest.mark.usefixtures("looking_often")
def test_a_suspension_from_the_ui_in_the_middle_of_work_is_held_until_it_is_resumed_there(toy: Any) -> None:
    run = toy.new_run()
    stop = toy.journal.with_suffix(".block")
    stop.touch()

    async def suspend_at_work() -> RunState:
        driving = asyncio.create_task(drive(toy.flow, run, on_waiting=answering(q0=APPROVE, q1=DECLINE), poll_s=0.1))
        await _until(toy, "act 0 批准 · approve")
        async with get_client() as client:
            await client.set_flow_run_state(run, Suspended(pause_key="by-hand"))
            await _sooner_or_later(at_work[run].is_requested)
            stop.unlink()
            await _sooner_or_later(lambda: run not in at_work)
            assert (await client.resume_flow_run(run)).status is SetStateStatus.ACCEPT
        return await driving

    assert asyncio.run(suspend_at_work()) is RunState.COMPLETED
    assert [line for line in toy.lines() if line.startswith("act ")] == ["act 0 批准 · approve", "act 1 拒绝 · decline"]


def test_a_run_that_does_not_exist_is_an_error_that_names_it(toy: Any) -> None:
    with pytest.raises(EngineError, match=str(toy.deployment_id)):
        asyncio.run(waiting_question(toy.deployment_id))
