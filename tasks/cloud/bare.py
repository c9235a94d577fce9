"""The vendor's client with nothing of ours around it: what a benchmark compares with."""

from collections.abc import Callable
from typing import Any

from tasks.cloud.client import Cloud

BareCall = Callable[[str, dict[str, Any]], dict[str, Any]]
"""`call(action, params)`: one call after another on one connection."""


def bare_call(cloud: Cloud, service: str, version: str) -> BareCall:
    """The SDK's own way to call one product of this account."""
    call: BareCall = cloud._client(service, version).call_json  # noqa: SLF001 - of the same package
    return call
