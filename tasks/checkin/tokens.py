"""Tokens of check-in links: made anew from a key whenever they are shown, so that nothing ever keeps one."""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

from tasks.errors import SettingsError
from tasks.intake.secret_file import make_once
from tasks.ledger.canonical import canonical
from tasks.model.base import Moment
from tasks.model.checkin import CheckInLink

LIFETIME = timedelta(hours=24)
"""How long a link can be used: people sleep, and what a device shows tomorrow says little of today."""
AGAIN_LIFETIME = timedelta(minutes=1)
"""How long a program has to show the same device's other address family."""

KEY_FILE = "checkin.key"
KEY_BYTES = 32
TOKEN_BYTES = 32


def key_of(home: Path) -> bytes:
    """The key of this home, made once, for its owner's eyes.

    Raises:
        SettingsError: it can't be read or made.
    """
    path = home / KEY_FILE
    try:
        make_once(path, partial(secrets.token_bytes, KEY_BYTES))
        key = path.read_bytes()
    except OSError as exc:
        raise SettingsError(
            "RUNBOOKS_HOME", f"{path} can't be read or made ({exc.strerror}); make it writable"
        ) from exc
    if len(key) != KEY_BYTES:
        raise SettingsError("RUNBOOKS_HOME", f"{path} is no key of ours; delete it, and links are made anew")
    return key


def token_of(key: bytes, *, incident_id: str, person: str, made_at: Moment) -> str:
    """The token of the link that was made for this person and incident at this moment."""
    bound = canonical(["checkin", incident_id, person, made_at.astimezone(UTC).isoformat(timespec="microseconds")])
    return base64.urlsafe_b64encode(hmac.digest(key, bound.encode(), "sha256")).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What the ledger keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_link(key: bytes, *, incident_id: str, person: str, at: Moment) -> CheckInLink:
    """A link for this person, made now."""
    token = token_of(key, incident_id=incident_id, person=person, made_at=at)
    return CheckInLink(
        token_hash=hash_of(token), incident_id=incident_id, person=person, made_at=at, expires_at=at + LIFETIME
    )


def again_link(link: CheckInLink, *, at: Moment) -> tuple[str, CheckInLink]:
    """A second link for the same person's device, to be used at once, and its token, which is kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = {"token_hash": hash_of(token), "made_at": at, "expires_at": at + AGAIN_LIFETIME}
    return token, link.model_copy(update=made | {"used_at": None, "address": None})


def is_again(link: CheckInLink) -> bool:
    """Whether a link is the second one of a device; none follows it."""
    return link.expires_at - link.made_at <= AGAIN_LIFETIME
