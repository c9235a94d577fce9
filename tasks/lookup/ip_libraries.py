"""Where an address is, and what network it belongs to, by the IP libraries of this process; offline."""

import logging
from datetime import UTC, date, datetime
from functools import cache

from tasks.config.home import home
from tasks.config.settings import settings
from tasks.decide.agreement import agreed, proven_place, vendor_voice
from tasks.decide.geography import place_label
from tasks.decide.networks import is_to_province
from tasks.errors import SettingsError
from tasks.ipinfo import reputation
from tasks.ipinfo.libraries import Libraries, open_libraries
from tasks.model.address import parse_address
from tasks.model.fact import Known
from tasks.model.facts import History, PastLogin, Reputation
from tasks.model.place import Place
from tasks.model.whereabouts import Voice, Whereabouts

log = logging.getLogger("runbooks.ip_libraries")

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
    """What kind of network an address belongs to; never raises: what can't be read is left out, and logged."""
    return reputation.reputation_of(ip, voices=_readable(ip))


def whereabouts_of(ip: str, said: Place | None = None) -> Whereabouts:
    """Where an address is, as far as the libraries and the vendor agree.

    Args:
        said: where the vendor's own record places it; None where there is none.

    Raises:
        SettingsError: a library can't be read.
    """
    return _agreed(ip, _heard(ip), said)


def placed(past: Known[History]) -> Known[History]:
    """Logins around one, each where the libraries agree with its record, and nowhere where they do not."""
    every = (*past.value.later, *past.value.logins)
    agreed_on = {key: _place_by_all(each.ip, each.place) for key, each in {_key(one): one for one in every}.items()}
    moved = {
        name: tuple(each.model_copy(update={"place": agreed_on[_key(each)]}) for each in logins)
        for name, logins in (("later", past.value.later), ("logins", past.value.logins))
    }
    return past.model_copy(update={"value": past.value.model_copy(update=moved)})


def _key(login: PastLogin) -> tuple[str, str]:
    return login.ip, place_label(login.place)


def _place_by_all(ip: str, said: Place | None) -> Place | None:
    """The place of a record as far as the libraries agree with it; as it is where none of them knows the address."""
    heard = _readable(ip)
    return proven_place(_agreed(ip, heard, said)) if any(voice.place.known for voice in heard) else said


def _readable(ip: str) -> tuple[Voice, ...]:
    try:
        return _heard(ip)
    except SettingsError as exc:
        log.error("%s", exc)  # noqa: TRY400 - one line, which says all
        return ()


def _agreed(ip: str, heard: tuple[Voice, ...], said: Place | None) -> Whereabouts:
    reputed = reputation.reputation_of(ip, voices=heard)
    return agreed(ip, (*heard, *vendor_voice(said)), to_province=is_to_province(reputed))


def _heard(ip: str) -> tuple[Voice, ...]:
    """What the libraries say; installed ones are not opened for an address that they can't know, such as a drill's."""
    address = parse_address(ip)
    if not settings().ip_libraries and (address is None or not address.is_global):
        return ()
    return libraries().voices(ip, today=_today())


def _today() -> date:
    return datetime.now(UTC).date()
