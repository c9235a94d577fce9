"""What the sandbox knows of an action."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tasks.sandbox.shapes import Shape
from tasks.sandbox.world import Request

Answer = dict[str, Any]
Handler = Callable[[Request], Answer]

CALLS_PER_S = 20  # the real API's limit for nearly every action
POLICY_WRITES_PER_S = 10  # CAM's for CreatePolicy, DeletePolicy, Attach* and Detach*
FEW_CALLS_PER_S = 5  # CAM's for ListAttachedUserAllPolicies (598/67728), UpdateAccessKey (tencentcloud.com 598/52592)
SOME_CALLS_PER_S = 10  # CAM's for ListAttachedRolePolicies (598/36220); all three read 2026-11-28


@dataclass(frozen=True)
class Action:
    """One action of one product.

    Args:
        title: its Chinese name in the audit log.
        takes: its parameters.
        write: whether it changes anything.
        sensitive: whether the audit log marks it.
        regional: whether a call must name a region.
        subject: the parameter or answer field that names the resource in the audit log.
    """

    service: str
    version: str
    name: str
    title: str
    takes: Shape
    do: Handler = field(repr=False)
    write: bool = False
    sensitive: bool = False
    regional: bool = False
    per_second: int = CALLS_PER_S
    subject: str = ""

    @property
    def operation(self) -> str:
        """Its name in CAM policies."""
        return f"{self.service}:{self.name}"
