"""The IP libraries of this process: the operator's own files, and for the rest the packages' data."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tasks.errors import SettingsError
from tasks.ipinfo import mmdb, xdb
from tasks.ipinfo.packaged import HOW_TO_INSTALL, packaged_files
from tasks.ipinfo.source import NoLibrary, Source
from tasks.model.address import Address, parse_address
from tasks.model.whereabouts import Voice

SETTING = "RUNBOOKS_IP_LIBRARIES"
NONE = "none"
"""The word for no library at all, not even one that is installed."""

_OPEN = {xdb.SUFFIX: xdb.open_xdb, mmdb.SUFFIX: mmdb.open_mmdb}


class Libraries:
    """Files that are open, and asked together."""

    def __init__(self, own: Iterable[Source] = (), packaged: Iterable[Source] = ()) -> None:
        self._own = tuple(own)
        self._packaged = tuple(source for source in packaged if not any(_replaces(mine, source) for mine in self._own))

    @property
    def sources(self) -> tuple[Source, ...]:
        """All files, the operator's own first."""
        return (*self._own, *self._packaged)

    def voices(self, ip: str, *, today: date) -> tuple[Voice, ...]:
        """What each file says of an address; the packages know addresses of the internet only.

        Raises:
            SettingsError: a file turned out to be broken inside.
        """
        address = parse_address(ip)
        if address is None:
            return ()
        try:
            return tuple(source.voice(address, today) for source in self._asked(address))
        except NoLibrary as exc:
            raise _wrong(exc) from exc

    def _asked(self, address: Address) -> tuple[Source, ...]:
        sources = self.sources if address.is_global else self._own
        return tuple(source for source in sources if address.version in source.versions)


def open_libraries(setting: str, *, folder: Path) -> Libraries:
    """Open what the setting names, and of the installed packages what it does not replace.

    Args:
        setting: paths with commas between, `none`, or nothing.
        folder: where what comes packed is unpacked to.

    Raises:
        SettingsError: a file can't be read, or is not what it should be; names it and the mend.
    """
    if setting.strip().lower() == NONE:
        return Libraries()
    try:
        own = [_open(Path(part.strip()).expanduser()) for part in setting.split(",") if part.strip()]
    except NoLibrary as exc:
        raise _wrong(exc) from exc
    try:
        return Libraries(own, [_open(path) for path in packaged_files(folder)])
    except NoLibrary as exc:
        mend = f"install it anew ({HOW_TO_INSTALL}), or name files of your own, or `{NONE}`"
        raise SettingsError(SETTING, f"{exc.path} {exc.reason}; {mend}") from exc


def _open(path: Path) -> Source:
    opening = _OPEN.get(path.suffix.lower())
    if opening is None:
        raise NoLibrary(path, f"ends in neither {xdb.SUFFIX} nor {mmdb.SUFFIX}")
    return opening(path)


def _wrong(exc: NoLibrary) -> SettingsError:
    mend = f"name .xdb files of ip2region and .mmdb files of DB-IP, with commas between, or `{NONE}`"
    return SettingsError(SETTING, f"{exc.path} {exc.reason}; {mend}")


def _replaces(own: Source, packaged: Source) -> bool:
    """Whether a file of the operator's is heard for all that a packaged one is."""
    return own.role is packaged.role and own.versions >= packaged.versions
