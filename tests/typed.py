"""What a command line that was typed came to."""

from collections.abc import Callable

Typed = Callable[..., tuple[int, str, str]]
"""Runs `runbooks` with such words; its exit status, and what it printed to both streams."""
