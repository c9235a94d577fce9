"""Whether a message comes from the sender that it says: pure, and the same time whatever is wrong."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import unquote

from pydantic import SecretStr

from tasks.errors import InputError
from tasks.intake.body import opened
from tasks.intake.signatures import feishu_signature, robot_signature, same, webhook_key, webhook_signature
from tasks.model.intake_file import IntakeSource, Proof

UNPROVEN, STALE = 401, 403
SIGNATURES_MAX = 10  # in one header; keys change over, but not that often
TIMESTAMP_DIGITS = 16
MILLISECONDS_FROM = 10**11  # as seconds this would be the year 5138
OFFERED_MAX = 4  # timestamps and signatures that are tried in JSON that is broken; a template names one of each
_STAMP = re.compile(r"[\"']timestamp[\"']\s{0,4}:\s{0,4}[\"']?(\d{1,16})(?!\d)")
_SIGNATURE = re.compile(r"[\"']sign[\"']\s{0,4}:\s{0,4}[\"']([^\"'\s]{1,200})[\"']")
KEYS = ("key", "access_token")  # as WeCom's and DingTalk's robots call the token in their addresses


@dataclass(frozen=True)
class Proven:
    """The sender is proved.

    Args:
        nonce: hex digest of what may be used once only; empty where nothing is signed.
        nonce_until: until when it could be used again.
        again: hex digest of the nonce and the body, where the signature is not the body's: the very same message may
            come again, for a sender that was not answered sends it as it was; no other message may.
        is_shared: whether several messages honestly have it, for the time that is signed is a second.
    """

    nonce: str = ""
    nonce_until: datetime | None = None
    again: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class Unproven:
    """The sender is not, or can't show it.

    Args:
        status: of HTTP.
        reason: names the field and the mend, and nothing secret.
    """

    status: int
    reason: str


WEBHOOK_LACKS = Unproven(UNPROVEN, "webhook-signature: send webhook-id, webhook-timestamp and webhook-signature")


@dataclass(frozen=True)
class Request:
    """What the proof is looked for in; headers in lower case or any mapping that does not mind."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    now: datetime


def prove(
    source: IntakeSource,
    secret: SecretStr,
    *,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> Proven | Unproven:
    """Say whether the message proves its sender."""
    return _WAYS[source.proof](source, secret.get_secret_value(), Request(headers, query, body, now))


def unproven_by_its_head(
    source: IntakeSource, secret: SecretStr, *, headers: Mapping[str, str], query: Mapping[str, str], now: datetime
) -> Unproven | None:
    """Say what a message lacks whose head alone shows that it proves nothing; None where the body must be read.

    So no stranger's body is read where the proof stands before it.
    """
    request = Request(headers, query, b"", now)
    if source.proof is Proof.HMAC:
        return None if all(_webhook(request)) else WEBHOOK_LACKS
    if source.proof is Proof.SIGN and "sign" not in query:
        return None
    found = _WAYS[source.proof](source, secret.get_secret_value(), request)
    return found if isinstance(found, Unproven) else None


def _webhook(request: Request) -> tuple[str, str, str]:
    """Id, timestamp and signatures as Standard Webhooks names them; empty where they are missing."""
    given = request.headers
    return given.get("webhook-id", ""), given.get("webhook-timestamp", ""), given.get("webhook-signature", "")


def _hmac(source: IntakeSource, secret: str, request: Request) -> Proven | Unproven:
    """Standard Webhooks: each attempt has its own time, so a repetition is signed anew and is no replay."""
    message_id, timestamp, given = _webhook(request)
    key = webhook_key(secret)
    if not (message_id and timestamp and given and key):
        return WEBHOOK_LACKS
    expected = webhook_signature(key, message_id=message_id, timestamp=timestamp, body=request.body)
    offered = [part.removeprefix("v1,") for part in given.split(" ")[:SIGNATURES_MAX] if part.startswith("v1,")]
    if not any([same(one, expected) for one in offered]):  # noqa: C419 - all are compared, so that the time tells nothing
        return Unproven(UNPROVEN, "webhook-signature: does not fit; sign `id.timestamp.body` with this source's secret")
    return _fresh(source, "webhook-timestamp", timestamp, expected, request.now)


def _sign(source: IntakeSource, secret: str, request: Request) -> Proven | Unproven:
    """`timestamp` and `sign` as DingTalk, SmsForwarder and Feishu send them: of the time only, not of the body."""
    pairs = _signed(request)
    if not pairs:
        return Unproven(UNPROVEN, "sign: send timestamp and sign, in the query or in the body")
    fits = [timestamp for timestamp, given in pairs if _fits(secret, timestamp, given)]
    if not fits:
        return Unproven(UNPROVEN, "sign: does not fit; sign `timestamp`, a line feed and this source's secret")
    proven = _fresh(source, "timestamp", fits[0], robot_signature(secret, fits[0]), request.now)
    if isinstance(proven, Unproven):
        return proven
    again = _digest(proven.nonce, hashlib.sha256(request.body).hexdigest())
    return replace(proven, again=again, is_shared=int(fits[0]) < MILLISECONDS_FROM)


def _fits(secret: str, timestamp: str, given: str) -> bool:
    robot, feishu = robot_signature(secret, timestamp), feishu_signature(secret, timestamp)
    offered = (given, unquote(given))  # SmsForwarder encodes it once more than a form does
    return any([same(one.replace(" ", "+"), expected) for one in offered for expected in (robot, feishu)])  # noqa: C419 - all are compared


def _signed(request: Request) -> tuple[tuple[str, str], ...]:
    """The pairs of a timestamp and a signature that the message offers; each must prove itself."""
    if "sign" in request.query:
        return _pairs([request.query.get("timestamp", "")], [request.query["sign"]])
    try:
        found = opened(request.body, request.headers.get("content-type", ""))
    except InputError:
        found = None
    if not isinstance(found, dict):
        return _in_broken_json(request.body)
    timestamp, sign = found.get("timestamp"), found.get("sign")
    stamped = isinstance(timestamp, str | int) and not isinstance(timestamp, bool)
    stamps = [str(timestamp)[: TIMESTAMP_DIGITS + 1]] if stamped else []
    return _pairs(stamps, [sign] if isinstance(sign, str) else [])


def _in_broken_json(body: bytes) -> tuple[tuple[str, str], ...]:
    """What a phone's template signed whose JSON the message's own quotes broke; its text may look like a pair, too."""
    text = body.decode("utf-8", errors="replace")
    stamps = [match[1] for match in islice(_STAMP.finditer(text), OFFERED_MAX)]
    return _pairs(stamps, [match[1] for match in islice(_SIGNATURE.finditer(text), OFFERED_MAX)])


def _pairs(stamps: Sequence[str], signs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((timestamp, sign) for timestamp in stamps for sign in signs if timestamp and sign)


def _bearer(_: IntakeSource, secret: str, request: Request) -> Proven | Unproven:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and same(token.strip(), secret):
        return Proven()
    return Unproven(UNPROVEN, "Authorization: send `Bearer` and this source's token")


def _basic(_: IntakeSource, secret: str, request: Request) -> Proven | Unproven:
    scheme, _space, coded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(coded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        given = ""
    if scheme.lower() == "basic" and same(given, secret):
        return Proven()
    return Unproven(UNPROVEN, "Authorization: put this source's name and password into the address")


def _key(_: IntakeSource, secret: str, request: Request) -> Proven | Unproven:
    given = next((request.query[name] for name in KEYS if name in request.query), "")
    if same(given, secret):
        return Proven()
    return Unproven(UNPROVEN, "key: put this source's token into the address, as ?key=…")


def _fresh(source: IntakeSource, field: str, timestamp: str, used: str, now: datetime) -> Proven | Unproven:
    """A proof whose time is near our clock, with what must be remembered of it for as long as it is."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= TIMESTAMP_DIGITS):
        return Unproven(STALE, f"{field}: is no unix time; send the time of sending")
    seconds = int(timestamp) / 1000 if int(timestamp) >= MILLISECONDS_FROM else float(timestamp)
    if abs(now.timestamp() - seconds) > source.window_s:
        return Unproven(STALE, f"{field}: is more than {source.window_s} s off our clock; set the sender's clock")
    until = datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=source.window_s + 1)
    return Proven(_digest(source.name, used), until)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_WAYS: Mapping[Proof, Callable[[IntakeSource, str, Request], Proven | Unproven]] = {
    Proof.HMAC: _hmac,
    Proof.BEARER: _bearer,
    Proof.SIGN: _sign,
    Proof.BASIC: _basic,
    Proof.KEY: _key,
}
