"""The three ways in which senders sign: computed here, compared elsewhere."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"  # Standard Webhooks: what follows is the key in base64


def webhook_key(secret: str) -> bytes | None:
    """The key of a Standard Webhooks secret; a secret without its prefix is the key itself, None for a broken one."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def webhook_signature(key: bytes, *, message_id: str, timestamp: str, body: bytes) -> str:
    """Standard Webhooks: the message's id, time and body under the key."""
    return _base64(key, f"{message_id}.{timestamp}.".encode() + body)


def robot_signature(secret: str, timestamp: str) -> str:
    """DingTalk's robots, and SmsForwarder after them: the time and the secret under the secret."""
    return _base64(secret.encode(), f"{timestamp}\n{secret}".encode())


def feishu_signature(secret: str, timestamp: str) -> str:
    """Feishu's robots: nothing, under the time and the secret."""
    return _base64(f"{timestamp}\n{secret}".encode(), b"")


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _base64(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
