"""Take the secrets out of a message before it is kept: tokens, passwords, signatures, one-time codes.

SecretIds stay, for they are identifiers. Every pattern here is bounded, for strangers write the text.
"""

import json
import re

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import json_of

HIDDEN = "***"
INSIDE_MAX = 8  # levels of JSON in JSON in JSON that are opened; what lies deeper is hidden as a whole

_PARTS = (
    *("password", "passwd", "passphrase", "secretkey", "secretaccesskey", "accesskeysecret", "clientsecret"),
    *("privatekey", "authorization", "signature", "cookie", "verifycode", "verificationcode", "mfacode"),
)
_NAMES = frozenset({"pwd", "sign", "skey", "pskey", "otp", "vcode", "smscode", "captcha", "secret", "appsecret"})
_WORDS = (
    r"token|passw(?:or)?d|passphrase|secret_?-?(?:access_?-?)?key|private_?-?key|authorization|signature|cookie"
    r"|\bpwd|\bskey|\bsecret(?!_?-?id)|(?<![A-Za-z])sign|密码|密钥|(?<![A-Za-z])key(?==)"
)
_PAIR = re.compile(
    rf"((?:{_WORDS})[\w-]{{0,20}}\\{{0,3}}[\"']?\s{{0,3}}[=:：]\s{{0,3}})(?!\\{{0,3}}[\"']?\*\*\*)"
    r"(?:\\{0,3}\"[^\"\n]{1,4096}\"|'[^'\n]{1,4096}'"
    r"|\\{0,3}[\"']?(?:(?:Bearer|Basic)\s{1,3})?[^\s\"'\\&,;}\]，。；]{1,4096})",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s{1,3}[A-Za-z0-9._~+/=-]{8,4096}")
_IN_URL = re.compile(r"://[^\s/@:]{0,200}:[^\s/@]{1,200}@")
_CODE_AFTER = re.compile(
    r"((?:验证码|校验码|动态码|动态密码|verification code|security code|passcode|one-time code|\bOTP)[^0-9\n]{0,12})"
    r"\d{4,8}(?!\d|[-/年.]\d)",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    r"(?<!\d)\d{4,8}((?:\s?[(（][^)）\n]{0,20}[)）])?\s?(?:是|为|is)\s?(?:您|你|your)"
    r"[^0-9\n，。]{0,40}?(?:验证码|校验码|动态码|code\b))",
    re.IGNORECASE,
)


def is_secret(key: str) -> bool:
    """Whether what stands under this key is a secret."""
    plain = re.sub(r"[^a-z0-9]", "", key.lower())
    return plain in _NAMES or plain.endswith("token") or any(part in plain for part in _PARTS)


def redact(node: JsonValue, *, inside: int = 0) -> JsonValue:
    """Return a message without its secrets.

    Args:
        node: the message, as `opened` returns it.
        inside: how many strings of JSON it stood in; those who call leave it out.
    """
    if isinstance(node, str):
        return _redact_string(node, inside)
    if isinstance(node, dict):
        return {key: _hide(value) if is_secret(key) else redact(value, inside=inside) for key, value in node.items()}
    return [redact(item, inside=inside) for item in node] if isinstance(node, list) else node


def redact_text(text: str) -> str:
    """Return a text without passwords, tokens and one-time codes."""
    text = _CODE_AFTER.sub(rf"\g<1>{HIDDEN}", text)
    text = _CODE_BEFORE.sub(rf"{HIDDEN}\g<1>", text)
    text = _IN_URL.sub(f"://{HIDDEN}@", text)
    text = _PAIR.sub(rf"\g<1>{HIDDEN}", text)
    return _BEARER.sub(rf"\g<1> {HIDDEN}", text)


def _hide(value: JsonValue) -> JsonValue:
    return value if value is None or value in ("", False, True) else HIDDEN


def _redact_string(text: str, inside: int) -> str:
    if text.lstrip()[:1] not in ("{", "["):
        return redact_text(text)
    if inside >= INSIDE_MAX:
        return HIDDEN
    try:
        found = json_of(text)
    except InputError:
        return HIDDEN
    if found is None:
        return redact_text(text)
    masked = redact(found, inside=inside + 1)
    return text if masked == found else json.dumps(masked, ensure_ascii=False)
