"""What many ask for at once is looked up once."""

import asyncio

import pytest

from tasks.serving import remembered
from tasks.serving.remembered import Remembered


def test_a_hundred_who_ask_at_once_cost_one_look_and_a_second_later_there_is_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks, now = list[int](), [0.0]
    monkeypatch.setattr(remembered, "monotonic", lambda: now[0])

    async def look() -> int:
        await asyncio.sleep(0)
        looks.append(1)
        return len(looks)

    async def asked() -> list[set[int]]:
        known = Remembered(look)
        found = list[set[int]]()
        for now[0] in (0.0, 0.9, 1.0):
            found.append(set(await asyncio.gather(*(known.get() for _ in range(100)))))
        return found

    assert asyncio.run(asked()) == [{1}, {1}, {2}]


def test_a_look_that_fails_is_not_remembered() -> None:
    async def look() -> int:
        looks.append(1)
        if len(looks) == 1:
            raise OSError
        return len(looks)

    async def asked() -> int:
        known = Remembered(look)
        with pytest.raises(OSError):  # noqa: PT011 - it has no words
            await known.get()
        return await known.get()

    looks = list[int]()

    assert asyncio.run(asked()) == 2
