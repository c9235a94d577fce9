"""One gathered fact after the other, as sentences."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tasks.decide.geography import place_key
from tasks.decide.networks import KINDS, kind_names
from tasks.decide.sentences import both, label, listed, shorten
from tasks.model.address import is_within
from tasks.model.base import Moment, Sentence
from tasks.model.checkin import CheckIn
from tasks.model.facts import (
    AccessKey,
    Alarm,
    Caller,
    History,
    Login,
    OwnAddress,
    PastLogin,
    Protections,
    Reputation,
    Rights,
    Switch,
    Trail,
)
from tasks.model.place import Place
from tasks.model.principal import CoUser, Principal
from tasks.reporting.templating import when
from tasks.reporting.terms import term

T = TypeVar("T")

MOST = 10
"""Entries of one fact that a sheet shows; the rest is in record.json."""


def login(value: Login) -> tuple[Sentence, ...]:
    """Who logged in, from where, when and how."""
    event, place = value.event, place_words(value.event.place)
    came = both("通过控制台", "through the console") if event.console else both("通过 API", "by API")
    way = both("方式未知", "way unknown") if event.console is None else came
    passed = mfa(event.mfa)
    result = both("成功", "succeeded") if event.succeeded else both(f"失败 {event.error}", f"failed {event.error}")
    first = (
        principal(event.actor),
        both(f"时间：{when(event.at)}", f"at {when(event.at)}"),
        both(f"来自 {event.ip or '未知地址'}（{place.zh}）", f"from {event.ip or 'an unknown address'} ({place.en})"),
        both(f"{way.zh}，{passed.zh}，{result.zh}", f"{way.en}, {passed.en}, {result.en}"),
    )
    return first + _failures(value) + _neighbours(value)


def history(value: History) -> tuple[Sentence, ...]:
    """The usual places, the newest logins, and what makes nothing usual."""
    count, days = len(value.logins), value.days
    total = both(f"最近 {days} 天有 {count} 次成功登录", f"successful logins in the last {days} days: {count}")
    places = tuple(both(f"{name}：{n} 次", f"{name}: {n} ×") for name, n in usual_places(value.logins))
    newest = tuple(past_login(entry) for entry in value.logins[:3])
    return (total, *_barred(value), *few(places, lambda place: place, MOST), *newest)


def _barred(value: History) -> tuple[Sentence, ...]:
    """How many logins count for nothing, and because of which incidents."""
    incidents = [entry.barred_by for entry in value.logins if entry.barred_by]
    if not incidents:
        return ()
    names = shorten(tuple(dict.fromkeys(incidents)))
    return (
        both(
            f"其中 {len(incidents)} 次属于未结案或未确认无害的事件，不算作习惯：{names.zh}",
            f"of incidents that are open or were not closed as harmless, so no habit: {len(incidents)} ({names.en})",
        ),
    )


def past_login(entry: PastLogin) -> Sentence:
    """One login of the past on one line."""
    place, who, at = place_words(entry.place), entry.principal.label, when(entry.at)
    return both(f"{at}：{who}，{entry.ip}（{place.zh}）", f"{at}: {who}, {entry.ip} ({place.en})")


def co_users(value: tuple[CoUser, ...]) -> tuple[Sentence, ...]:
    """How many can enter the account, and those who did last."""
    total = both(f"共 {len(value)} 个身份可以进入此账号", f"identities that can enter this account: {len(value)}")
    latest = sorted(value, key=lambda user: user.last_login.timestamp() if user.last_login else 0, reverse=True)
    return (total, *few(latest, _co_user, MOST))


def egress(value: tuple[OwnAddress, ...], ip: str) -> tuple[Sentence, ...]:
    """Which of one's own networks the address belongs to."""
    total = both(f"已知 {len(value)} 个自有地址或网段", f"own addresses and networks that are known: {len(value)}")
    holding = [own for own in value if is_within(ip, own.network)]
    if not holding:
        return (total, both("这个 IP 不在其中", "the address is in none of them"))
    return (total, *few(holding, _own_address, MOST))


def checkins(value: tuple[CheckIn, ...]) -> tuple[Sentence, ...]:
    """Who showed a device, when, and which address it sits behind."""
    return few(value, _checkin, MOST)


def protections(value: tuple[Protections, ...]) -> tuple[Sentence, ...]:
    """Login, operation and off-site protection for each."""
    return few(value, _protection, MOST) or (both("没有可列出的身份", "nobody to list"),)


def keys(value: tuple[AccessKey, ...]) -> tuple[Sentence, ...]:
    """Each key with its state and last use."""
    return few(value, _key, MOST) or (both("没有访问密钥", "no access keys"),)


def rights(value: Rights) -> tuple[Sentence, ...]:
    """Administrator or not, the policies and the boundary."""
    power = both("拥有全部权限（管理员）", "may do everything (administrator)")
    limited = both("不是管理员", "is no administrator")
    names = tuple(both(name, name) for name in value.policies)
    boundary = both(f"权限边界：{value.boundary}", f"permission boundary: {value.boundary}")
    rest = (boundary,) if value.boundary else (both("没有权限边界", "no permission boundary"),)
    return (power if value.admin else limited, *few(names, lambda name: name, MOST), *rest)


def administrators(value: tuple[Principal, ...]) -> tuple[Sentence, ...]:
    """Who may do everything beside the main account."""
    return few(value, label, MOST) or (both("只有主账号", "nobody but the main account"),)


def trail(value: Trail) -> tuple[Sentence, ...]:
    """How much the actors did, and what of it matters."""
    span = both(
        f"查看了 {when(value.since)} 至 {when(value.until)}", f"read from {when(value.since)} to {when(value.until)}"
    )
    count = both(
        f"{value.events} 条操作，其中写操作 {value.writes} 条，敏感操作 {len(value.sensitive)} 条",
        f"events: {value.events}, writes among them: {value.writes}, sensitive: {len(value.sensitive)}",
    )
    open_end = both("追查被上限截断，可能还有更多", "the hunt was cut off by a limit; there may be more")
    sensitive = few(value.sensitive, lambda found: event_line(found.event.at, found.event.name, found.why), 5)
    return (span, count, *(() if value.closed else (open_end,)), *sensitive)


def alarms(value: tuple[Alarm, ...]) -> tuple[Sentence, ...]:
    """What Tencent's own detection raised."""
    return few(value, _alarm, MOST) or (both("没有告警", "no alarms"),)


def reputation(value: Reputation) -> tuple[Sentence, ...]:
    """What kind of network the address belongs to."""
    first = listed(kind_names(value) or (KINDS["unknown"].name,))
    owner = (both(f"归属：{value.owner}", f"network of {value.owner}"),) if value.owner else ()
    source = (both(f"来源：{value.source}", f"source: {value.source}"),) if value.source else ()
    return (first, *owner, *source)


def caller(value: Caller) -> tuple[Sentence, ...]:
    """Whose credential this is."""
    kind = term(value.kind)
    return (both(f"账号 {value.account}，{kind.zh} {value.uin}", f"account {value.account}, {kind.en} {value.uin}"),)


def principal(who: Principal) -> Sentence:
    """An identity with its kind."""
    kind = term(who.kind)
    return both(f"{kind.zh} {who.label}", f"{kind.en} {who.label}")


def place_words(place: Place | None) -> Sentence:
    """A place as the library names it."""
    if place is None or not (place.raw or place.known):
        return both("地点未知", "place unknown")
    words = place.raw or " ".join(filter(None, (place.country, place.province, place.city, place.operator)))
    return both(words, words)


def usual_places(logins: Sequence[PastLogin]) -> tuple[tuple[str, int], ...]:
    """Places of past logins with their count, most frequent first; each in the words of the newest login there."""
    names: dict[tuple[str, ...], str] = {}
    found: Counter[str] = Counter()
    for place in (entry.place for entry in logins if entry.place is not None):
        name = " ".join(filter(None, (place.country, place.province, place.city))) or place.raw
        found[names.setdefault(place_key(place) if place.known else (name,), name)] += 1
    return tuple((name, count) for name, count in found.most_common() if name)


def mfa(passed: bool | None) -> Sentence:  # noqa: FBT001 - a fact with three values, no switch
    """Whether multi-factor authentication was passed."""
    if passed is None:
        return both("MFA 未知", "MFA unknown")
    return both("通过了 MFA", "MFA passed") if passed else both("没有 MFA", "no MFA")


def few(items: Iterable[T], line: Callable[[T], Sentence], most: int) -> tuple[Sentence, ...]:
    """The first lines, and how many are left out."""
    every = tuple(items)
    shown = tuple(line(item) for item in every[:most])
    return shown if len(every) <= most else (*shown, more(len(every) - most))


def more(count: int) -> Sentence:
    """What a cut list ends with."""
    return both(f"另有 {count} 条，见 record.json", f"and {count} more in record.json")


def event_line(at: Moment, name: str, why: Sentence) -> Sentence:
    """One operation, and why it matters."""
    return both(f"{when(at)}：{name}，{why.zh}", f"{when(at)}: {name}, {why.en}")


def _failures(value: Login) -> tuple[Sentence, ...]:
    n = value.failures_before
    return (both(f"之前 24 小时内失败 {n} 次", f"failed logins in the 24 hours before: {n}"),) if n else ()


def _neighbours(value: Login) -> tuple[Sentence, ...]:
    if not value.same_address:
        return ()
    who = listed(few(value.same_address, principal, MOST))
    return (both(f"同一地址还登录过：{who.zh}", f"also logged in from this address: {who.en}"),)


def _checkin(seen: CheckIn) -> Sentence:
    who, at, address = seen.person, when(seen.at), seen.address
    return both(
        f"{at}：{who or '未署名'}，{address or '地址不明'}", f"{at}: {who or 'unnamed'}, {address or 'unknown'}"
    )


def _co_user(user: CoUser) -> Sentence:
    who, place = principal(user.principal), place_words(user.last_place)
    if user.last_login is None:
        return both(f"{who.zh}：没有登录记录", f"{who.en}: no known login")
    at, ip = when(user.last_login), user.last_ip
    return both(
        f"{who.zh}：上次登录 {at}，{ip or '地址未知'}（{place.zh}）",
        f"{who.en}: last login {at}, {ip or 'address unknown'} ({place.en})",
    )


def _own_address(own: OwnAddress) -> Sentence:
    kind, name = term(own.kind), " ".join(filter(None, (own.name, own.region)))
    return both(f"属于 {own.network}：{kind.zh} {name}", f"it is in {own.network}: {kind.en} {name}")


def _protection(state: Protections) -> Sentence:
    parts = (("login", state.login), ("operation", state.operation), ("offsite", state.offsite))
    zh = "，".join(f"{term(name).zh}{_switch(switch).zh}" for name, switch in parts)
    en = ", ".join(f"{term(name).en} {_switch(switch).en}" for name, switch in parts)
    return both(f"{state.principal.label}：{zh}", f"{state.principal.label}: {en}")


def _switch(state: Switch) -> Sentence:
    return both("读不到", "could not be read") if state is Switch.UNKNOWN else term(state)


def _key(key: AccessKey) -> Sentence:
    state = both("启用中", "active") if key.active else both("已禁用", "inactive")
    used = key.last_used
    return both(
        f"{key.key_id}（{key.owner.label}）{state.zh}，最近使用：{used or '未知'}",
        f"{key.key_id} of {key.owner.label}, {state.en}, last used: {used or 'unknown'}",
    )


def _alarm(alarm: Alarm) -> Sentence:
    at = f"{when(alarm.at)} " if alarm.at else ""
    return both(f"{at}{alarm.rule} {alarm.ip}".strip(), f"{at}{alarm.rule} {alarm.ip}".strip())
