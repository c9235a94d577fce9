"""MaxMind DB files (mmdb), as DB-IP and others publish them: at home in the world, and who runs which network."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import maxminddb
from maxminddb.types import Record

from tasks.ipinfo.places import place_in
from tasks.ipinfo.source import Found, NoLibrary, Source
from tasks.model.address import Address
from tasks.model.place import Place
from tasks.model.whereabouts import Role

SUFFIX = ".mmdb"
_FAMILIES = {"dbip": "DB-IP", "geolite": "MaxMind", "geoip": "MaxMind"}
_BOTH = frozenset({4, 6})
_RESERVED = "ZZ"
"""The country of addresses that are in no country."""


def open_mmdb(path: Path) -> Source:
    """Open a file of places (city, country) or networks (ASN); it is mapped, not read.

    Raises:
        NoLibrary: it is none, is cut off, or has neither places nor networks as we read them.
    """
    try:
        reader = maxminddb.open_database(path)
        first = next((record for _, record in reader), None)
    except OSError as exc:
        raise NoLibrary(path, exc.strerror or type(exc).__name__) from exc
    except (maxminddb.InvalidDatabaseError, ValueError) as exc:
        raise NoLibrary(path, "is no mmdb file, or is cut off") from exc
    about = reader.metadata()
    role = _role(about.database_type)
    if role is None or not _is_read(first, role):
        raise NoLibrary(path, f"holds {about.database_type!r}, and city, country and ASN files are read")

    def find(address: Address) -> Found:
        try:
            return _found(reader.get(address), role)
        except (maxminddb.InvalidDatabaseError, UnicodeDecodeError) as exc:
            raise NoLibrary(path, "is broken inside") from exc
        except ValueError:  # an IPv6 address, and the file has none
            return Found()

    versions = _BOTH if about.ip_version == max(_BOTH) else frozenset({about.ip_version})
    dated = datetime.fromtimestamp(about.build_epoch, tz=UTC).date()
    return Source(_library(about.database_type), role, versions, dated, path, find)


def _library(kind: str) -> str:
    """Whose data they are, by the file's own word for its kind."""
    plain = kind.lower().replace("-", "")
    return next((name for start, name in _FAMILIES.items() if plain.startswith(start)), kind)


def _role(kind: str) -> Role | None:
    plain = kind.lower()
    if "asn" in plain or "isp" in plain:
        return Role.NETWORK
    return Role.WORLD if "city" in plain or "country" in plain else None


def _is_read(record: Record | None, role: Role) -> bool:
    """Whether a record has the shape that is read: other shapes would be silence about everything."""
    field = "autonomous_system_number" if role is Role.NETWORK else "country"
    return isinstance(record, dict) and (field in record or (role is Role.WORLD and "continent" in record))


def _found(record: Record | None, role: Role) -> Found:
    if not isinstance(record, dict):
        return Found()
    if role is Role.WORLD:
        return Found(place=_place(record))
    number = record.get("autonomous_system_number")
    return Found(
        asn=number if isinstance(number, int) else None, operator=_text(record, "autonomous_system_organization")
    )


def _place(record: dict[str, Record]) -> Place:
    """The place of a record with names in English: country, first subdivision, and city without its district."""
    code, country = _text(record, "country", "iso_code"), _name(record, "country")
    if code == _RESERVED or not (code or country):
        return Place()
    province, city = _name(record, "subdivisions"), _name(record, "city").partition(" (")[0]
    place = place_in(code or country, province, city, raw=", ".join(filter(None, (country or code, province, city))))
    latitude, longitude = _number(record, "latitude"), _number(record, "longitude")
    if place.city_code or not city or latitude is None or longitude is None:
        return place
    return place.model_copy(update={"latitude": latitude, "longitude": longitude})


def _name(record: dict[str, Record], key: str) -> str:
    part = record.get(key)
    first = part[0] if isinstance(part, list) and part else part
    return _text(cast("dict[str, Record]", first), "names", "en") if isinstance(first, dict) else ""


def _text(record: dict[str, Record], *keys: str) -> str:
    part: Record | None = record
    for key in keys:
        part = part.get(key) if isinstance(part, dict) else None
    return part[:500] if isinstance(part, str) else ""


def _number(record: dict[str, Record], key: str) -> float | None:
    location = record.get("location")
    value = location.get(key) if isinstance(location, dict) else None
    return float(value) if isinstance(value, float | int) else None
