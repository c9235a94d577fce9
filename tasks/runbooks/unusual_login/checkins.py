"""What a check-in says about a login: whose device it is, and whether it is behind the login's address."""

from tasks.decide.identity import persons_of
from tasks.decide.networks import declared_network
from tasks.decide.sentences import both, holder, moment, shorten
from tasks.model.address import is_internal, parse_address, same_subscriber
from tasks.model.answer import Answer
from tasks.model.base import Sentence
from tasks.model.checkin import CheckIn, CheckInPage
from tasks.model.fact import Known
from tasks.model.policy import Policy
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.choices import named_co_user
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import Situation, came_from
from tasks.runbooks.unusual_login.questions import Question
from tasks.runbooks.unusual_login.text import CHECKIN

SHOWN = 6
"""Check-ins that a question shows, the latest ones; a person has a phone and a laptop, not twenty devices."""


def concerned(login: Suspect, facts: LoginFacts, answers: tuple[Answer, ...], policy: Policy) -> tuple[str, ...]:
    """The declared people whose identity logged in, or was named as the co-user's; nobody where none is declared."""
    named = next((one.value for one in answers if one.question == Question.CO_USER and one.yes), "")
    owners = persons_of(login.principal, policy)
    co_users = persons_of(named_co_user(named, facts, login), policy) if named else ()
    return tuple(dict.fromkeys((*owners, *co_users)))


def fits(checkin: CheckIn, login: Suspect) -> bool:
    """Whether the device is behind an address that the login came from."""
    return came_from(login, checkin.address)


def is_placed(checkin: CheckIn, login: Suspect) -> bool:
    """Whether the device's address can be compared with the login's.

    Of a check-in that came through a proxy nobody knows whose address was seen, and an internal one is a public login's
    never.
    """
    seen, of_login = parse_address(checkin.address), [parse_address(ip) for ip in login.ips]
    if seen is None:
        return False
    return not is_internal(seen) or any(ip is not None and is_internal(ip) for ip in of_login)


def known_by_checkin(situation: Situation, answers: tuple[Answer, ...]) -> Answer | None:
    """A yes, where the policy allows it and check-ins prove it."""
    policy = situation.policy
    shown = proofs(situation.login, situation.facts, answers, policy) if policy.checkin_answers else ()
    return _yes(situation, shown) if shown else None


def proofs(login: Suspect, facts: LoginFacts, answers: tuple[Answer, ...], policy: Policy) -> tuple[CheckIn, ...]:
    """A concerned person's check-in from each address of the login that no declared network explains; else none."""
    people = concerned(login, facts, answers, policy)
    theirs = tuple(one for one in checkins_of(facts) if one.person in people)
    open_ = tuple(ip for ip in login.ips if declared_network(ip, policy, facts) is None)
    found = tuple(_from(ip, theirs) for ip in open_)
    shown = tuple(dict.fromkeys(one for one in found if one is not None))
    return shown if all(found) else ()


def _from(ip: str, checkins: tuple[CheckIn, ...]) -> CheckIn | None:
    return next((one for one in checkins if same_subscriber(one.address, ip)), None)


def _yes(situation: Situation, shown: tuple[CheckIn, ...]) -> Answer:
    ips, first = shorten(situation.login.ips), shown[0]
    people, when = shorten(tuple(dict.fromkeys(one.person for one in shown))), moment(first.at)
    why = both(
        f"{people.zh} {when.zh} 用自己的签到链接表明，其设备就在 {ips.zh} 之后。",
        f"{people.en} showed with a personal check-in link {when.en} that the device used is behind {ips.en}.",
    )
    evidence = situation.facts.checkins.evidence if isinstance(situation.facts.checkins, Known) else ()
    return Answer(
        question=Question.KNOWN_EGRESS,
        value="yes",
        source="fact",
        by="checkin",
        at=first.at,
        evidence=evidence,
        why=why,
    )


def proves(login: Suspect, facts: LoginFacts, answers: tuple[Answer, ...], policy: Policy) -> str | None:
    """Whose check-ins answer the question with yes; None where none do."""
    return next((one.person for one in proofs(login, facts, answers, policy)), None)


def with_checkins(facts: LoginFacts, seen: Known[tuple[CheckIn, ...]]) -> LoginFacts:
    """The facts with these check-ins, unless they hold as many already: a kept step may know less than a later one."""
    more = len(seen.value) > len(checkins_of(facts))
    return facts.model_copy(update={"checkins": seen}) if more else facts


def page(alert: LoginAlert) -> CheckInPage:
    """What the holder of a link may see of the login."""
    return CheckInPage(words=CHECKIN, account=alert.account or "", at=alert.login_time, place=alert.place or "")


def checkins_of(facts: LoginFacts) -> tuple[CheckIn, ...]:
    """The check-ins that facts hold, oldest first."""
    return facts.checkins.value if isinstance(facts.checkins, Known) else ()


def checkin_texts(facts: LoginFacts, login: Suspect) -> tuple[Sentence, ...]:
    """The latest check-ins, each compared with the login."""
    return tuple(checkin_text(one, login) for one in checkins_of(facts)[-SHOWN:])


def checkin_text(checkin: CheckIn, login: Suspect) -> Sentence:
    """One check-in, compared with the login."""
    who, when, ips = holder(checkin.person), moment(checkin.at), shorten(login.ips)
    if not is_placed(checkin, login):
        by = both(checkin.address, checkin.address) if checkin.address else both("已声明的代理", "a declared proxy")
        return both(
            f"{who.zh} {when.zh} 签到，但其设备在哪个地址之后不明：只看到 {by.zh}，"
            "中间的代理未在 trusted_proxies 中声明，或没有说明来者（X-Forwarded-For）。",
            f"{who.en} checked in {when.en}, but the device's address is unknown: only {by.en} was seen, for a proxy "
            "between is not declared in trusted_proxies, or does not say who came (X-Forwarded-For).",
        )
    if not login.ips:
        zh, en = "这次登录的地址不明", "the login's own address is not known"
    elif fits(checkin, login):
        zh, en = "正是这次登录的地址", "the very address of this login"
    else:
        zh, en = f"不是这次登录的 {ips.zh}", f"not behind {ips.en}, as this login was"
    return both(
        f"{who.zh} {when.zh} 签到：其设备在 {checkin.address} 之后，{zh}。",
        f"{who.en} checked in {when.en}: that device is behind {checkin.address}, {en}.",
    )
