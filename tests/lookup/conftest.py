"""Retries without their waits."""

import pytest


@pytest.fixture(autouse=True)
def _no_waiting(no_waiting: None) -> None:
    """Every test here looks facts up."""
