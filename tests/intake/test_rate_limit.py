"""How many messages a sender may bring."""

import pytest

from tasks.intake.rate_limit import Bucket


def test_a_minutes_messages_may_come_at_once_and_no_more() -> None:
    bucket = Bucket(per_minute=3)

    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_s(0.0) == pytest.approx(20.0)


def test_a_place_comes_back_with_time_and_never_more_than_a_minutes() -> None:
    bucket = Bucket(per_minute=60)
    used = [bucket.take(0.0) for _ in range(60)]

    assert all(used)
    assert (bucket.take(0.5), bucket.wait_s(1.0), bucket.take(1.0), bucket.take(1.0)) == (False, 0.0, True, False)
    assert sum(bucket.take(10_000.0) for _ in range(100)) == 60
