"""Invented logins, written in a few words."""

from datetime import datetime, timedelta
from typing import Any

from tasks.decide.anomaly.baseline import key_of
from tasks.ipinfo.places import place_of
from tasks.model.address import subscriber_network
from tasks.model.audit import AuditEvent
from tasks.model.facts import Reputation
from tasks.model.place import Place
from tasks.model.policy import Policy
from tasks.model.principal import Principal
from tasks.model.watch import Baseline, Failure, Habit, Profile
from tests.people import ACCOUNT, ALICE, COMPANY
from tests.scene import AT

NOW = AT
KNOWN = {one.name: one for one in COMPANY}
WHERE = {
    "office": ("198.51.100.10", "中国 江苏省 南京市 中国电信"),
    "home": ("198.51.100.33", "中国 江苏省 南京市 中国联通"),
    "phone": ("198.51.100.34", "中国 江苏省 南京市 中国移动"),
    "home-respelled": ("198.51.100.41", "中国 江苏 南京 联通"),
    "home-in-english": ("198.51.100.42", "China Jiangsu Nanjing China Unicom"),
    "cable": ("198.51.100.35", "中国 江苏省 南京市 长城宽带"),
    "sanya-cable": ("203.0.113.57", "中国 海南省 三亚市 长城宽带"),
    "phone-suzhou": ("198.51.100.36", "中国 江苏省 苏州市 中国移动"),
    "suzhou": ("198.51.100.37", "中国 江苏省 苏州市 中国电信"),
    "suzhou-unicom": ("198.51.100.38", "中国 江苏省 苏州市 中国联通"),
    "xuzhou-unicom": ("198.51.100.39", "中国 江苏省 徐州市 中国联通"),
    "wuxi": ("198.51.100.40", "中国 江苏省 无锡市 中国联通"),
    "wuxi-renamed": ("198.51.100.40", "中国 广东省 深圳市 中国联通"),
    "office-renamed": ("198.51.100.10", "中国 江苏省 徐州市 中国电信"),
    "office-abroad": ("198.51.100.10", "荷兰 北荷兰省 阿姆斯特丹"),
    "sanya-mobile": ("203.0.113.56", "中国 海南省 三亚市 中国移动"),
    "hotel": ("203.0.113.55", "中国 海南省 三亚市 中国电信"),
    "hotel-next-door": ("203.0.113.58", "中国 海南省 三亚市 中国电信"),
    "amsterdam": ("203.0.113.7", "荷兰 北荷兰省 阿姆斯特丹"),
    "rotterdam": ("203.0.113.9", "荷兰 南荷兰省 鹿特丹"),
    "holland": ("203.0.113.11", "荷兰"),
    "nowhere": ("203.0.113.13", "未知"),
    "v6": ("2001:db8:0:1::7", "未知"),
    "v6-next": ("2001:db8:0:1:aa::8", "未知"),
    "v6-other": ("2001:db8:0:2::7", "未知"),
}
MFA = {"mfa": True, "no-mfa": False}


def principal(name: str) -> Principal:
    """One of the company; alice under another uin where nobody there has that name."""
    return KNOWN.get(name) or ALICE.model_copy(update={"uin": "100000000077", "name": name})


def place(where: str) -> Place:
    return place_of(WHERE[where][1])


def mfa_of(words: list[str]) -> bool | None:
    return next((MFA[word] for word in words if word in MFA), None)


def login(text: str, *, at: datetime = NOW, **fields: Any) -> AuditEvent:
    """A login, such as `alice office no-mfa`."""
    name, where, *rest = text.split()
    values = {
        "id": f"{name}-{where}-{at.isoformat()}",
        "at": at,
        "service": "account",
        "name": "ConsoleLogin",
        "actor": principal(name),
        "account": ACCOUNT,
        "ip": WHERE[where][0],
        "place": place(where),
        "mfa": mfa_of(rest),
    }
    return AuditEvent.model_validate(values | fields)


def habit(text: str) -> tuple[str, Habit]:
    """Somebody's habit, such as `alice office 20 60-1 mfa usual`."""
    name, where, count, days, *rest = text.split()
    first, last = (NOW - timedelta(days=int(each)) for each in days.split("-"))
    return name, Habit(
        place=place(where),
        mfa=mfa_of(rest),
        addresses=(subscriber_network(WHERE[where][0]),),
        uses=(int(count),),
        first=first,
        last=last,
        count=int(count),
    )


def baseline(past: list[str]) -> Baseline:
    """The habits of everybody."""
    profiles: dict[str, Profile] = {}
    for name, found in map(habit, past):
        who = principal(name)
        known = profiles.get(key_of(who)) or Profile(principal=who)
        profiles[key_of(who)] = known.model_copy(update={"habits": (*known.habits, found)})
    return Baseline(account=ACCOUNT, profiles=profiles)


def failures(failed: list[str]) -> tuple[Failure, ...]:
    """Failed logins, such as `alice home 5 1`: five, an hour ago."""
    found: list[Failure] = []
    for name, where, count, hours in map(str.split, failed):
        one = Failure(
            at=NOW - timedelta(hours=int(hours)),
            who=key_of(principal(name)),
            network=subscriber_network(WHERE[where][0]),
        )
        found += [one] * int(count)
    return tuple(found)


def policy(row: dict[str, Any]) -> Policy:
    return Policy.model_validate(row)


def reputation(kinds: list[str]) -> Reputation:
    return Reputation(kinds=tuple(kinds))
