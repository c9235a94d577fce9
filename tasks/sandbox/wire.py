"""The wire: TC3-HMAC-SHA256 requests in, answers out."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request as HttpRequest

from tasks.sandbox.errors import ApiError, missing, wrong_type
from tasks.sandbox.people import home_ip, key_caller, secret_of, session_caller
from tasks.sandbox.state import Cloud, Key
from tasks.sandbox.world import Caller, Request, World

SKEW_MAX_S = 300  # the API refuses a request whose clock is off by more
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>[^/]+)/(?P<service>[^/]+)/tc3_request, "
    r"SignedHeaders=(?P<headers>[^,]+), Signature=(?P<signature>[0-9a-f]+)",
)


@dataclass(frozen=True)
class Signed:
    """The parts of an Authorization header."""

    key: str
    date: str
    service: str
    headers: tuple[str, ...]
    signature: str


def read(http: HttpRequest, body: bytes, world: World, *, now: float) -> tuple[Request, str]:
    """Make a checked call of an HTTP request; give it with the API version that it asks for."""
    action, version = _header(http, "X-TC-Action", "Action"), _header(http, "X-TC-Version", "Version")
    signed = _authorization(http)
    caller = _caller(http, body, signed, world.cloud, now=now)
    request = Request(
        service=signed.service,
        action=action,
        params=_params(body),
        caller=caller,
        now=now,
        ip=http.headers.get("X-Forwarded-For") or home_ip(world.cloud, caller),
        world=world,
        region=http.headers.get("X-TC-Region", ""),
        agent=http.headers.get("X-TC-RequestClient", ""),
    )
    return request, version


def sign(secret: str, signed: Signed, *, timestamp: str, canonical: str) -> str:
    """Compute the signature of a canonical request."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    scope = f"{signed.date}/{signed.service}/tc3_request"
    key = f"TC3{secret}".encode()
    for part in (signed.date, signed.service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _header(http: HttpRequest, name: str, parameter: str) -> str:
    value = http.headers.get(name)
    if not value:
        raise missing(parameter)
    return value


def _authorization(http: HttpRequest) -> Signed:
    match = AUTHORIZATION.fullmatch(http.headers.get("Authorization", ""))
    if match is None:
        raise ApiError("AuthFailure.InvalidAuthorization", "The Authorization header does not follow TC3-HMAC-SHA256.")
    parts = match.groupdict()
    headers = tuple(parts.pop("headers").split(";"))
    return Signed(headers=headers, **parts)


def _caller(http: HttpRequest, body: bytes, signed: Signed, cloud: Cloud, *, now: float) -> Caller:
    timestamp = _fresh_timestamp(http, now)
    found, secret = secret_of(cloud, signed.key)
    if found is None or (isinstance(found, Key) and not found.active):
        raise ApiError(
            "AuthFailure.SecretIdNotFound",
            "The SecretId is not found, please ensure that your SecretId is correct and enabled.",
        )
    expected = sign(secret, signed, timestamp=timestamp, canonical=_canonical(http, body, signed))
    dated = datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d") == signed.date
    if not dated or not hmac.compare_digest(expected, signed.signature):
        raise ApiError("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")
    if isinstance(found, Key):
        caller = key_caller(cloud, found)
        found.last_used, found.last_ip = int(now), http.headers.get("X-Forwarded-For") or home_ip(cloud, caller)
        return caller
    if http.headers.get("X-TC-Token") != found.token or found.expires <= now:
        raise ApiError("AuthFailure.TokenFailure", "The token is not valid or has expired.")
    return session_caller(cloud, found)


def _fresh_timestamp(http: HttpRequest, now: float) -> str:
    timestamp = _header(http, "X-TC-Timestamp", "Timestamp")
    if not timestamp.isdecimal():
        raise wrong_type("Timestamp")
    if abs(now - int(timestamp)) > SKEW_MAX_S:
        raise ApiError("AuthFailure.SignatureExpire", "The signature has expired: check the clock of this machine.")
    return timestamp


def _canonical(http: HttpRequest, body: bytes, signed: Signed) -> str:
    """Rebuild what was signed; the Host is taken as it came, for the SDK may sign a whole URL there."""
    headers = "".join(f"{name}:{http.headers.get(name, '').strip()}\n" for name in signed.headers)
    unsigned = http.headers.get("X-TC-Content-SHA256") == "UNSIGNED-PAYLOAD"
    payload = hashlib.sha256(b"UNSIGNED-PAYLOAD" if unsigned else body).hexdigest()
    return f"{http.method}\n/\n\n{headers}\n{';'.join(signed.headers)}\n{payload}"


def _params(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("InvalidParameter", "The body is not valid JSON.") from error
    if not isinstance(params, dict):
        raise ApiError("InvalidParameter", "The body must be a JSON object.")
    return params
