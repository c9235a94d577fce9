"""The one way into the cloud: a call by name, our value or our error out.

Products go through the SDK's common client, for their own clients are slow to import and drop fields they don't know.
The SDK's `StandardRetryer` repeats calls that succeeded, so it is never used: nothing is tried twice in here.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr
from requests.exceptions import RequestException
from requests.utils import get_environ_proxies, should_bypass_proxies
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tasks.cloud.api import Answer, Call, Called, Site
from tasks.cloud.credentials import credential_of, secrets_of
from tasks.cloud.error_codes import error_of
from tasks.cloud.mask import read_json
from tasks.cloud.products import CAM, CLOUDAUDIT, STS, Product
from tasks.cloud.rate_limit import RateLimit
from tasks.cloud.transport import Transport
from tasks.errors import CloudError, CloudRefused, SettingsError, Silent

TIMEOUT_S = 10  # to connect, and between two bytes of an answer; the SDK knows no total
ENDPOINT_VARIABLE = "RUNBOOKS_CLOUD_ENDPOINT"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONTAINED_BY = (CAM, STS, CLOUDAUDIT)  # products that containment calls: of others nothing is kept free for it
ROOT_DOMAIN = {"cn": "tencentcloudapi.com", "intl": "intl.tencentcloudapi.com"}
"""Of the products' hosts: tencentcloud.com 598/32224 (of 2024-12) and 362/32163 (of 2025-10)."""

SDK_LOG = logging.getLogger("tencentcloud_sdk_common")

Language = Literal["zh-CN", "en-US"]


@dataclass(frozen=True)
class Cloud:
    """One account of the cloud, by one credential.

    Args:
        credential: the SDK's credential object; rotating ones refresh themselves.
        endpoint: base URL that stands for every product; None for the vendor's own.
        secrets: strings that must never leave in an error's text.
        on_call: is told of every call; may be called from any thread.
        rate_limit: keeps calls below the limit of the account.
        background: whether others overtake its calls, where both would run into the cloud's limit.
    """

    credential: Any = field(repr=False)
    endpoint: str | None = None
    site: Site = "cn"
    region: str = "ap-guangzhou"
    language: Language = "zh-CN"
    secrets: tuple[SecretStr, ...] = field(default=(), repr=False)
    on_call: Callable[[Called], None] | None = field(default=None, repr=False, compare=False)
    rate_limit: RateLimit = field(default_factory=RateLimit, repr=False, compare=False)
    background: bool = False
    _idle: dict[Product, deque[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @property
    def key_id(self) -> str:
        """SecretId that calls are signed with; may wait, where the credential refreshes itself."""
        return str(self.credential.get_credential_info()[0] or "")

    def call(self, call: Call) -> Answer:
        """Call once; an answer where a field of `require` is missing or null counts as refused."""
        started, error = time.monotonic(), ""
        region = call.region or self.region
        self.rate_limit.wait(call.name, background=self.background and call.product in CONTAINED_BY)
        try:
            return _checked(self._send(call, region), call)
        except CloudError as exc:
            error = type(exc).__name__
            raise
        finally:
            if self.on_call:
                self.on_call(Called(call.name, region, time.monotonic() - started, error))

    def in_background(self) -> "Cloud":
        """This cloud for what is not urgent; it shares the connections and the limits."""
        other = replace(self, background=True)
        for shared in ("_idle", "_lock"):
            object.__setattr__(other, shared, getattr(self, shared))  # it is frozen, and this is still making it
        return other

    def _send(self, call: Call, region: str) -> dict[str, Any]:
        """Borrow a client that nobody else uses, so that its warm connection is used again, and call."""
        with self._lock:
            idle = self._idle.setdefault(call.product, deque())
            client = idle.pop() if idle else None
        try:
            client = client or self._client(call.product)
            client.region = region
            answer = read_json(client.call(call.action, dict(call.params)))
        except TencentCloudSDKException as exc:
            if exc.code != "ClientNetworkError":  # an error was answered, so the connection is sound
                idle.append(client)
            raise self._fault(call.name, str(exc.code), exc.message, exc.requestId) from exc
        except (RequestException, ValueError, KeyError, TypeError) as exc:
            raise Silent(call.name, "BrokenAnswer", type(exc).__name__) from exc
        idle.append(client)
        return self._opened(answer, call.name)

    def _opened(self, answer: Any, name: str) -> dict[str, Any]:
        """Take the body out; an error in it that the SDK overlooked (it does, for odd content types) is raised."""
        body = answer.get("Response") if isinstance(answer, dict) else None
        if not isinstance(body, dict):
            raise Silent(name, "BrokenAnswer", "no Response in it")
        found = body.get("Error")
        if isinstance(found, dict):
            raise self._fault(name, str(found.get("Code")), found.get("Message"), body.get("RequestId"))
        return body

    def _client(self, product: Product) -> Any:
        """The SDK's client, which signs, on a connection of ours where no proxy stands between."""
        client = self._vendors(product)
        url = self.endpoint or f"https://{product.service}.{ROOT_DOMAIN[self.site]}"
        if _direct(url):
            client.request = Transport(url, TIMEOUT_S)
        return client

    def _vendors(self, product: Product) -> Any:
        base = urlsplit(self.endpoint) if self.endpoint else None
        http = HttpProfile(
            protocol=base.scheme if base else "https",
            endpoint=base.netloc if base else None,
            reqTimeout=TIMEOUT_S,
            keepAlive=True,
            rootDomain=ROOT_DOMAIN[self.site],
        )
        profile = ClientProfile(httpProfile=http, language=self.language, disable_region_breaker=True)
        SDK_LOG.setLevel(logging.WARNING)  # its debug lines hold signed headers, and answers with their secrets
        return CommonClient(*product, self.credential, self.region, profile)

    def _fault(self, name: str, code: str, message: object, request_id: object) -> CloudError:
        text = message.decode(errors="replace") if isinstance(message, bytes) else str(message or "")
        for secret in self.secrets:
            text = text.replace(secret.get_secret_value(), "***")
        return error_of(name, code, text, str(request_id or ""))


def connect(
    *,
    endpoint: str | None = None,
    site: Site = "cn",
    region: str = "ap-guangzhou",
    language: Language = "zh-CN",
    environ: Mapping[str, str] | None = None,
) -> Cloud:
    """The account that the environment's credential opens; no call is made yet.

    Raises:
        SettingsError: no credential, half of one, or an endpoint that is none.
    """
    env = os.environ if environ is None else environ
    base, credential = _base_url(endpoint), credential_of(env)
    return Cloud(credential, base, site, region, language, secrets_of(env))


def _base_url(url: str | None) -> str | None:
    """The base URL without its last slash; SettingsError where the SDK would misread it, or others read along."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError as exc:
        raise SettingsError(ENDPOINT_VARIABLE, "is no address; give one such as http://127.0.0.1:8765") from exc
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsError(ENDPOINT_VARIABLE, "give a base URL without a path, such as http://127.0.0.1:8765")
    if parts.scheme == "http" and not _stays_here(parts.hostname):
        mend = f"http://{parts.hostname} sends new passwords in clear to another machine; give its https:// address"
        raise SettingsError(ENDPOINT_VARIABLE, mend)
    return f"{parts.scheme}://{parts.netloc}"


def _stays_here(host: str) -> bool:
    """Whether what is sent to a host never leaves this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK


def _checked(body: dict[str, Any], call: Call) -> Answer:
    request_id = str(body.get("RequestId") or "")
    missing = [key for key in call.require if body.get(key) is None]
    if missing:
        raise CloudRefused(call.name, "MissingField", f"the answer lacks {', '.join(missing)}", request_id)
    return Answer(body, request_id, call.name, datetime.now(UTC))


def _direct(url: str) -> bool:
    """Whether no proxy stands between, or may: the SDK misses NO_PROXY where the address has a port."""
    host = urlsplit(url).hostname
    return host in LOOPBACK or should_bypass_proxies(url, None) or not get_environ_proxies(url, None)
