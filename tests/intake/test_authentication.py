"""Who a sender is: each proof, good and bad."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pydantic import SecretStr

from tasks.intake.authentication import Proven, Unproven, prove, unproven_by_its_head
from tasks.model.intake_file import IntakeSource, Proof

NOW = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
SECRET, OTHER = "example-secret-one-1", "example-secret-two-2"
BODY = b'{"ip": "203.0.113.7"}'
SECONDS = int(NOW.timestamp())
OFF = 301  # seconds beyond the window


def source(proof: Proof, name: str = "phone") -> IntakeSource:
    return IntakeSource(name=name, proof=proof, secret_file=Path("x"), window_s=300)


def tell(proof: Proof, sent: dict[str, Any], *, secret: str = SECRET, name: str = "phone") -> Proven | Unproven:
    parts = {"headers": {}, "query": {}, "body": BODY} | sent
    return prove(source(proof, name), SecretStr(secret), now=NOW, **parts)


def signed(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def webhook(secret: str = SECRET, *, at: int = SECONDS, body: bytes = BODY, key: bytes | None = None) -> dict[str, Any]:
    signature = signed(key or secret.encode(), f"msg_1.{at}.".encode() + body)
    return {"headers": {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}"}}


def robot(secret: str = SECRET, *, at: int = SECONDS * 1000) -> dict[str, Any]:
    return {"query": {"timestamp": str(at), "sign": signed(secret.encode(), f"{at}\n{secret}".encode())}}


def feishu(secret: str = SECRET, *, at: int = SECONDS, text: str = "x") -> dict[str, Any]:
    sign = signed(f"{at}\n{secret}".encode(), b"")
    return {"body": json.dumps({"timestamp": str(at), "sign": sign, "content": {"text": text}}).encode()}


def forwarder(kind: str, secret: str = SECRET) -> dict[str, Any]:
    at = SECONDS * 1000
    fields = {"content": "x", "timestamp": str(at), "sign": quote(signed(secret.encode(), f"{at}\n{secret}".encode()))}
    if kind == "form":
        return {"headers": {"content-type": "application/x-www-form-urlencoded"}, "body": urlencode(fields).encode()}
    return {"body": json.dumps(fields | {"timestamp": at}).encode()}


def broken(text: str, secret: str = SECRET, *, at: int = SECONDS * 1000, quoted: bool = True) -> dict[str, Any]:
    """What a phone's template makes of a message with quotes of its own."""
    stamp = f'"{at}"' if quoted else at
    sign = quote(signed(secret.encode(), f"{at}\n{secret}".encode()))
    return {"body": f'{{"content": "{text}", "timestamp": {stamp}, "sign": "{sign}"}}'.encode()}


def authorization(scheme: str, text: str) -> dict[str, Any]:
    return {"headers": {"authorization": f"{scheme} {text}"}}


def basic(text: str) -> dict[str, Any]:
    return authorization("Basic", base64.b64encode(text.encode()).decode())


@pytest.mark.parametrize(
    ("proof", "sent"),
    [
        (Proof.HMAC, webhook()),
        (Proof.HMAC, webhook(at=SECONDS - 300)),
        (Proof.HMAC, webhook(at=SECONDS + 300)),
        (Proof.SIGN, robot()),
        (Proof.SIGN, robot(at=(SECONDS - 299) * 1000)),
        (Proof.SIGN, feishu()),
        (Proof.SIGN, forwarder("form")),
        (Proof.SIGN, forwarder("json")),
        (Proof.SIGN, broken('say "hi"')),
        (Proof.SIGN, broken('say "hi"\nand \\ more', quoted=False)),
        (Proof.SIGN, broken('"timestamp": "1", "sign": "x" "y"')),
        (Proof.BEARER, authorization("Bearer", SECRET)),
        (Proof.BEARER, authorization("bearer", SECRET)),
        (Proof.BASIC, basic(SECRET)),
        (Proof.KEY, {"query": {"key": SECRET}}),
        (Proof.KEY, {"query": {"access_token": SECRET}}),
    ],
)
def test_the_right_secret_proves_its_sender_and_another_does_not(proof: Proof, sent: dict[str, Any]) -> None:
    wrong = tell(proof, sent, secret=OTHER)

    assert isinstance(tell(proof, sent), Proven)
    assert isinstance(wrong, Unproven)
    assert wrong.status == 401


@pytest.mark.parametrize(
    ("proof", "sent", "known"),
    [
        (Proof.BEARER, authorization("Bearer", OTHER), True),
        (Proof.BEARER, {}, True),
        (Proof.BEARER, authorization("Bearer", SECRET), False),
        (Proof.BASIC, basic(OTHER), True),
        (Proof.BASIC, basic(SECRET), False),
        (Proof.KEY, {"query": {"key": OTHER}}, True),
        (Proof.KEY, {"query": {"key": SECRET}}, False),
        (Proof.SIGN, robot(OTHER), True),
        (Proof.SIGN, robot(at=(SECONDS - OFF) * 1000), True),
        (Proof.SIGN, robot(), False),
        (Proof.SIGN, forwarder("json", OTHER), False),  # it stands in the body
        (Proof.HMAC, {}, True),
        (Proof.HMAC, webhook(OTHER), False),  # it signs the body
        (Proof.HMAC, webhook(), False),
    ],
)
def test_what_stands_before_the_body_is_judged_before_it_is_read(
    proof: Proof, sent: dict[str, Any], *, known: bool
) -> None:
    parts = {"headers": {}, "query": {}} | {name: part for name, part in sent.items() if name != "body"}

    refused = unproven_by_its_head(source(proof), SecretStr(SECRET), now=NOW, **parts)

    assert (refused is not None) == known
    assert refused is None or refused == tell(proof, sent)


@pytest.mark.parametrize("proof", Proof)
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"body": b"\xff"},
        {"body": b"[" * 1000},
        {"body": b'{"timestamp": true, "sign": []}'},
        {"body": b'{"x": ""y"", "timestamp": "1", "sign": "x"}'},
        {"body": b'"sign": "x" "timestamp": 1 ' * 2000},
        {"query": {"sign": "x"}},
        {"query": {"key": ""}},
        authorization("Bearer", ""),
        authorization("Basic", "%%%"),
        authorization("Basic", "ö"),
        basic("\xff"),
        {"headers": {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,ö v2,x"}},
    ],
)
def test_a_missing_or_broken_proof_is_none_and_tells_no_secret(proof: Proof, sent: dict[str, Any]) -> None:
    refused = tell(proof, sent)

    assert isinstance(refused, Unproven)
    assert refused.status == 401
    assert SECRET not in refused.reason


@pytest.mark.parametrize(
    ("proof", "sent"),
    [
        (Proof.HMAC, webhook(at=SECONDS - OFF)),
        (Proof.HMAC, webhook(at=SECONDS + OFF)),
        (Proof.SIGN, robot(at=(SECONDS - OFF) * 1000)),
        (Proof.SIGN, robot(at=(SECONDS + OFF) * 1000)),
        (Proof.SIGN, feishu(at=SECONDS - OFF)),
        (Proof.SIGN, broken('say "hi"', at=(SECONDS - OFF) * 1000)),
        (Proof.SIGN, feishu(at=10**15)),
        (Proof.HMAC, webhook(at=10**20)),
        (Proof.HMAC, webhook(at=-1)),
    ],
)
def test_a_signature_that_is_too_old_or_too_new_is_refused(proof: Proof, sent: dict[str, Any]) -> None:
    refused = tell(proof, sent)

    assert isinstance(refused, Unproven)
    assert refused.status == 403
    assert "timestamp: is" in refused.reason


def test_a_webhook_secret_may_be_in_base64_and_one_of_several_signatures_is_enough() -> None:
    key = b"0123456789abcdef01234567"
    sent = webhook(key=key)
    sent["headers"]["webhook-signature"] = f"v1a,xx v1,{signed(b'x', b'y')} " + sent["headers"]["webhook-signature"]

    assert isinstance(tell(Proof.HMAC, sent, secret="whsec_" + base64.b64encode(key).decode()), Proven)
    assert isinstance(tell(Proof.HMAC, sent), Unproven)


def test_a_changed_body_or_id_breaks_a_webhooks_signature() -> None:
    renamed = webhook()
    renamed["headers"]["webhook-id"] = "msg_2"

    assert isinstance(tell(Proof.HMAC, webhook() | {"body": BODY + b" "}), Unproven)
    assert isinstance(tell(Proof.HMAC, renamed), Unproven)


def nonce(proof: Proof, sent: dict[str, Any], name: str = "phone") -> str:
    proven = tell(proof, sent, name=name)
    assert isinstance(proven, Proven)
    return proven.nonce


@pytest.mark.parametrize(
    ("proof", "one", "same", "other"),
    [
        (Proof.HMAC, webhook(), webhook(), webhook(at=SECONDS + 1)),
        (Proof.SIGN, robot(), robot() | {"body": b"{}"}, robot(at=SECONDS * 1000 + 1)),
        (Proof.SIGN, robot(), forwarder("json"), robot(at=SECONDS * 1000 + 1)),
        (Proof.SIGN, feishu(), feishu(text="another of this second"), feishu(at=SECONDS + 1)),
    ],
)
def test_a_replay_has_the_same_nonce_and_a_new_message_another(
    proof: Proof, one: dict[str, Any], same: dict[str, Any], other: dict[str, Any]
) -> None:
    assert nonce(proof, one) == nonce(proof, same) != nonce(proof, other)
    assert nonce(proof, one) != nonce(proof, one, name="another")
    assert len(nonce(proof, one)) == 64


@pytest.mark.parametrize(
    ("sent", "other", "is_shared"),
    [
        (feishu(), feishu(text="another of this second"), True),
        (robot(), robot() | {"body": b"{}"}, False),
        (robot(at=SECONDS), robot(at=SECONDS) | {"body": b"{}"}, True),
        (forwarder("json"), robot(), False),
    ],
)
def test_the_very_same_message_is_known_again_and_another_with_its_signature_too(
    sent: dict[str, Any], other: dict[str, Any], *, is_shared: bool
) -> None:
    first, again, another = (tell(Proof.SIGN, each) for each in (sent, sent, other))

    assert isinstance(first, Proven)
    assert isinstance(another, Proven)
    assert first == again
    assert (first.nonce == another.nonce, first.again == another.again) == (True, False)
    assert (first.is_shared, another.is_shared) == (is_shared, is_shared)


def test_who_signs_the_body_sends_nothing_again_as_it_was() -> None:
    proven = tell(Proof.HMAC, webhook())

    assert isinstance(proven, Proven)
    assert (proven.again, proven.is_shared) == ("", False)


def test_dropping_a_signature_from_the_header_does_not_make_a_replay_new() -> None:
    sent = webhook()
    more = {"headers": sent["headers"] | {"webhook-signature": "v1,xx " + sent["headers"]["webhook-signature"]}}

    assert nonce(Proof.HMAC, sent) == nonce(Proof.HMAC, more)


@pytest.mark.parametrize(("proof", "sent"), [(Proof.HMAC, webhook(at=SECONDS + 300)), (Proof.SIGN, robot())])
def test_a_nonce_is_remembered_until_its_time_is_too_old(proof: Proof, sent: dict[str, Any]) -> None:
    proven = tell(proof, sent)

    assert isinstance(proven, Proven)
    assert proven.nonce_until is not None
    at = NOW + timedelta(seconds=300 if proof is Proof.HMAC else 0)
    assert proven.nonce_until > at + timedelta(seconds=300)


@pytest.mark.parametrize(
    ("proof", "sent"), [(Proof.BEARER, authorization("Bearer", SECRET)), (Proof.KEY, {"query": {"key": SECRET}})]
)
def test_what_signs_nothing_has_no_nonce(proof: Proof, sent: dict[str, Any]) -> None:
    assert tell(proof, sent) == Proven()
