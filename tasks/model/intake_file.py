"""The intake file: who may bring alerts, and how that is proved."""

from enum import StrEnum
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, AnyHttpUrl, Field, IPvAnyNetwork, StringConstraints, model_validator

from tasks.model.address import Network, parse_address
from tasks.model.base import Value

SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


WIDEST_IPV4, WIDEST_IPV6 = 8, 16
"""Bits that a proxies' network has at least: nobody owns more, and whoever is believed can take on any address."""
UNIQUE_LOCAL = ip_network("fc00::/7")  # RFC 4193: everybody's own, and so as narrow as it is


def _own_proxies(network: Network) -> Network:
    """Refuse a network that holds strangers, too."""
    widest = WIDEST_IPV4 if isinstance(network, IPv4Network) else WIDEST_IPV6
    if network.prefixlen < widest and network != UNIQUE_LOCAL:
        raise ValueError(f"{network} is not a network of your proxies; name theirs, such as 192.0.2.0/24")
    return network


def _public(url: AnyHttpUrl) -> AnyHttpUrl:
    """Refuse a base that a link can't begin with, or that would send it over the net in clear."""
    if url.username is not None or url.password is not None:
        raise ValueError("has a name or password in it, which each link would show; leave them out")
    if url.query is not None or url.fragment is not None:
        raise ValueError("has a `?` or `#`, behind which no link can go on; end it before")
    if url.scheme == "http" and not _is_this_machine(url.host or ""):
        raise ValueError("is http, by which anybody on the way can read a link and use it; write https")
    return url


def _is_this_machine(host: str) -> bool:
    address = parse_address(host)
    return host == "localhost" if address is None else address.is_loopback


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
        per_minute: messages a minute that are taken which hold an alert, and ten times as many that hold none, 600 at
            least; more are refused with 429.
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
            with it. Plain http only for this machine itself; no name, password, query or fragment.
        trusted_proxies: networks of reverse proxies whose `X-Forwarded-For` is believed; nobody else's is. An IPv4
            network has 8 bits at least, an IPv6 one 16.
    """

    sources: tuple[IntakeSource, ...] = ()
    public_url: Annotated[AnyHttpUrl, AfterValidator(_public)] | None = None
    trusted_proxies: tuple[Annotated[IPvAnyNetwork, AfterValidator(_own_proxies)], ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("two sources have the same name; each address belongs to one sender")
        return self
