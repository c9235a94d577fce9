"""Invented facts for the tests of decisions: a quiet login of alice's from Nanjing, and ways to change it."""

from datetime import datetime, timedelta
from typing import Any, Literal

from tasks.decide.plan import containment_plan
from tasks.model.answer import Answer, Statement
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.fact import Known, Unknown
from tasks.model.facts import (
    AccessKey,
    Actor,
    AddressKind,
    Alarm,
    Caller,
    History,
    Login,
    OwnAddress,
    PastLogin,
    Protections,
    Reputation,
    Rights,
    SensitiveEvent,
    Severity,
    Switch,
    Trail,
)
from tasks.model.place import Place
from tasks.model.plan import Plan
from tasks.model.policy import Network, Policy, Travel, UsualPlace
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.decide import decide
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import principal_of, suspect_of
from tasks.runbooks.unusual_login.questions import Question
from tests.people import ACCOUNT, ALICE, BOB, DAVE, ROOT, RUNNER
from tests.scene import AT, STRANGER

NOW = AT + timedelta(minutes=20)


NANJING = Place(
    raw="中国 江苏省 南京市", country="中国", province="江苏省", city="南京市", latitude=32.06, longitude=118.8
)
BEIJING = Place(raw="中国 北京市", country="中国", province="北京市", city="北京市", latitude=39.9, longitude=116.4)
FRANKFURT = Place(
    raw="德国 黑森州 法兰克福", country="德国", province="黑森州", city="法兰克福", latitude=50.1, longitude=8.7
)
GERMANY = Place(raw="德国", country="德国")

NOT_READ = Unknown(reason=Sentence(zh="没有权限", en="permission denied"), permission="cam:ListUsers")
ALERT = LoginAlert(ip=STRANGER, login_time=AT, account=ACCOUNT)
POLICY = Policy()


def event(name: str = "ConsoleLogin", **fields: Any) -> AuditEvent:
    """An audit record of alice's."""
    given = {"id": f"event-{name}", "at": AT, "service": "account", "actor": ALICE, "ip": STRANGER, "place": NANJING}
    return AuditEvent(name=name, **(given | fields))


def login(actor: Principal = ALICE, *, failures: int = 0, **fields: Any) -> Known[Login]:
    """The login in question."""
    return Known(value=Login(event=event(actor=actor, **fields), failures_before=failures), evidence=("ev-login",))


def past(principal: Principal, place: Place | None, *, days: float = 3, ip: str = "198.51.100.5") -> PastLogin:
    """A login some days before the one in question."""
    return PastLogin(at=AT - timedelta(days=days), principal=principal, ip=ip, place=place)


def history(
    *logins: PastLogin, later: tuple[PastLogin, ...] = (), looked: tuple[str, ...] | None = None
) -> Known[History]:
    """The history of 90 days.

    Args:
        looked: the kinds of the address that earlier logins have, where it was looked at.
    """
    addresses = {"198.51.100.5": Reputation(kinds=looked)} if looked is not None else None
    return Known(value=History(days=90, logins=logins, later=later, addresses=addresses), evidence=("ev-history",))


def sensitive(name: str = "RunInstances", *, after: timedelta = timedelta(minutes=5), **fields: Any) -> SensitiveEvent:
    """A sensitive operation after the login."""
    given = {"service": "cvm", "write": True, "at": AT + after}
    why = Sentence(zh="新建机器", en="new machines")
    severity = fields.pop("severity", Severity.MEDIUM)
    return SensitiveEvent(event=event(name, **(given | fields)), why=why, severity=severity, tactic="impact")


def trail(*found: SensitiveEvent, actors: tuple[Actor, ...] = (), **fields: Any) -> Known[Trail]:
    """What the log shows; alice is always its first actor."""
    first = actor(ALICE)
    given = {"since": AT - timedelta(hours=1), "until": NOW, "events": 3}
    value = Trail(actors=(first, *actors), sensitive=found, **(given | fields))
    return Known(value=value, evidence=("ev-trail",))


def actor(principal: Principal, *, by: Principal | None = None, keys: tuple[str, ...] = ()) -> Actor:
    """Somebody in the chain."""
    how = Sentence(zh="在链条中", en="in the chain")
    return Actor(principal=principal, keys=keys, how=how, created_by=by.uin if by else None)


def key(owner: Principal, key_id: str = "AKIDexample1", *, active: bool = True) -> AccessKey:
    """A long-lived key."""
    return AccessKey(owner=owner, key_id=key_id, active=active)


def co_user(principal: Principal, **fields: Any) -> CoUser:
    """Somebody who can enter the account."""
    return CoUser(principal=principal, **fields)


def caller(kind: PrincipalKind = PrincipalKind.SUB_USER, uin: str = RUNNER.uin, key_id: str = "") -> Known[Caller]:
    """Whom the runbook runs as."""
    return Known(value=Caller(account=ACCOUNT, uin=uin, kind=kind, key_id=key_id))


def protections(principal: Principal = ALICE, **fields: Any) -> Known[tuple[Protections, ...]]:
    """One principal's protections; all off unless told."""
    given = {"login": Switch.OFF, "operation": Switch.OFF, "offsite": Switch.OFF}
    return Known(value=(Protections(principal=principal, **(given | fields)),))


def own(kind: AddressKind, network: str = STRANGER) -> Known[tuple[OwnAddress, ...]]:
    """An address of one's own."""
    return Known(value=(OwnAddress(network=network, kind=kind, name=f"{kind.value}-example", region="ap-guangzhou"),))


def reputation(*kinds: str) -> Known[Reputation]:
    """What is said of the address."""
    return Known(value=Reputation(kinds=kinds, source="an invented list"))


def alarm(rule: str) -> Known[tuple[Alarm, ...]]:
    """An alarm of the Cloud Security Center."""
    return Known(value=(Alarm(id="1", rule=rule, level=3, ip=STRANGER),))


def facts(**changed: Any) -> LoginFacts:
    """A login of alice's from Nanjing, who was always in Beijing; nothing speaks against her."""
    given: dict[str, Any] = {
        "gathered_at": NOW,
        "caller": caller(),
        "login": login(),
        "history": history(*(past(ALICE, BEIJING, days=days) for days in (3, 4, 5))),
        "co_users": Known(value=(co_user(ROOT), co_user(ALICE, console=True), co_user(BOB), co_user(DAVE))),
        "egress": Known(value=()),
        "protections": Known(value=()),
        "keys": Known(value=(key(ALICE),)),
        "rights": Known(value=Rights()),
        "administrators": Known(value=(ALICE,)),
        "trail": trail(),
        "alarms": Known(value=()),
        "reputation": reputation("residential"),
    }
    return LoginFacts(**(given | changed))


def statement(question: Question, value: str, by: str = "Wang") -> Statement:
    """What a person said."""
    return Statement(question=question, value=value, by=by, at=NOW)


def said(question: Question, value: str, by: str = "Wang") -> Answer:
    """The answer that such a word becomes."""
    why = Sentence(zh="有人这样说", en="so it was said")
    return Answer(question=question, value=value, source="person", by=by, at=NOW, why=why)


def travel(principal: str = "alice", place: str = "江苏省", *, days: float = 1, **announced: Any) -> Policy:
    """A journey around the time of the login."""
    around = timedelta(days=days)
    journey = Travel(principal=principal, place=place, since=AT - around, until=AT + around, **announced)
    return Policy(travel=(journey,))


def usual(place: str = "南京", principal: str | None = None) -> Policy:
    """A declared usual place."""
    return Policy(usual_places=(UsualPlace(place=place, principal=principal),))


def network(cidr: str = "203.0.113.0/28") -> Policy:
    """A declared office."""
    return Policy(networks=(Network.model_validate({"name": "office", "cidr": cidr}),))


def plan(alert: LoginAlert, known: LoginFacts, policy: Policy, *, site: Literal["cn", "intl"] = "cn") -> Plan:
    """The plan against whoever these facts suspect."""
    return containment_plan(principal_of(alert, known), known, policy, site)


def decided(
    alert: LoginAlert, known: LoginFacts, words: tuple[Statement, ...], policy: Policy, *, now: datetime = NOW
) -> Decision:
    """Where the procedure stands about whoever these facts suspect."""
    return decide(alert, known, suspect_of(alert, known), words, policy, now=now)
