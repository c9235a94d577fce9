"""Take the secrets out of whatever the cloud says, before anything else sees it.

SecretIds stay, for they are identifiers. Session tokens become a fingerprint, so that sessions can be told apart;
passwords and keys leave nothing, for a short secret can be guessed from its hash.
"""

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

import orjson

from tasks.cloud.api import Answer
from tasks.cloud.products import CLOUDAUDIT
from tasks.cloud.values import NUL

HIDDEN = "***"
MARK = "sha256:"
DEPTH_MAX = 24  # levels of nesting and of JSON in JSON; what lies deeper is hidden as a whole
FINGERPRINT_MIN = 20  # characters; a shorter token could be guessed from its hash

_SECRET_PARTS = (
    *("password", "passwd", "passphrase", "secretkey", "secretaccesskey", "accesskeysecret", "clientsecret"),
    *("privatekey", "authorization", "signature", "cookie", "secretstring", "secretbinary", "plaintext"),
    *("kubeconfig", "verifycode", "mfacode", "credentialvalue"),
)
_SECRET_NAMES = frozenset({"pwd", "skey", "pskey", "otp", "vcode", "smscode", "secret", "appsecret", "token"})
_NO_SECRET = frozenset({"nexttoken", "prompttrust"})
_WORDS = r"token|passw(?:or)?d|passphrase|secret_?key|private_?key|authorization|signature|cookie|\bpwd|\bskey"
_IN_TEXT = re.compile(
    rf"(?P<key>[\w-]*(?:{_WORDS})[\w-]*\\*[\"']?\s*[=:]\s*)"
    r"(?:(?P<quote>\\*[\"'])(?P<quoted>.*?)(?:(?<!\\)(?P=quote)|$)|(?P<deep>[\[{].*)|(?P<bare>(?:Bearer\s+)?[^\s\"'\\&,;}\]]+))",
    re.IGNORECASE | re.DOTALL,
)


_ESCAPED = re.compile(r"\s*[{\[]\s*\\+\"")  # JSON whose first quote is escaped

_DIGITS_TO_0 = bytes(ord("0") if chr(byte).isascii() and chr(byte).isdecimal() else byte for byte in range(256))
_LONG_NUMBER = b"0" * 19  # fewer digits always fit into 64 bits


@lru_cache(maxsize=4096)
def is_secret(key: str) -> bool:
    """Whether what stands under this key is a secret."""
    plain = re.sub(r"[^a-z0-9]", "", key.lower())
    if plain in _NO_SECRET:
        return False
    return plain in _SECRET_NAMES or plain.endswith("token") or any(part in plain for part in _SECRET_PARTS)


def mask(value: Any, *, unfold: bool = False, depth: int = 0) -> Any:
    """Return the value without its secrets; never raises.

    Args:
        value: anything that JSON can say.
        unfold: leave JSON that stood in strings as objects, which reads better and saves opening it again.
        depth: how deep the value lies; those who call leave it out.
    """
    if isinstance(value, str):
        return _mask_text(value, unfold=unfold, depth=depth)
    if isinstance(value, dict):
        return _mask_object(value, unfold=unfold, depth=depth) if depth <= DEPTH_MAX else HIDDEN
    if isinstance(value, list):
        return [mask(item, unfold=unfold, depth=depth + 1) for item in value] if depth <= DEPTH_MAX else HIDDEN
    return value


def mask_answer(answer: Answer) -> Answer:
    """The answer without its secrets; what the audit log holds as JSON in strings comes unfolded."""
    if answer.masked:
        return answer
    unfold = answer.action.startswith(f"{CLOUDAUDIT.service}:")
    return answer._replace(body=mask(answer.body, unfold=unfold), masked=True)


def _mask_object(found: dict[Any, Any], *, unfold: bool, depth: int) -> dict[str, Any]:
    """One loop, for it is most of the work on an audit log: numbers pass, and so do words, ids and addresses.

    Text with none of four characters is neither JSON nor `key=value`, so there is nothing to look for.
    """
    masked: dict[str, Any] = {}
    for name, item in found.items():
        key, secret = _key(name)
        if secret:
            masked[key] = hide(item)
        elif type(item) is str:
            plain = item.isascii() and not (":" in item or "=" in item or "[" in item or "{" in item)
            masked[key] = item if plain else _mask_text(item, unfold=unfold, depth=depth)
        elif type(item) is dict or type(item) is list:
            masked[key] = mask(item, unfold=unfold, depth=depth + 1)
        else:
            masked[key] = item
    return masked


@lru_cache(maxsize=4096)
def _key(name: object) -> tuple[str, bool]:
    """The key as it can be stored, and whether it is a secret's."""
    key = _printable(str(name))
    return key, is_secret(key)


def hide(value: Any) -> Any:
    """What may be shown of a secret: flags and emptiness as they are, of a token its fingerprint, else nothing."""
    if value is None or value in ("", 0, 1) or (isinstance(value, str) and value.startswith(MARK)):
        return value
    if isinstance(value, str) and len(value) >= FINGERPRINT_MIN:
        return fingerprint(value)
    return HIDDEN


def fingerprint(secret: str) -> str:
    """First 16 hex of the secret's sha256, marked as such."""
    return MARK + hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:16]


def opened(text: str) -> Any:
    """Return the object or list that the text spells in JSON, once or, as a quoted text, more often; else None."""
    start = text[:1]
    if start.isspace():
        start = text.lstrip()[:1]
    if start not in ("{", "[", '"'):
        return None
    try:
        found = read_json(text.rstrip(NUL).encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return _unescaped(text)
    return opened(found) if isinstance(found, str) else found


def _unescaped(text: str) -> Any:
    """The same of a text whose quotes kept the backslashes of the text that it stood in."""
    if not _ESCAPED.match(text):
        return None
    try:
        return opened(json.loads(f'"{text}"', strict=False))
    except (ValueError, RecursionError):
        return None


def read_json(raw: bytes) -> Any:
    """Read as `json.loads` does, but twice as fast where orjson reads alike: it would round what passes 64 bits."""
    if _LONG_NUMBER not in raw.translate(_DIGITS_TO_0):
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass  # it is stricter, with line breaks in texts for one
    return json.loads(raw.decode("utf-8", "surrogatepass"), strict=False)


def _mask_text(text: str, *, unfold: bool, depth: int) -> Any:
    text = _printable(text)
    inner = opened(text)
    if inner is None:
        return _IN_TEXT.sub(_hidden, text) if (":" in text or "=" in text) and _suspicious(text.lower()) else text
    if depth > DEPTH_MAX:
        return HIDDEN
    masked = mask(inner, unfold=unfold, depth=depth + 1)
    if unfold:
        return masked
    return text if masked == inner else json.dumps(masked, ensure_ascii=False)


def _suspicious(lower: str) -> bool:
    """Whether it is worth the regular expression: searching for plain words is much faster, and a loop is not."""
    return ("token" in lower or "pass" in lower or "pwd" in lower or "key" in lower) or (
        "auth" in lower or "sign" in lower or "cookie" in lower
    )


def _hidden(found: re.Match[str]) -> str:
    """Hide the value and keep the key, so that a reader sees what was there."""
    quote = found["quote"] or ""
    if found["quote"] and (not found["quoted"] or found["quoted"].startswith(MARK)):
        return found[0]
    return f"{found['key']}{quote}{HIDDEN}{quote}"


def _printable(text: str) -> str:
    """Half characters can be neither stored nor sent."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
