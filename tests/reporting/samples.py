"""Sample records: every verdict, sparse and huge, friendly and hostile; all invented."""

from datetime import date, timedelta
from typing import Any

from tasks.model.answer import Answer, Ask, Choice
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.explanation import Explanation, Otherwise, Point, Weighed
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
    Touched,
    Trail,
)
from tasks.model.place import Place
from tasks.model.plan import Action, ActionKind, Approval, Outcome, Plan
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.model.record import Impact, ProtectionOff, Record, RecordedAnswer, TimelineEntry
from tasks.model.whereabouts import Certainty, Role, Voice, Whereabouts
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question
from tests.people import ALICE, ROOT, RUNNER, SVC_BACKUP
from tests.scene import AT

NOW = AT
NANJING = Place(
    raw="中国 江苏省 南京市 中国电信", country="中国", province="江苏省", city="南京市", operator="中国电信"
)
FAR = Place(raw="荷兰 阿姆斯特丹 ExampleHost", country="荷兰", city="阿姆斯特丹", operator="ExampleHost")
VERDICTS = ("ignored", "contained", "containment_incomplete", "declined", "needs_person")
HOSTILE = (
    "<script>alert(1)</script><img src=https://evil.example/x.png onerror=alert(1)> ![x](https://evil.example/t.gif) "
    "[点我](javascript:alert(1)) https://evil.example www.evil.example bob@evil.example <https://evil.example> "
    "| a | b |\n---\n# 假标题\n1. x\n```\n`code`` {{7*191}} {% raw %} ${x} "
    "\u202egnp.exe\x00\x1b[31m &lt;b&gt; \\| **b** _i_ ~~s~~ "
    "[ref]: https://evil.example\n<!-- --> ]]> </style></title> \"' onload=x"
)
HOSTILE_TEXT = (HOSTILE * 20)[:4000]


def both(zh: str, en: str) -> Sentence:
    """A sentence."""
    return Sentence(zh=zh, en=en)


def quoted(text: str) -> Sentence:
    """A sentence that quotes a stranger."""
    return both(f"原话：{text}", f"as said: {text}")


def event(name: str = "ConsoleLogin", *, actor: Principal = ALICE, minutes: int = 0, **more: Any) -> AuditEvent:
    """An audit record."""
    base: dict[str, Any] = {
        "id": f"ev-{name}-{minutes}",
        "at": NOW + timedelta(minutes=minutes),
        "service": "account" if name == "ConsoleLogin" else "cam",
        "name": name,
        "actor": actor,
        "ip": "203.0.113.7",
        "place": FAR,
        "console": True,
        "mfa": False,
        "request_id": f"req-{name}-{minutes}",
    }
    return AuditEvent(**(base | more))


def sensitive(name: str, minutes: int, title: str = "") -> SensitiveEvent:
    """A sensitive operation."""
    return SensitiveEvent(
        event=event(name, minutes=minutes, title=title),
        why=both("新建的密钥可以绕过控制台登录", "a new key works without the console"),
        severity=Severity.HIGH,
        tactic="persistence",
    )


SENSITIVE = (sensitive("AddUser", 3, "创建子用户"), sensitive("CreateAccessKey", 5), sensitive("StopLogging", 9))
TOUCHED = (
    Touched(
        resource=ResourceRef(kind="cvm", name="ins-example1", region="ap-guangzhou"),
        operation="RunInstances",
        at=NOW + timedelta(minutes=7),
        by=SVC_BACKUP.label,
    ),
)
ACTORS = (
    Actor(principal=ALICE, keys=("AKIDexampleAlice1",), how=both("登录的就是它", "it logged in")),
    Actor(
        principal=SVC_BACKUP,
        keys=("AKIDexampleGhost1",),
        how=both("由 alice 在登录后创建", "made by alice after the login"),
        created_by=ALICE.uin,
    ),
)


_DRESDEN = Place(raw="Germany, Saxony, Dresden", country="德国", city="Dresden", country_code="DE")
WHEREABOUTS = Whereabouts(
    ip="203.0.113.7",
    place=_DRESDEN,
    certainty=Certainty.SINGLE,
    voices=(
        Voice(name="ip2region", role=Role.CHINA, dated=date(2024, 9, 1), stale=True),
        Voice(name="DB-IP", role=Role.WORLD, dated=date(2026, 9, 1), place=_DRESDEN),
        Voice(name="DB-IP", role=Role.NETWORK, dated=date(2026, 9, 1), asn=64496, operator="ExampleHost"),
    ),
    asn=64496,
    operator="ExampleHost",
)


def facts(**changes: Any) -> LoginFacts:
    """Facts of a stolen sub-account, all known."""
    past = tuple(
        PastLogin(at=NOW - timedelta(days=n), principal=ALICE, ip="198.51.100.20", place=NANJING) for n in range(1, 25)
    )
    base: dict[str, Any] = {
        "gathered_at": NOW,
        "caller": Known[Caller](value=Caller(account=ROOT.uin, uin=RUNNER.uin, kind=PrincipalKind.SUB_USER)),
        "login": Known[Login](
            value=Login(event=event(), failures_before=4, same_address=(SVC_BACKUP,)),
            evidence=("ev-1",),
            gaps=(both("审计日志可能延迟几分钟", "the audit log may lag by minutes"),),
        ),
        "history": Known[History](value=History(days=90, logins=past), evidence=("ev-2",)),
        "co_users": Known[tuple[CoUser, ...]](
            value=(
                CoUser(principal=ALICE, last_login=NOW, last_ip="203.0.113.7", last_place=FAR),
                CoUser(principal=ROOT, console=True),
            )
        ),
        "egress": Known[tuple[OwnAddress, ...]](
            value=(OwnAddress(network="198.51.100.0/24", kind=AddressKind.DECLARED, name="办公室"),)
        ),
        "protections": Known[tuple[Protections, ...]](
            value=(Protections(principal=ALICE, login=Switch.OFF, operation=Switch.ON, offsite=Switch.UNKNOWN),)
        ),
        "keys": Known[tuple[AccessKey, ...]](value=(AccessKey(owner=ALICE, key_id="AKIDexampleAlice1", active=True),)),
        "rights": Known[Rights](value=Rights(policies=("AdministratorAccess",), admin=True)),
        "administrators": Known[tuple[Principal, ...]](value=(ALICE,)),
        "trail": Known[Trail](
            value=Trail(
                since=NOW - timedelta(hours=2),
                until=NOW + timedelta(hours=1),
                actors=ACTORS,
                addresses=("203.0.113.7",),
                events=210,
                writes=14,
                sensitive=SENSITIVE,
                resources=TOUCHED,
            )
        ),
        "alarms": Known[tuple[Alarm, ...]](value=(Alarm(id="al-1", rule="异常 IP 调用", ip="203.0.113.7", at=NOW),)),
        "reputation": Known[Reputation](
            value=Reputation(kinds=("hosting", "vpn"), owner="ExampleHost", source="iporigin 2026-11")
        ),
        "whereabouts": Known[Whereabouts](value=WHEREABOUTS),
    }
    return LoginFacts(**(base | changes))


def unknown_facts() -> LoginFacts:
    """Facts of which none was obtainable."""
    missing = Unknown(reason=both("没有权限", "not allowed"), permission="cam:ListUsers")
    return LoginFacts(gathered_at=NOW, **dict.fromkeys(FACT_NAMES, missing))


FACT_NAMES = tuple(name for name in LoginFacts.model_fields if name != "gathered_at")


def alert(**changes: Any) -> LoginAlert:
    """An alert by SMS."""
    base: dict[str, Any] = {
        "ip": "203.0.113.7",
        "login_time": NOW,
        "account": ROOT.uin,
        "principal": "alice",
        "place": "荷兰",
        "method": "密码",
        "source": "sms",
        "text": "【腾讯云】您的账号于 2026-11-23 10:10 在荷兰登录，IP 203.0.113.7。\n如非本人操作请修改密码。",
    }
    return LoginAlert(**(base | changes))


def action(kind: ActionKind = ActionKind.QUARANTINE, **changes: Any) -> Action:
    """One action by the API."""
    base: dict[str, Any] = {
        "kind": kind,
        "target": ALICE.uin,
        "principal": ALICE,
        "how": "api",
        "title": both("给 alice 附加拒绝一切的策略", "attach a deny-all policy to alice"),
        "effect": both("alice 什么都不能做", "alice can do nothing"),
        "undo": both("解除该策略", "detach that policy"),
    }
    return Action(**(base | changes))


def manual_action(**changes: Any) -> Action:
    """One action that only a person can do."""
    base: dict[str, Any] = {
        "kind": ActionKind.CHANGE_PASSWORD,
        "target": ROOT.uin,
        "principal": ROOT,
        "how": "manual",
        "title": both("修改主账号密码", "change the main account's password"),
        "effect": both("旧密码失效", "the old password stops working"),
        "undo": None,
        "link": "https://console.cloud.tencent.com/developer/security",
    }
    return action(**(base | changes))


PLAN = Plan(
    actions=(
        action(
            ActionKind.DISABLE_ACCESS_KEY,
            target="AKIDexampleAlice1",
            title=both("禁用 alice 的密钥", "disable alice's key"),
            effect=both("用这把密钥的程序会停", "programs that use it stop"),
            undo=both("重新启用", "enable it again"),
        ),
        action(),
        manual_action(),
    )
)


def outcome(done: Action, status: str = "verified", **changes: Any) -> Outcome:
    """What came of an action."""
    base: dict[str, Any] = {
        "kind": done.kind,
        "target": done.target,
        "principal": done.principal,
        "how": done.how,
        "status": status,
        "before": {"policies": ["AdministratorAccess"], "boundary": None},
        "request_ids": ("req-example-1",),
        "by": "王五",
        "at": NOW + timedelta(minutes=20),
        "detail": both("读回：策略已附加", "read back: the policy is attached"),
    }
    return Outcome(**(base | changes))


def recorded(value: str, source: str = "fact", by: str = "trail") -> RecordedAnswer:
    """One answer."""
    return RecordedAnswer(
        value=value, source=source, by=by, at=NOW, evidence=("ev-1", "ev-2"), why=both("依据如此", "the facts say so")
    )


PATHS: dict[str, dict[str, RecordedAnswer]] = {
    "ignored": {"own_login": recorded("yes", "person", "alice"), "usual_place": recorded("yes")},
    "needs_person": {"own_login": recorded("unknown")},
}
NOBODYS_LOGIN = {
    "own_login": recorded("no", "person", "alice"),
    "co_user": recorded("no"),
    "known_egress": recorded("no"),
    "resources_affected": recorded("yes", "derived", "trail"),
}
STATUSES = {"contained": "verified", "containment_incomplete": "failed", "declined": "declined"}
NEXT = {"ignored": "none", "needs_person": "harden"}


def record(verdict: str = "contained", lang: str = "zh", **changes: Any) -> Record:
    """A record of this verdict."""
    hit = verdict in STATUSES
    answers = PATHS.get(verdict, NOBODYS_LOGIN)
    base: dict[str, Any] = {
        "runbook": "unusual_login",
        "incident_id": "inc-example-1",
        "flow_run_id": "0d9f3f0e-0000-4000-8000-000000000001",
        "mode": "approve",
        "lang": lang,
        "opened_at": NOW,
        "closed_at": NOW + timedelta(minutes=30),
        "alert": alert(),
        "facts": facts(),
        "answers": answers,
        "path": tuple(answers),
        "contradictions": (both("登录后有敏感写操作", "sensitive writes followed the login"),) if hit else (),
        "verdict": verdict,
        "reasons": (both("没有人认领这次登录", "nobody claims this login"),),
        "plan": PLAN if hit else Plan(),
        "approvals": _approvals(verdict),
        "actions": tuple(outcome(act, STATUSES[verdict]) for act in PLAN.actions) if hit else (),
        "impact": Impact(affected="yes", sensitive_events=SENSITIVE, resources=TOUCHED, actors=ACTORS)
        if hit
        else Impact(affected="no"),
        "next": NEXT.get(verdict, "contact_support"),
        "protections_off": (
            ProtectionOff(principal=ALICE.label, protection="login", state=Switch.OFF),
            ProtectionOff(principal=ROOT.label, protection="offsite", state=Switch.UNKNOWN),
        ),
        "permissions_missing": ("cam:DescribeSafeAuthFlagColl",),
        "explanation": explanation("own_login", both("登录后有敏感写操作", "sensitive writes followed the login")),
        "timeline": (TimelineEntry(seq=1, at=NOW, what="incident opened", who="drill", hash="ab" * 32),),
    }
    return Record(**(base | changes))


def explanation(question: str, says: Sentence, *, evidence: str = "ev-1") -> Explanation:
    """One question, weighed; and one fact that the decision hangs on."""
    point = Point(says=says, fact="trail", evidence=(evidence,), at=NOW)
    weighed = Weighed(
        question=question,
        value="no",
        for_yes=(point,),
        for_no=(point,),
        unseen=(Point(says=says, fact=question),),
        otherwise=(Otherwise(supposed="yes", leads_to="ask", asks=question),),
    )
    hinge = Otherwise(supposed="trail", leads_to="ignore")
    return Explanation(weighed=(weighed,), hinges=(hinge,))


def _approvals(verdict: str) -> tuple[Approval, ...]:
    if verdict not in STATUSES:
        return ()
    names = () if verdict == "declined" else tuple(act.name for act in PLAN.actions)
    return (Approval(plan_hash=PLAN.hash, approver="王五", actions=names, at=NOW + timedelta(minutes=15)),)


def bare_record(verdict: str, lang: str) -> Record:
    """A record with nothing but what it must have."""
    return Record(
        incident_id="inc-1",
        runbook="unusual_login",
        flow_run_id="run-1",
        mode="observe",
        lang=lang,
        opened_at=NOW,
        alert=LoginAlert(),
        facts=None,
        verdict=verdict,
        reasons=(both("事实不足", "too few facts"),),
        impact=Impact(affected="unknown"),
        next="none",
    )


def huge_record(lang: str = "zh") -> Record:
    """A thousand of everything."""
    users = tuple(
        CoUser(principal=ALICE.model_copy(update={"name": f"user{n}"}), last_login=NOW - timedelta(minutes=n))
        for n in range(1000)
    )
    return record(
        "contained",
        lang,
        facts=facts(co_users=Known[tuple[CoUser, ...]](value=users)),
        impact=Impact(
            affected="yes",
            sensitive_events=tuple(sensitive("AddUser", n) for n in range(1000)),
            resources=TOUCHED * 1000,
            actors=ACTORS * 500,
        ),
        protections_off=tuple(
            ProtectionOff(principal=f"user{n}", protection="login", state=Switch.OFF) for n in range(1000)
        ),
        timeline=tuple(
            TimelineEntry(seq=n, at=NOW, what="looked", who="runbook", hash=f"{n:064x}") for n in range(1000)
        ),
    )


def hostile_record(text: str, lang: str = "zh", verdict: str = "contained") -> Record:
    """A record in which every word of a stranger is this text."""
    line = text[:500]
    who = ALICE.model_copy(update={"name": line, "uin": line})
    said = RecordedAnswer(value=line, source="person", by=line, at=NOW, evidence=(text,), why=quoted(text))
    act = action(target=line, principal=who, title=quoted(text), effect=quoted(text), undo=quoted(text), link=text)
    bad = SensitiveEvent(
        event=event(line, actor=who, title=line, ip=text, region=line, request_id=text),
        why=quoted(text),
        severity=Severity.LOW,
        tactic=text,
    )
    actor = Actor(principal=who, keys=(text,), how=quoted(text), created_by=text)
    touched = Touched(resource=ResourceRef(kind=line, name=line, region=line), operation=line, at=NOW, by=line)
    return record(
        verdict,
        lang,
        incident_id=text,
        flow_run_id=text,
        alert=alert(principal=line, place=line, method=line, source=line, text=text),
        facts=hostile_facts(text),
        answers={text: said, "own_login": said},
        path=(text, "own_login"),
        contradictions=(quoted(text),),
        reasons=(quoted(text),),
        plan=Plan(actions=(act,)),
        approvals=(Approval(plan_hash=text, approver=line, actions=(text,), at=NOW),),
        actions=(
            outcome(act, before={text: [text, None, {"a": text}]}, request_ids=(text,), by=line, detail=quoted(text)),
        ),
        impact=Impact(affected="yes", sensitive_events=(bad,), resources=(touched,), actors=(actor,)),
        protections_off=(ProtectionOff(principal=line, protection="login", state=Switch.OFF),),
        permissions_missing=(text,),
        explanation=explanation(line, quoted(text), evidence=text),
        timeline=(TimelineEntry(seq=1, at=NOW, what=line, who=line, detail={text: text}, hash=text),),
    )


def hostile_facts(text: str) -> LoginFacts:
    """Facts in which every word of a stranger is this text."""
    line = text[:500]
    who = ALICE.model_copy(update={"name": line, "uin": line})
    place = Place(raw=line, country=text, city=text)
    return facts(
        login=Known[Login](
            value=Login(
                event=event(line, actor=who, ip=text, place=place, error=line, succeeded=False), same_address=(who,)
            ),
            evidence=(text,),
            gaps=(quoted(text),),
        ),
        history=Known[History](
            value=History(days=90, logins=(PastLogin(at=NOW, principal=who, ip=text, place=place),))
        ),
        co_users=Known[tuple[CoUser, ...]](
            value=(CoUser(principal=who, last_login=NOW, last_ip=text, last_place=place),)
        ),
        egress=Unknown(reason=quoted(text), permission=text),
        keys=Known[tuple[AccessKey, ...]](value=(AccessKey(owner=who, key_id=text, active=True, last_used=line),)),
        rights=Known[Rights](value=Rights(policies=(text,), boundary=text)),
        administrators=Known[tuple[Principal, ...]](value=(who,)),
        alarms=Known[tuple[Alarm, ...]](value=(Alarm(id=text, rule=line, ip=text),)),
        reputation=Known[Reputation](value=Reputation(kinds=(text,), owner=line, source=line)),
        whereabouts=Known[Whereabouts](
            value=Whereabouts(
                ip=text,
                place=place,
                certainty=Certainty.SINGLE,
                voices=(Voice(name=line, role=Role.WORLD, place=place, operator=line),),
                asn=64496,
                operator=line,
            )
        ),
    )


def decision(**changes: Any) -> Decision:
    """A decision that asks or contains."""
    answer = Answer(
        question=Question.OWN_LOGIN, value="no", source="person", by="alice", why=both("她说不是", "she denies it")
    )
    base: dict[str, Any] = {
        "course": "contain",
        "path": (Question.OWN_LOGIN,),
        "answers": (answer,),
        "contradictions": (both("两次登录相距太远", "two logins are too far apart"),),
        "reasons": (both("没有人认领这次登录", "nobody claims this login"),),
    }
    return Decision(**(base | changes))


def ask(**changes: Any) -> Ask:
    """The question about a co-user."""
    base: dict[str, Any] = {
        "question": Question.CO_USER,
        "key": "co_user",
        "text": both("是账号的其他共同使用者登录的吗？", "Was it another user of the account?"),
        "choices": (Choice(value="no", label=both("不是", "no")), Choice(value="bob", label=both("是 bob", "bob"))),
        "barred": ("alice",),
    }
    return Ask(**(base | changes))
