"""Retries without their waits."""

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Try as often as in earnest, without the waits between."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield
