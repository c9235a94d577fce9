"""Archives: an incident in one file, with what proves it, for whoever has no access to the ledger."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from pydantic import ConfigDict, ValidationError

from tasks.custody.keys import PublicKey, SigningKey
from tasks.errors import InputError
from tasks.ledger.canonical import canonical
from tasks.ledger.rows import Dossier
from tasks.model.base import Sentence, Value

LEDGER, MANIFEST, SIGNATURE = "ledger.json", "manifest.json", "manifest.sig"
KEYS = "keys/"
MOST_BYTES = 512 << 20
"""Unpacked: 90 days of an audit log are a few dozen megabytes."""


WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files are packed: others unpack to more than they say before that is seen."""
RUBBISH = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
)
"""What Python's reader of zip files raises on bytes that are none."""


class Manifest(Value):
    """What an archive says of itself, as far as it is examined."""

    model_config = ConfigDict(extra="ignore")

    key_id: str
    sha256: dict[str, str]


class Opened(Value):
    """An archive, read back.

    Args:
        keys: those that came with it; they prove nothing by themselves.
        problems: what of its files is not what its manifest says.
    """

    dossier: Dossier
    keys: dict[str, PublicKey]
    signed_by: str
    problems: tuple[Sentence, ...]


def pack(
    dossier: Dossier, files: Mapping[str, str], keys: Mapping[str, PublicKey], key: SigningKey, at: datetime
) -> bytes:
    """Pack an incident: its rows, further files, public keys, and a signed manifest with the SHA-256 of each file."""
    texts = {LEDGER: canonical(dossier.model_dump()), **files}
    texts |= {f"{KEYS}{name}.pub": public.model_dump_json() for name, public in keys.items()}
    contents = {name: text.encode("utf-8") for name, text in texts.items()}
    manifest = canonical(
        {
            "incident_id": dossier.incident_id,
            "made_at": at.isoformat(),
            "key_id": key.id,
            "sha256": {name: sha256(content).hexdigest() for name, content in contents.items()},
        }
    )
    contents |= {MANIFEST: manifest.encode("ascii"), SIGNATURE: key.sign(manifest).encode("ascii")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(body: bytes, trusted: Mapping[str, PublicKey]) -> Opened:
    """Read an archive back, and compare each file with its manifest, and that with its signature.

    Args:
        trusted: keys that are known from elsewhere; without any, those of the archive are taken.

    Raises:
        InputError: it is no archive of ours.
    """
    contents = _contents(body)
    try:
        manifest = contents[MANIFEST].decode("ascii")
        told = Manifest.model_validate_json(manifest)
        dossier = Dossier.model_validate(json.loads(contents[LEDGER]))
        keys = [PublicKey.model_validate_json(body) for name, body in contents.items() if name.startswith(KEYS)]
        signature = contents[SIGNATURE].decode("ascii")
    except (KeyError, TypeError, ValueError, ValidationError, RecursionError) as exc:
        raise InputError("ARCHIVE", "is no archive of `runbooks export INCIDENT --archive`, or is damaged") from exc
    own = {key.key: key for key in keys}
    signer = (dict(trusted) or own).get(told.key_id)
    problems = [*_changed(contents, told.sha256), *_signed(manifest, signature, signer, told.key_id)]
    return Opened(dossier=dossier, keys=own, signed_by=told.key_id, problems=tuple(problems))


def _contents(body: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
                raise InputError("ARCHIVE", "unpacks to more than an incident can have; it is none of ours")
            if any(info.compress_type not in WAYS for info in archive.infolist()):
                raise InputError("ARCHIVE", "can't be unpacked (it is packed otherwise than ours); it is none of ours")
            return {name: archive.read(name) for name in archive.namelist()}
    except RUBBISH as exc:
        raise InputError("ARCHIVE", f"can't be unpacked ({exc}); give what `runbooks export --archive` wrote") from exc


def _changed(contents: Mapping[str, bytes], hashes: Mapping[str, str]) -> list[Sentence]:
    found = []
    for name in sorted((contents.keys() | hashes.keys()) - {MANIFEST, SIGNATURE}):
        if name not in contents:
            found.append(Sentence(zh=f"归档里缺少 {name}。", en=f"{name} is missing from the archive."))
        elif name not in hashes:
            found.append(Sentence(zh=f"归档里多出 {name}。", en=f"{name} is not in the archive's manifest."))
        elif sha256(contents[name]).hexdigest() != hashes[name]:
            found.append(Sentence(zh=f"归档里的 {name} 被改动了。", en=f"{name} of the archive was changed."))
    return found


def _signed(manifest: str, signature: str, key: PublicKey | None, key_id: str) -> list[Sentence]:
    if key is None:
        return [
            Sentence(
                zh=f"归档由未知的密钥 {key_id} 签名；已知的公钥用 --key 给出。",
                en=f"the archive is signed by the unknown key {key_id}; give a key that you know with --key.",
            )
        ]
    if not key.signed(manifest, signature):
        return [Sentence(zh="归档清单的签名不成立。", en="the signature of the archive's manifest does not hold.")]
    return []
