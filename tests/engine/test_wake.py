"""A run that waits is woken without an answer: the server lets the wake or the answer win, and nothing is lost."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client

from tasks.engine.inplace import run_in_place
from tasks.engine.questions import Accepted, Refused, Waiting, answer, has_answer, waiting_question, waits_for, wake
from tasks.engine.recovery import ask_anew
from tasks.engine.runs import RunState, view

pytestmark = pytest.mark.prefect

APPROVE = {"choice": "批准 · approve"}


def asked(toy: Any) -> Waiting:
    """A run that waits with its first question."""
    run = toy.new_run(questions=1)
    assert asyncio.run(run_in_place(toy.flow, run)) is RunState.SUSPENDED
    found = asyncio.run(waiting_question(run))
    assert isinstance(found, Waiting)
    return found


def fired(run: UUID) -> set[str]:
    async def read() -> set[str]:
        async with get_client() as client:
            return set((await client.read_flow_run(run)).empirical_policy.pause_keys or ())

    return asyncio.run(read())


def test_a_run_that_is_woken_is_scheduled_and_takes_no_answer_any_more(toy: Any) -> None:
    question = asked(toy)

    woken = asyncio.run(wake(question))
    refused = asyncio.run(answer(question.flow_run_id, APPROVE, key=question.key))

    assert woken
    assert asyncio.run(view(question.flow_run_id)).state is RunState.SCHEDULED
    assert isinstance(refused, Refused)
    assert not asyncio.run(has_answer(question.flow_run_id, question.key))


def test_an_answer_that_was_first_stands_and_there_is_nothing_to_wake(toy: Any) -> None:
    question = asked(toy)

    taken = asyncio.run(answer(question.flow_run_id, APPROVE, key=question.key))
    woken = asyncio.run(wake(question))
    again = asyncio.run(ask_anew(question.flow_run_id, question.key))
    state = asyncio.run(run_in_place(toy.flow, question.flow_run_id))

    assert (taken, woken, again, state) == (Accepted(), False, None, RunState.COMPLETED)
    assert asyncio.run(has_answer(question.flow_run_id, question.key))


def test_a_question_that_was_not_asked_before_is_not_asked_anew(toy: Any) -> None:
    question = asked(toy)

    asyncio.run(ask_anew(question.flow_run_id, "another"))
    before = fired(question.flow_run_id)
    asyncio.run(ask_anew(question.flow_run_id, question.key))

    assert (before, fired(question.flow_run_id)) == ({question.key}, set())


def test_a_question_that_is_asked_anew_is_the_same_question(toy: Any) -> None:
    question = asked(toy)
    anew = question.model_copy(update={"key": "own-login-again-2"})

    assert waits_for(anew, "own_login")
    assert not waits_for(anew, "co_user")
    assert not waits_for(anew.model_copy(update={"key": "own-login-later-2"}), "own_login")
