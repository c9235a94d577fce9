"""No loop ends the process: what ends one is said once, counted, shown, and the loop begun again."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tasks.errors import EngineError, LedgerError
from tasks.metrics import LOOP_ENDS
from tasks.serving import guard
from tasks.serving.guard import Guard

AWAY = LedgerError("The ledger is locked.")
DEFECT = AttributeError("no such field")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FIRST_REST_S", 0.0)
    monkeypatch.setattr(guard, "LONGEST_REST_S", 0.0)


def ending(*errors: Exception) -> Callable[[], Any]:
    """A loop that ends by these errors, one after the other, and then by itself."""
    left = list(errors)

    async def loop() -> None:
        if left:
            raise left.pop(0)

    return loop


@pytest.mark.parametrize(
    "error",
    [AWAY, EngineError("gone"), httpx.ConnectError("refused"), OSError(28, "No space left"), DEFECT],
    ids=lambda error: type(error).__name__,
)
def test_whatever_ends_a_loop_it_is_begun_again_and_that_is_counted(error: Exception) -> None:
    kind = type(error).__name__
    before = LOOP_ENDS.labels("a loop", kind)._value.get()

    asyncio.run(Guard().keep("a loop", ending(error, error)))

    assert LOOP_ENDS.labels("a loop", kind)._value.get() == before + 2


def test_it_is_said_once_a_kind_a_defect_with_its_place_and_that_it_goes_on_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asyncio.run(Guard().keep("a loop", ending(AWAY, AWAY, DEFECT)))

    assert [record.message for record in caplog.records] == [
        "a loop is held up, and is tried again: The ledger is locked.",
        "a loop was ended by a defect, and is begun again",
        "a loop goes on again",
    ]
    assert [record.exc_info is not None for record in caplog.records] == [False, True, False]


def test_it_is_shown_until_the_loop_has_gone_on_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "WELL_S", 0.0)
    held, begun = Guard(), list[dict[str, str]]()

    async def loop() -> None:
        begun.append(dict(held.down))
        if len(begun) == 1:
            raise AWAY
        while held.down:  # noqa: ASYNC110 - it is well once the loop's clock says so
            await asyncio.sleep(0)

    asyncio.run(held.keep("a loop", loop))

    assert begun == [{}, {"a loop": "LedgerError"}]
    assert not held.down


def test_a_loop_that_is_cancelled_is_not_begun_again() -> None:
    async def cancelled() -> bool:
        keeping = asyncio.create_task(Guard().keep("a loop", lambda: asyncio.sleep(3600)))
        await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.wait({keeping})
        return keeping.cancelled()

    assert asyncio.run(cancelled())
