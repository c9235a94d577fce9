"""One call as a value, its answer, and whatever can be called like the cloud.

A client that stands around another one subclasses `Wrapper`, which takes about three lines:

    class CountingClient(Wrapper):
        def call(self, call: Call) -> Answer:
            self.calls += 1
            return self.inner.call(call)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from tasks.cloud.products import Product

READ_VERBS = ("Describe", "Get", "List", "Query")
"""How the names of actions begin that change nothing, among those that are called here."""

Site = Literal["cn", "intl"]


@dataclass(frozen=True)
class Call:
    """What the cloud is asked, or told to do.

    Args:
        params: sent as they are; shown nowhere, for one may be a password.
        region: None for the account's own.
        require: fields of the answer; one where any is missing or null counts as refused.
    """

    product: Product
    action: str
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    region: str | None = None
    require: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Product and action as CAM names them, such as `cam:ListUsers`."""
        return f"{self.product.service}:{self.action}"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it may be repeated."""
        return self.action.startswith(READ_VERBS)

    def requiring(self, *fields: str) -> "Call":
        """This call, whose answer must have these fields."""
        return replace(self, require=fields)

    def with_params(self, more: Mapping[str, Any]) -> "Call":
        """This call with further parameters."""
        return replace(self, params={**self.params, **more})


class Answer(NamedTuple):
    """What the cloud said.

    Args:
        body: the content of `Response`, as it came.
        action: product and action, such as `cam:ListUsers`.
        at: when it came.
        masked: whether the body's secrets are gone already.
    """

    body: dict[str, Any]
    request_id: str
    action: str
    at: datetime
    masked: bool = False


class Called(NamedTuple):
    """One call, for those who count: its error's class name, or empty."""

    action: str
    region: str
    seconds: float
    error: str


class Api(Protocol):
    """Whatever can be called like the cloud: itself, or a client around it that retries or keeps evidence."""

    @property
    def site(self) -> Site:
        """Which of the vendor's two clouds."""

    @property
    def key_id(self) -> str:
        """SecretId that calls are signed with; may wait, where the credential refreshes itself."""

    def call(self, call: Call) -> Answer:
        """Call once; raise an error of ours or return an answer that has every required field."""


class Wrapper:
    """A client around another one: who it is it passes on; what a call does besides, a subclass says."""

    def __init__(self, inner: Api) -> None:
        self.inner = inner

    @property
    def site(self) -> Site:
        """Which of the vendor's two clouds."""
        return self.inner.site

    @property
    def key_id(self) -> str:
        """SecretId that calls are signed with."""
        return self.inner.key_id

    def call(self, call: Call) -> Answer:
        """Call through the inner client."""
        return self.inner.call(call)
