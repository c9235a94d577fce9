"""Answers that facts give by themselves; None where only a person can know."""

from datetime import timedelta

from tasks.decide.geography import names_place, place_label
from tasks.decide.identity import is_called
from tasks.decide.journeys import announced, counts, is_theirs
from tasks.decide.networks import declared_network
from tasks.decide.sentences import both, label, moment, shorten
from tasks.decide.usual import SETTLED
from tasks.model.answer import Answer
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.policy import Travel
from tasks.model.principal import Principal, PrincipalKind
from tasks.runbooks.unusual_login.checkins import known_by_checkin
from tasks.runbooks.unusual_login.choices import named_co_user
from tasks.runbooks.unusual_login.habits import logins_from_here, logins_perhaps_from_here
from tasks.runbooks.unusual_login.login import Situation
from tasks.runbooks.unusual_login.questions import Question

CLOCK_SLACK = timedelta(minutes=10)
"""A login later than now by more than this has a wrong time, which proves nothing."""


def by_facts(question: Question, situation: Situation, answers: tuple[Answer, ...]) -> Answer | None:
    """The answer that facts, the policy or earlier answers give; whose login it was, only people can say."""
    match question:
        case Question.USUAL_PLACE:
            return _usual_place(situation)
        case Question.CO_USER:
            return _co_user(situation, answers)
        case Question.CO_USER_AWAY:
            return _co_user_away(situation, answers)
        case Question.KNOWN_EGRESS:
            return _known_egress(situation) or known_by_checkin(situation, answers)
        case _:
            return None


def _usual_place(situation: Situation) -> Answer | None:
    principal, place = situation.login.principal, situation.login.place
    if principal is None:
        return None
    for usual in situation.policy.usual_places:
        if (usual.principal is None or is_called(principal, usual.principal)) and names_place(usual.place, place):
            why = both(
                f"{place_label(place)} 是已声明的常用登录地「{usual.place}」。",
                f"{place_label(place)} is the declared usual place “{usual.place}”.",
            )
            return Answer(question=Question.USUAL_PLACE, value="yes", source="policy", by="usual_places", why=why)
    return _by_history(situation, principal)


def _by_history(situation: Situation, principal: Principal) -> Answer | None:
    """What earlier logins say of place and network; nothing where the place is not known, or not well enough."""
    history, login = situation.facts.history, situation.login
    if isinstance(history, Unknown):
        return None
    here = logins_from_here(login, situation.facts)
    usual, perhaps = (
        len(found) >= situation.policy.usual_after for found in (here, logins_perhaps_from_here(login, situation.facts))
    )
    if not usual and (login.place is None or perhaps):
        return None
    shown = place_label(login.place) or shorten(login.ips).zh
    why = _how_often(label(principal), shown, len(here), history.value.days, usual=usual)
    return Answer(
        question=Question.USUAL_PLACE,
        value="yes" if usual else "no",
        source="fact",
        by="history",
        evidence=history.evidence,
        why=why,
    )


def _how_often(who: Sentence, shown: str, count: int, days: int, *, usual: bool) -> Sentence:
    """How often somebody came from here before; the last days and what other incidents hold are not counted."""
    least = SETTLED.days
    if usual:
        return both(
            f"{who.zh} 在 {days} 天内、至少 {least} 天之前已有 {count} 次从 {shown} 的成功登录。",
            f"{who.en} logged in from {shown} {count} times within {days} days, and at least {least} days before.",
        )
    return both(
        f"{who.zh} 在 {days} 天内、至少 {least} 天之前只有 {count} 次从 {shown} 的登录，不是常用登录地。",
        f"{who.en} logged in from {shown} only {count} times within {days} days and at least {least} days before: "
        "not a usual place.",
    )


def _co_user(situation: Situation, answers: tuple[Answer, ...]) -> Answer | None:
    if any(answer.question == Question.OWN_LOGIN and answer.yes for answer in answers):
        why = both(
            "本人已说明是自己登录，因此不是共同使用者。",
            "The owner claimed this login, so it was no co-user.",
        )
        return Answer(question=Question.CO_USER, value="no", source="derived", by=Question.OWN_LOGIN, why=why)
    users = situation.facts.co_users
    if isinstance(users, Unknown) or users.gaps or not users.value:
        return None
    if any(user.principal.kind is not PrincipalKind.MAIN for user in users.value):
        return None
    why = both("该账号没有任何子用户、协作者或其他使用者。", "The account has no sub-user, collaborator or other user.")
    return Answer(question=Question.CO_USER, value="no", source="fact", by="co_users", evidence=users.evidence, why=why)


def _co_user_away(situation: Situation, answers: tuple[Answer, ...]) -> Answer | None:
    named = next((answer.value for answer in answers if answer.question == Question.CO_USER), "")
    principal = named_co_user(named, situation.facts, situation.login)
    if principal is None or situation.login.at is None or situation.login.at > situation.now + CLOCK_SLACK:
        return None
    travel = next((one for one in situation.policy.travel if _covers(one, situation, principal)), None)
    if travel is None:
        return None
    by = announced(travel)
    why = both(
        f"{label(principal).zh} 已报备 {moment(travel.since).zh} 至 {moment(travel.until).zh} 在「{travel.place}」"
        f"{by.zh}。",
        f"{label(principal).en} had announced to be in “{travel.place}” {moment(travel.since).en} to "
        f"{moment(travel.until).en.removeprefix('at ')}{by.en}.",
    )
    return Answer(question=Question.CO_USER_AWAY, value="yes", source="policy", by="travel", why=why)


def _covers(travel: Travel, situation: Situation, principal: Principal) -> bool:
    if situation.login.at is None or not counts(travel, situation.login.at):
        return False
    return is_theirs(travel, principal, situation.policy) and names_place(travel.place, situation.login.place)


def _known_egress(situation: Situation) -> Answer | None:
    names = tuple(declared_network(ip, situation.policy, situation.facts) for ip in situation.login.ips)
    known = tuple(name for name in names if name is not None)
    if not known or len(known) < len(names):
        return None
    network, ips = shorten(tuple(dict.fromkeys(known))), shorten(situation.login.ips)
    why = both(
        f"{ips.zh} 属于已知网络「{network.zh}」的出口。", f"{ips.en} is an egress of the known network “{network.en}”."
    )
    evidence = situation.facts.egress.evidence if isinstance(situation.facts.egress, Known) else ()
    return Answer(question=Question.KNOWN_EGRESS, value="yes", source="fact", by="networks", evidence=evidence, why=why)
