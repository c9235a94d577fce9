"""ip2region's files (xdb): in Chinese, and at home in China."""

import mmap
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from ip2region import searcher, util

from tasks.ipinfo.places import place_of
from tasks.ipinfo.source import Found, NoLibrary, Source
from tasks.model.address import Address
from tasks.model.whereabouts import Role

LIBRARY = "ip2region"
SUFFIX = ".xdb"
_SILENT = frozenset({"", "0"})
_REGION_PARTS = 4
"""Country, province, city and operator; since 2026 a fifth, the country's ISO code, which the first says too."""


def open_xdb(path: Path) -> Source:
    """Open a file of ip2region; it is mapped, not read: what is asked for is what takes memory.

    Raises:
        NoLibrary: it is none, or it is cut off.
    """
    try:
        with path.open("rb") as file:
            util.verify(file)
            header = util.load_header(file)
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as exc:
        raise NoLibrary(path, exc.strerror or type(exc).__name__) from exc
    except Exception as exc:  # the reader raises bare ones
        raise NoLibrary(path, "is no xdb file") from exc
    version = util.version_from_header(header)
    if version is None or header.endIndexPtr + version.index_size > len(content):
        raise NoLibrary(path, "is no xdb file, or is cut off")
    ask = searcher.new_with_buffer(version, cast("bytes", content))  # it only takes slices and items of it

    def find(address: Address) -> Found:
        try:
            return _found(ask.search(address.packed))
        except (IndexError, ValueError) as exc:
            raise NoLibrary(path, "is broken inside") from exc

    dated = datetime.fromtimestamp(header.createdAt, tz=UTC).date()
    return Source(LIBRARY, Role.CHINA, frozenset({version.id}), dated, path, find)


def _found(region: str) -> Found:
    """What a region such as `中国|广东省|深圳市|电信` says."""
    country, *parts = region.split("|")[:_REGION_PARTS]
    if country in _SILENT:  # then the rest says only what kind of address it is, such as 内网IP
        return Found()
    place = place_of("|".join([country, *(part for part in parts if part not in _SILENT)]))
    return Found(place=place, operator=place.operator)
