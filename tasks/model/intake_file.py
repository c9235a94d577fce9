"""The intake file: who may bring alerts, and how that is proved."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AnyHttpUrl, Field, IPvAnyNetwork, StringConstraints, model_validator

from tasks.model.base import Value

SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Road(StrEnum):
    """The shapes in which alerts come; one adapter each."""

    GENERIC = "generic"
    TEXT = "text"
    SMS_FORWARDER = "sms_forwarder"
    CLOUD_MONITOR = "cloud_monitor"
    EVENTBRIDGE = "eventbridge"
    CSIP = "csip"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class Proof(StrEnum):
    """How a sender proves its identity.

    hmac: signature of id, time and body in headers (Standard Webhooks). bearer: a token in `Authorization`.
    sign: `timestamp` and `sign` as robots and SMS forwarders send them, in the query or in the body.
    basic: name and password in the URL, for senders that can do no other.
    key: a token in the query, for senders of robot messages that can do no other.
    """

    HMAC = "hmac"
    BEARER = "bearer"
    SIGN = "sign"
    BASIC = "basic"
    KEY = "key"


class IntakeSource(Value):
    """One sender.

    Args:
        name: the last part of its address: `POST /alerts/<name>`.
        road: what its messages look like.
        proof: how it proves who it is.
        secret_env: environment variable that holds its secret (for basic: `name:password`).
        secret_file: file that holds it; one of the two must be given.
        per_minute: messages a minute that are taken; more are refused with 429.
        window_s: how far the time in a signature may be off our clock, in seconds.
    """

    name: SourceName
    road: Road = Road.GENERIC
    proof: Proof = Proof.BEARER
    secret_env: str | None = None
    secret_file: Path | None = None
    per_minute: int = Field(default=600, ge=1)
    window_s: int = Field(default=300, ge=1, le=3600)

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret_env is None) == (self.secret_file is None):
            raise ValueError("a source needs its secret: give secret_env or secret_file, and only one of them")
        return self


class IntakeFile(Value):
    """Who may bring alerts, and how the intake is reached: `RUNBOOKS_INTAKE`.

    Args:
        sources: the senders; without any, one source `default` takes generic alerts by bearer token.
        public_url: what people reach the intake by, such as `https://runbooks.example.com`; check-in links begin
            with it.
        trusted_proxies: networks of reverse proxies whose `X-Forwarded-For` is believed; nobody else's is.
    """

    sources: tuple[IntakeSource, ...] = ()
    public_url: AnyHttpUrl | None = None
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("two sources have the same name; each address belongs to one sender")
        return self
