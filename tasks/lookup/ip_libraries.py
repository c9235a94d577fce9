"""Where an address is, and what network it belongs to, by the IP libraries of this process; offline."""

from datetime import UTC, date, datetime
from functools import cache

from tasks.config.home import home
from tasks.config.settings import settings
from tasks.ipinfo import reputation
from tasks.ipinfo.libraries import Libraries, open_libraries
from tasks.model.address import parse_address
from tasks.model.facts import Reputation
from tasks.model.whereabouts import Voice

UNPACKED = "libraries"
"""The folder in `RUNBOOKS_HOME` that packed libraries are unpacked to, once."""


@cache
def libraries() -> Libraries:
    """The IP libraries of this process, opened once.

    Raises:
        SettingsError: a file can't be read, or is not what it should be; names it and the mend.
    """
    return open_libraries(settings().ip_libraries, folder=home() / UNPACKED)


def reputation_of(ip: str) -> Reputation:
    """What kind of network an address belongs to."""
    return _reputation(ip, _heard(ip))


def _heard(ip: str) -> tuple[Voice, ...]:
    """What the libraries say; installed ones are not opened for an address that they can't know, such as a drill's."""
    address = parse_address(ip)
    if not settings().ip_libraries and (address is None or not address.is_global):
        return ()
    return libraries().voices(ip, today=_today())


def _reputation(ip: str, voices: tuple[Voice, ...]) -> Reputation:
    network = next((voice for voice in voices if voice.asn is not None), None)
    return reputation.reputation_of(ip, network=network)


def _today() -> date:
    return datetime.now(UTC).date()
