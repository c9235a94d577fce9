"""`runbooks whereis`: all that the IP libraries say of an address, or which libraries there are."""

import sys
from datetime import UTC, date, datetime

from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.decide.sentences import both
from tasks.errors import InputError
from tasks.ipinfo.libraries import SETTING
from tasks.ipinfo.packaged import HOW_TO_INSTALL
from tasks.ipinfo.places import place_of
from tasks.ipinfo.source import Source
from tasks.lookup.ip_libraries import libraries, reputation_of, whereabouts_of
from tasks.model.address import parse_address
from tasks.model.base import Lang, Line, Sentence, Value
from tasks.model.facts import Reputation
from tasks.model.whereabouts import Role, Whereabouts
from tasks.reporting import fact_sentences, whereabouts_sentences
from tasks.reporting.templating import in_language

ROLES = {
    Role.CHINA: both("中国的省市", "provinces and cities of China"),
    Role.WORLD: both("各国与境外城市", "countries, and cities abroad"),
    Role.NETWORK: both("网络归属", "whose network it is"),
    Role.VENDOR: both("云审计自带", "the cloud's own word"),
}
NONE_THERE = both(
    f"没有 IP 库：只有云审计自带的地点。安装：{HOW_TO_INSTALL}；或用 {SETTING} 指定文件。",
    f"No IP library: the cloud's own word for places is the only one. {HOW_TO_INSTALL}, or name files in {SETTING}.",
)


class Located(Value):
    """Where an address is, and what kind of network it belongs to."""

    whereabouts: Whereabouts
    reputation: Reputation


class Library(Value):
    """An IP library that is asked.

    Args:
        role: what it is heard for.
        versions: of IP, that it has addresses of.
        dated: the day of its data.
        stale: whether they are too old to prove anything.
    """

    name: Line
    role: Role
    versions: tuple[int, ...]
    dated: date
    stale: bool
    path: str


class Libraries(Value):
    """The IP libraries of this process."""

    libraries: tuple[Library, ...]


def show_whereabouts(address: str, *, said: str, as_json: bool, lang: Lang | None) -> int:
    """Print what every source says of an address, and what they agree on; returns the exit status.

    Args:
        said: the place that the audit record has, in its own words; empty for none.

    Raises:
        InputError: it is no address.
        SettingsError: an IP library can't be read.
    """
    ip = parse_address(address)
    if ip is None:
        raise InputError("ADDRESS", f"{address!r} is no IP address; give one such as 203.0.113.7 or 2001:db8::7")
    libraries()
    found = Located(
        whereabouts=whereabouts_of(str(ip), place_of(said) if said else None), reputation=reputation_of(str(ip))
    )
    return _print(found, _of_address(found), as_json=as_json, lang=lang)


def show_libraries(*, as_json: bool, lang: Lang | None) -> int:
    """Print which IP libraries there are, and how old their data; returns the exit status.

    Raises:
        SettingsError: one of them can't be read.
    """
    today = datetime.now(UTC).date()
    found = Libraries(libraries=tuple(_library(source, today) for source in libraries().sources))
    lines = [_of_library(one) for one in found.libraries] or [NONE_THERE]
    return _print(found, lines, as_json=as_json, lang=lang)


def _print(value: Value, lines: list[Sentence], *, as_json: bool, lang: Lang | None) -> int:
    if as_json:
        sys.stdout.write(value.model_dump_json(indent=2) + "\n")
        return 0
    for line in lines:
        tell(in_language(line, lang or settings().lang))
    return 0


def _of_address(found: Located) -> list[Sentence]:
    where, kind = found.whereabouts, both("地址类型：", "kind of address: ")
    kinds = fact_sentences.reputation(found.reputation)
    repute = both(kind.zh + "；".join(one.zh for one in kinds), kind.en + "; ".join(one.en for one in kinds))
    voices = [whereabouts_sentences.voice(voice) for voice in whereabouts_sentences.placing(where)]
    return [
        both(f"{where.ip}：{(it := whereabouts_sentences.place(where)).zh}", f"{where.ip}: {it.en}"),
        *(both(f"  {one.zh}", f"  {one.en}") for one in (*whereabouts_sentences.network(where), repute, *voices)),
    ]


def _library(source: Source, today: date) -> Library:
    return Library(
        name=source.name,
        role=source.role,
        versions=tuple(sorted(source.versions)),
        dated=source.dated,
        stale=source.is_stale(today),
        path=str(source.path),
    )


def _of_library(one: Library) -> Sentence:
    role, versions = ROLES[one.role], "/".join(f"IPv{version}" for version in one.versions)
    old = both("，过旧，只作疑点", ", too old: doubts only") if one.stale else both("", "")
    return both(
        f"{one.name} {one.dated}{old.zh} · {role.zh} · {versions} · {one.path}",
        f"{one.name} {one.dated}{old.en} · {role.en} · {versions} · {one.path}",
    )
