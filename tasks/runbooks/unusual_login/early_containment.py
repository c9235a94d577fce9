"""Early containment, before anybody is asked: only where facts rule out every harmless explanation.

Each guard gives the one reason why people are asked first; unknown facts rule nothing out.
"""

from collections.abc import Callable

from tasks.decide.geography import names_place
from tasks.decide.identity import is_called
from tasks.decide.journeys import announced, counts, is_theirs
from tasks.decide.networks import declared_network, own_host
from tasks.decide.sentences import both, label, shorten
from tasks.model.base import Sentence
from tasks.model.decision import EarlyContainment
from tasks.model.fact import Unknown
from tasks.model.policy import Mode, Policy, Travel
from tasks.model.principal import Principal, PrincipalKind
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.answers_by_facts import by_facts
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.indicators import indicators, is_elsewhere
from tasks.runbooks.unusual_login.login import Situation
from tasks.runbooks.unusual_login.questions import Question


def early_containment(
    alert: LoginAlert, facts: LoginFacts, suspect: Suspect, policy: Policy, mode: Mode
) -> EarlyContainment:
    """Whether the policy's automatic actions run before the first question."""
    situation = Situation(alert=alert, facts=facts, statements=(), policy=policy, now=facts.gathered_at, login=suspect)
    found = indicators(suspect, facts, policy)
    why_not = _not_automatic(policy, mode) or _first(situation) or _too_few(found, policy)
    if why_not is not None:
        return EarlyContainment(go=False, signs=found, reasons=(why_not,))
    why = both(
        f"自动模式：有 {len(found)} 个彼此独立的迹象，没有任何无害的解释，先遏制再询问。",
        f"Mode auto: {len(found)} independent indicators and no harmless explanation, so it is contained before "
        "anybody is asked.",
    )
    return EarlyContainment(go=True, signs=found, reasons=(why, *found))


def _not_automatic(policy: Policy, mode: Mode) -> Sentence | None:
    if mode != "auto":
        return both("不是自动模式，先询问再处置。", "The mode is not auto, so people are asked before containment.")
    if not policy.auto_actions:
        return both("策略没有列出可自动执行的动作（auto_actions）。", "The policy names no auto_actions.")
    return None


def _first(situation: Situation) -> Sentence | None:
    """The first harmless explanation that facts leave open."""
    guards: tuple[Callable[[Situation], Sentence | None], ...] = (
        _unseen,
        _uncertain,
        _perhaps_ours,
        _usual,
        _announced,
    )
    return next((why for guard in guards if (why := guard(situation)) is not None), None)


def _unseen(situation: Situation) -> Sentence | None:
    if not isinstance(situation.facts.login, Unknown):
        return None
    reason = situation.facts.login.reason
    return both(
        f"先询问：看不到这次登录的记录：{reason.zh}", f"Asked first: the login's record is unknown: {reason.en}"
    )


def _uncertain(situation: Situation) -> Sentence | None:
    """The record has to name a certain identity, and the alert may not name another."""
    if isinstance(situation.facts.login, Unknown):
        return None
    event, alert = situation.facts.login.value.event, situation.alert
    if not event.actor.uin or event.actor.kind is PrincipalKind.OTHER:
        return both("先询问：登录的身份无法确定。", "Asked first: whose login it was is not certain.")
    if alert.principal and not is_called(event.actor, alert.principal):
        seen = label(event.actor)
        zh = f"先询问：提醒说的是「{alert.principal}」，记录却是 {seen.zh}。"
        return both(zh, f"Asked first: the alert names “{alert.principal}”, the record {seen.en}.")
    if alert.account and event.account and alert.account != event.account:
        return both("先询问：提醒说的是另一个账号。", "Asked first: the alert is about another account.")
    return None


def _perhaps_ours(situation: Situation) -> Sentence | None:
    """An address of the account or of a declared network may be a colleague's, or a jump host."""
    ips = situation.login.ips
    if not ips:
        return both("先询问：登录地址不明。", "Asked first: the address of the login is unknown.")
    names = tuple(declared_network(ip, situation.policy, situation.facts) for ip in ips)
    hosts = tuple(found.name or found.network for ip in ips if (found := own_host(ip, situation.facts)) is not None)
    ours = (*(name for name in names if name is not None), *hosts)
    if ours:
        named = shorten(tuple(dict.fromkeys(ours)))
        return both(f"先询问：登录地址属于自己的「{named.zh}」。", f"Asked first: the address is our own “{named.en}”.")
    if isinstance(situation.facts.egress, Unknown) or situation.facts.egress.gaps:
        zh = "先询问：没有查全自己的出口地址，登录地址可能是自己的。"
        return both(zh, "Asked first: not all of our own addresses could be read, so this one may be ours.")
    return None


def _usual(situation: Situation) -> Sentence | None:
    answer = by_facts(Question.USUAL_PLACE, situation, ())
    if answer is None:
        return both("先询问：无法判断是否常用登录地。", "Asked first: whether the place is a usual one can't be told.")
    if answer.yes:
        return both(f"先询问：{answer.why.zh}", f"Asked first: {answer.why.en}")
    return None


def _announced(situation: Situation) -> Sentence | None:
    actor = situation.login.principal
    if actor is None:
        return None
    travel = next((one for one in situation.policy.travel if _may_be(one, actor, situation)), None)
    if travel is None:
        return None
    by = announced(travel)
    zh = f"先询问：{travel.principal} 已报备前往「{travel.place}」{by.zh}。"
    return both(zh, f"Asked first: {travel.principal} had announced a journey to “{travel.place}”{by.en}.")


def _may_be(travel: Travel, actor: Principal, situation: Situation) -> bool:
    """A main account is shared, so anybody's journey counts; behind a VPN the place says nothing, so any journey."""
    if situation.login.at is None or not counts(travel, situation.login.at):
        return False
    theirs = is_theirs(travel, actor, situation.policy) or actor.kind is PrincipalKind.MAIN
    return theirs and (is_elsewhere(situation.facts) or names_place(travel.place, situation.login.place))


def _too_few(found: tuple[Sentence, ...], policy: Policy) -> Sentence | None:
    if len(found) >= policy.auto_signs:
        return None
    zh = f"先询问：独立的迹象只有 {len(found)} 个，策略要求 {policy.auto_signs} 个（auto_signs）。"
    en = f"Asked first: independent indicators found: {len(found)}, wanted by the policy (auto_signs): "
    return both(zh, f"{en}{policy.auto_signs}.")
