"""A result is kept under the run, the step and what makes the call distinct: never under the fields of values."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.states import AwaitingRetry, Pending, Running

from tasks.engine.deployments import ensure_deployment
from tasks.engine.inplace import run_in_place
from tasks.engine.runs import create_run
from tasks.engine.step import step
from tasks.errors import Unreadable
from tasks.ledger.errors import LedgerBusy
from tasks.model.base import Value
from tasks.steps.open_case import this_run

Body = Callable[[], Awaitable[Any]]
InARun = Callable[[Body], Any]


class Older(Value):
    name: str
    colour: str = "red"


class Newer(Value):
    name: str
    shape: str = "round"


class Other(Value):
    count: int


@pytest.fixture
def in_a_run(prefect_server: Any) -> InARun:
    """Run a body as a flow's, and return what it returns."""

    def run(body: Body) -> Any:
        returned: list[Any] = []

        @flow
        async def steps() -> None:
            returned.append(await body())

        async def whole() -> None:
            deployment_id = await ensure_deployment(steps, "steps", entrypoint="test_step.py:steps")
            made = await create_run(deployment_id, {}, tags=[], idempotency_key=None)
            await run_in_place(steps, made.id)

        asyncio.run(whole())
        return returned[0]

    return run


async def pass_of(call: Awaitable[Any]) -> Any:
    """Await a call as a pass of its own through the flow's body: what is remembered of others is not seen."""

    async def alone() -> Any:
        return await call

    return await asyncio.create_task(alone())


def kept_by_an_older_version() -> Callable[..., Awaitable[Older]]:
    @step("look · {name}", name="look", distinct=("name",))
    async def look(value: Older, name: str) -> Older:
        return value

    return look


def test_a_later_version_reads_what_an_older_one_kept_and_does_not_do_it_again(in_a_run: InARun) -> None:
    done: list[str] = []

    @step("looks · {name}", name="look", distinct=("name",))
    async def renamed(name: str, value: Newer) -> Newer:
        done.append(name)
        return value

    async def body() -> tuple[Newer, Newer]:
        await pass_of(kept_by_an_older_version()(Older(name="alice"), "a"))
        first = await pass_of(renamed("a", Newer(name="bob", shape="square")))
        return first, await pass_of(renamed("b", Newer(name="bob")))

    assert in_a_run(body) == (Newer(name="alice"), Newer(name="bob"))
    assert done == ["b"]


def test_a_result_that_cannot_be_read_names_the_step_the_field_and_the_mend(in_a_run: InARun) -> None:
    @step("look", name="look", distinct=("name",))
    async def look(name: str) -> Other:
        return Other(count=1)

    async def body() -> Any:
        await pass_of(kept_by_an_older_version()(Older(name="alice"), "a"))
        with pytest.raises(Unreadable) as raised:
            await pass_of(look("a"))
        return str(raised.value)

    assert in_a_run(body) == (
        'step ["look", "a"] was kept by another version and can\'t be read: count: Field required. '
        "Only that version reads it; the alert can be answered anew: `runbooks respond --again`."
    )


def test_the_first_pass_goes_on_from_what_a_later_one_will_read(in_a_run: InARun) -> None:
    @step("look", name="look")
    async def look() -> dict[str, Any]:
        return {"names": ("alice", "bob")}

    async def body() -> Any:
        return await look(), await look()

    assert in_a_run(body) == ({"names": ["alice", "bob"]}, {"names": ["alice", "bob"]})


def test_another_run_does_it_itself(in_a_run: InARun) -> None:
    done: list[str] = []

    @step("look", name="look", distinct=("names",))
    async def look(names: tuple[str, ...]) -> None:
        done.extend(names)

    async def body() -> None:
        await look(("a", "b"))
        await look(("a", "b"))

    in_a_run(body)
    in_a_run(body)

    assert done == ["a", "b", "a", "b"]


def test_a_call_that_would_be_given_the_result_of_another_is_refused(in_a_run: InARun) -> None:
    @step("act", name="act", distinct=("name",))
    async def act(name: str, value: Older) -> str:
        return f"{name} {value.name}"

    async def body() -> Any:
        await act("a", Older(name="alice"))
        with pytest.raises(TypeError, match="called before with other arguments"):
            await act("a", Older(name="bob"))
        return await act("b", Older(name="bob"))

    assert in_a_run(body) == "b bob"


def test_a_flag_left_out_is_a_flag_given_as_its_default(in_a_run: InARun) -> None:
    done: list[bool] = []

    @step("act", name="act", distinct=("again",))
    async def act(*, again: bool = False) -> bool:
        done.append(again)
        return again

    async def body() -> Any:
        return [await act(), await act(again=False), await act(again=True)]

    assert in_a_run(body) == [False, False, True]
    assert done == [False, True]


@pytest.mark.parametrize("distinct", ["value", "optional", "missing"])
def test_what_tells_calls_apart_has_no_fields(distinct: str) -> None:
    async def act(value: Older, optional: str | None) -> str:
        return f"{value} {optional}"

    with pytest.raises(TypeError, match=f"'act': '{distinct}' must be an argument of type str, int, bool or tuple"):
        step("act", name="act", distinct=(distinct,))(act)


def test_the_type_of_a_result_may_be_known_only_when_the_step_is_called(in_a_run: InARun) -> None:
    @step("look", name="look")
    async def look() -> "_Late":
        return _Late(name="alice")

    assert in_a_run(look) == _Late(name="alice")


class _Late(Value):
    name: str


@pytest.mark.parametrize(
    ("by_others", "done"),
    [((), ["first", "second"]), ((AwaitingRetry, Pending, Running), ["first"])],
)
def test_a_process_that_was_silent_does_nothing_more_to_a_run_that_others_took_over(
    in_a_run: InARun, monkeypatch: pytest.MonkeyPatch, by_others: tuple[Callable[[], Any], ...], done: list[str]
) -> None:
    monkeypatch.setattr("tasks.engine.fence.SILENT_S", -1.0)  # each step comes after a silence
    did: list[str] = []

    @step("{name}", name="leave_a_trace", distinct=("name",))
    async def leave_a_trace(name: str) -> str:
        did.append(name)
        return name

    async def body() -> None:
        await leave_a_trace("first")
        async with get_client() as client:
            for state in by_others:
                await client.set_flow_run_state(UUID(this_run()), state(), force=True)
        await leave_a_trace("second")

    with suppress(IndexError):  # a pass that gives way returns nothing
        in_a_run(body)

    assert did == done


@pytest.mark.parametrize(("by_others", "then"), [((), "FAILED"), ((AwaitingRetry, Pending, Running), "RUNNING")])
def test_a_step_that_fails_after_a_silence_fails_no_run_that_others_took_over_meanwhile(
    in_a_run: InARun, monkeypatch: pytest.MonkeyPatch, by_others: tuple[Callable[[], Any], ...], then: str
) -> None:
    monkeypatch.setattr("tasks.engine.fence.SILENT_S", -1.0)
    runs: list[str] = []

    @step("breaks", name="breaks")
    async def breaks() -> str:
        runs.append(this_run())
        async with get_client() as client:
            for state in by_others:
                await client.set_flow_run_state(UUID(this_run()), state(), force=True)
        raise LedgerBusy("The ledger is locked.")

    async def state() -> str | None:
        async with get_client() as client:
            known = (await client.read_flow_run(UUID(runs[0]))).state
        return known.type.value if known is not None else None

    with suppress(IndexError):
        in_a_run(breaks)

    assert asyncio.run(state()) == then
