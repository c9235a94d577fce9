"""Lines that were typed."""

import asyncio
import os

from tasks.cli.stdin import Lines


def test_what_was_typed_for_another_question_is_forgotten_and_what_is_typed_then_is_not() -> None:
    reader, writer = os.pipe()
    lines = Lines(reader)
    os.write(writer, b"first\nsecond\nthird")

    async def story() -> list[str | None]:
        heard = [await lines.next()]
        lines.forget()
        os.write(writer, b"fourth\n")
        heard.append(await lines.next())
        os.close(writer)
        return [*heard, await lines.next()]

    assert asyncio.run(story()) == ["first", "fourth", None]
    os.close(reader)
