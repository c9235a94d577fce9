"""The cloud, its audit log, and a call on its way through them."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from tasks.sandbox.audit import AuditLog
from tasks.sandbox.state import Cloud, Person, Role


class World(BaseModel):
    """All that changes; what the state file keeps."""

    cloud: Cloud
    log: AuditLog = Field(default_factory=AuditLog)


@dataclass(frozen=True)
class Caller:
    """Who calls.

    Args:
        uin: a person's uin, or a role's id.
        key: the SecretId that signed the call; empty for the web console.
        token: of the web console's session or of temporary credentials.
    """

    uin: str
    name: str
    identity: str
    person: Person | None = None
    role: Role | None = None
    key: str = ""
    token: str = ""
    mfa: bool = False

    @property
    def is_root(self) -> bool:
        """Whether the main account itself calls."""
        return self.identity == "Root"


@dataclass(frozen=True)
class Request:
    """One call, checked.

    Args:
        now: unix seconds with fractions.
        arrived: when it came, before a delay; 0 where there was no way to come.
        ip: where it comes from.
        shown_as: the name the audit log gives it, where the console calls it otherwise.
    """

    service: str
    action: str
    params: dict[str, Any]
    caller: Caller
    now: float
    ip: str
    world: World
    region: str = ""
    console: bool = False
    agent: str = ""
    shown_as: str = ""
    request_id: str = ""
    arrived: float = 0.0

    @property
    def cloud(self) -> Cloud:
        """The state that the call reads and writes."""
        return self.world.cloud

    @property
    def at(self) -> int:
        """The time of the call in whole seconds."""
        return int(self.now)

    def get(self, name: str, default: Any = None) -> Any:
        """Read a parameter; one that was sent as null is absent."""
        value = self.params.get(name)
        return default if value is None else value
