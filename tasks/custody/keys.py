"""Keys that sign heads of timelines: Ed25519, in a folder apart from the ledger, a new one every quarter.

Of an old key only the public half is kept, so that who takes today's key can sign nothing in the name of an older one.
Each new key is introduced by the one before it.
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import ValidationError

from tasks.errors import SettingsError
from tasks.ledger.canonical import canonical
from tasks.model.base import Moment, Value

ROTATE_AFTER = timedelta(days=90)
"""How old a key gets before the next one takes its place."""
PRIVATE, PUBLIC, LOCK = ".pem", ".pub", ".lock"


class PublicKey(Value):
    """The public half of a key, and who introduced it.

    Args:
        key: its id, by which seals name it.
        public: 32 bytes in base64.
        by: id of the key before it; empty for the first.
        introduction: signature of that key over the other fields, in base64.
    """

    key: str
    public: str
    made_at: Moment
    by: str = ""
    introduction: str = ""

    @property
    def said(self) -> str:
        """What an introduction is over."""
        return canonical({"key": self.key, "public": self.public, "made_at": self.made_at.isoformat(), "by": self.by})

    def signed(self, text: str, signature: str) -> bool:
        """Whether this key made the signature of a text."""
        try:
            raw = Ed25519PublicKey.from_public_bytes(b64decode(self.public, validate=True))
            raw.verify(b64decode(signature, validate=True), text.encode("ascii"))
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A key that signs."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @property
    def id(self) -> str:
        """Which key it is: the beginning of the hash of its public half."""
        return key_id(self.public)

    @property
    def public(self) -> str:
        """Its public half, in base64."""
        return b64encode(self._private.public_key().public_bytes_raw()).decode("ascii")

    def sign(self, text: str) -> str:
        """Sign a text; the signature in base64."""
        return b64encode(self._private.sign(text.encode("ascii"))).decode("ascii")

    def pem(self) -> bytes:
        """It, as its file holds it."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_id(public: str) -> str:
    """The id of a key, by its public half."""
    return f"key-{sha256(public.encode('ascii')).hexdigest()[:16]}"


def signing_key(folder: Path, now: datetime) -> tuple[SigningKey, PublicKey | None]:
    """The key that signs today, and its public half where it was made just now; of several processes one makes it.

    Raises:
        SettingsError: the folder can't be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        newest = _newest(folder)
        if newest is not None and now - newest[1].made_at < ROTATE_AFTER:
            return newest[0], None
        with (folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            newest = _newest(folder)  # whoever had the lock before may have made it
            if newest is not None and now - newest[1].made_at < ROTATE_AFTER:
                return newest[0], None
            return _made(folder, newest[0] if newest else None, now)
    except OSError as exc:
        raise SettingsError("RUNBOOKS_SIGNING_KEYS", f"{folder} can't be used ({exc.strerror}); name a folder") from exc


def known_keys(folder: Path, *further: Path) -> Mapping[str, PublicKey]:
    """The keys whose signatures count, by id: the first of the folder, those that it led to, and files named by hand.

    Raises:
        OSError: a file that was named can't be read.
        ValueError: it holds no public key.
    """
    trusted = {key.key: key for key in map(_read, further)}
    found = sorted((key for key in map(_readable, folder.glob(f"*{PUBLIC}")) if key), key=lambda key: key.made_at)
    for key in found:
        first = not key.by and not any(not each.by for each in trusted.values())
        by = trusted.get(key.by)
        if key.key == key_id(key.public) and (first or (by and by.signed(key.said, key.introduction))):
            trusted[key.key] = key
    return trusted


def _newest(folder: Path) -> tuple[SigningKey, PublicKey] | None:
    return max(_own(folder), key=lambda pair: pair[1].made_at, default=None)


def _own(folder: Path) -> Iterator[tuple[SigningKey, PublicKey]]:
    """The keys whose private half is here; whoever makes the next one takes the old one away while we read."""
    for path in folder.glob(f"*{PRIVATE}"):
        with suppress(FileNotFoundError):
            private = load_pem_private_key(path.read_bytes(), password=None)
            public = _readable(path.with_suffix(PUBLIC))
            if isinstance(private, Ed25519PrivateKey) and public is not None:
                yield SigningKey(private), public


def _made(folder: Path, before: SigningKey | None, now: datetime) -> tuple[SigningKey, PublicKey]:
    key = SigningKey(Ed25519PrivateKey.generate())
    public = PublicKey(key=key.id, public=key.public, made_at=now, by=before.id if before else "")
    if before is not None:
        public = public.model_copy(update={"introduction": before.sign(public.said)})
    _write(folder / f"{key.id}{PUBLIC}", public.model_dump_json().encode("ascii"), mode=0o644)
    _write(folder / f"{key.id}{PRIVATE}", key.pem(), mode=0o600)
    if before is not None:
        (folder / f"{before.id}{PRIVATE}").unlink(missing_ok=True)
    return key, public


def _write(path: Path, content: bytes, *, mode: int) -> None:
    draft = path.with_name(f".{path.name}.draft")  # what a reader looks for is whole
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(path: Path) -> PublicKey:
    return PublicKey.model_validate(json.loads(path.read_text(encoding="ascii")))


def _readable(path: Path) -> PublicKey | None:
    try:
        return _read(path)
    except (OSError, ValueError, ValidationError):
        return None
