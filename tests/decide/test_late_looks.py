"""When it is looked again for what the audit log did not show."""

from datetime import timedelta

import pytest

from tasks.decide.late_looks import AGAIN, GRACE, LOOKS_AFTER, last_look, looks_due, next_look, try_again
from tests.scene import AT


def after(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "due", "following"),
    [
        (0, 0, 1),
        (0.99, 0, 1),
        (1, 1, 3),
        (3, 2, 10),
        (10, 3, 30),
        (29.9, 3, 30),
        (30, 4, 60),
        (59.9, 4, 60),
        (60, 5, None),
        (600, 5, None),
    ],
)
def test_it_is_looked_after_1_3_10_30_and_60_minutes_and_no_more(
    minutes: float, due: int, following: float | None
) -> None:
    at = AT + after(minutes)

    assert looks_due(AT, at) == due
    assert next_look(AT, at) == (None if following is None else AT + after(following))


def test_the_last_look_is_after_an_hour() -> None:
    assert last_look(AT) == AT + timedelta(hours=1) == AT + LOOKS_AFTER[-1]


def test_what_failed_though_the_record_is_there_is_tried_again_soon_but_not_for_ever() -> None:
    end = last_look(AT) + GRACE

    assert try_again(AT, AT) == AT + AGAIN
    assert try_again(AT, end - timedelta(seconds=1)) == end - timedelta(seconds=1) + AGAIN
    assert try_again(AT, end) is None
