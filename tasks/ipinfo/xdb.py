"""ip2region's files (xdb): in Chinese, and at home in China."""

import mmap
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from ip2region import searcher, util

from tasks.ipinfo.places import place_in
from tasks.ipinfo.source import Found, NoLibrary, Source
from tasks.model.address import Address
from tasks.model.whereabouts import Role

LIBRARY = "ip2region"
SUFFIX = ".xdb"
_SILENT = frozenset({"", "0"})
_PARTS = 4
"""Country, province, city and operator; newer files add the country's ISO code, older ones have an area second."""
_ISO = re.compile(r"[A-Z]{2}$")


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
    parts = ["" if part in _SILENT else part for part in region.split("|")]
    if len(parts) > _PARTS and not _ISO.match(parts[-1]):
        del parts[1]
    country, province, city, operator = [*parts[:_PARTS], "", "", "", ""][:_PARTS]
    if not country:  # then the rest says only what kind of address it is, such as 内网IP
        return Found()
    return Found(place=place_in(country, province, city, operator=operator), operator=operator)
