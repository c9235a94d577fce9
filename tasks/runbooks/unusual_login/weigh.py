"""What bears on each question of the procedure: what speaks for a yes, what for a no, and what could not be seen."""

from collections.abc import Callable, Iterable
from typing import Any

from tasks.decide.networks import declared_network, own_host
from tasks.decide.sentences import both, label, moment, shorten, shown_value
from tasks.model.answer import Answer, Statement
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.explanation import Basis, Otherwise, Point, Weighed
from tasks.model.fact import Known, Unknown
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.answers_by_facts import by_facts
from tasks.runbooks.unusual_login.checkins import checkin_text, checkins_of, fits, is_placed
from tasks.runbooks.unusual_login.choices import candidates, named_co_user
from tasks.runbooks.unusual_login.contradictions import (
    co_user_named,
    credentials_changed,
    failures,
    hidden_address,
    impossible_travel,
    leaks,
    sensitive_writes,
    somebody_else,
)
from tasks.runbooks.unusual_login.decide import walk
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import Situation
from tasks.runbooks.unusual_login.questions import Question

Points = tuple[Point, ...]
Sides = tuple[Points, Points]
"""What speaks for a yes, and what for a no."""

BEARING: dict[Question, tuple[str, ...]] = {
    Question.OWN_LOGIN: ("login", "history", "trail", "reputation", "alarms"),
    Question.USUAL_PLACE: ("login", "history"),
    Question.CO_USER: ("login", "co_users"),
    Question.CO_USER_AWAY: ("login",),
    Question.KNOWN_EGRESS: ("egress", "reputation"),
    Question.CONFIRM: ("login", "trail"),
}
"""Facts that help with a question: where one is unknown, a reader of the answer has to know."""

SUPPOSED = ("yes", "no", "unknown")


def weigh(alert: LoginAlert, facts: LoginFacts, suspect: Suspect, basis: Basis) -> tuple[Weighed, ...]:
    """Weigh each question that the procedure comes to, given the facts and the statements so far."""
    situation = Situation(
        alert=alert,
        facts=facts,
        statements=basis.statements,
        policy=basis.policy,
        now=basis.now,
        login=suspect,
    )
    decision = walk(situation)
    answers = {answer.question: answer for answer in decision.answers}
    return tuple(
        _weighed(Question(name), answers.get(name), situation, decision)
        for name in dict.fromkeys((*decision.path, *answers))
    )


def _weighed(question: Question, answer: Answer | None, situation: Situation, decision: Decision) -> Weighed:
    yes, no = _sides(question, situation, decision.answers)
    said_yes, said_no = _said(question, situation)
    value = answer.value if answer else ""
    return Weighed(
        question=question,
        value=value,
        for_yes=(*yes, *said_yes),
        for_no=(*no, *said_no),
        unseen=_unseen(question, situation.facts),
        otherwise=_otherwise(question, value, situation),
    )


def _otherwise(question: Question, value: str, situation: Situation) -> tuple[Otherwise, ...]:
    """Where the other answers would have led; a co-user's name is a yes."""
    given = value if value in ("no", "unknown", "") else "yes"
    found = ((other, walk(situation, _suppose(question, other, situation))) for other in SUPPOSED if other != given)
    return tuple(
        Otherwise(supposed=other, leads_to=ended.course, asks=ended.ask.question if ended.ask else "")
        for other, ended in found
    )


def _suppose(question: Question, value: str, situation: Situation) -> Answer:
    people = candidates(situation.facts, situation.login) if question == Question.CO_USER and value == "yes" else ()
    named = (people[0].principal.name or people[0].principal.uin) if people else value
    return Answer(question=question, value=named, source="derived", why=both("假设。", "Supposed."))


def _said(question: Question, situation: Situation) -> Sides:
    """People's own words on the question, whether they counted or not."""
    words = tuple(one for one in situation.statements if one.question == question)
    return (
        tuple(_word(one) for one in words if one.value not in ("no", "unknown")),
        tuple(_word(one) for one in words if one.value == "no"),
    )


def _word(said: Statement) -> Point:
    when, shown = moment(said.at), shown_value(said.value)
    says = both(f"{said.by} {when.zh} 回答：{shown.zh}。", f"{said.by} answered {when.en}: {shown.en}.")
    return Point(says=says, fact="person", at=said.at)


def _unseen(question: Question, facts: LoginFacts) -> Points:
    named = ((name, getattr(facts, name)) for name in BEARING[question])
    return tuple(Point(says=fact.reason, fact=name) for name, fact in named if isinstance(fact, Unknown))


def _sides(question: Question, situation: Situation, answers: tuple[Answer, ...]) -> Sides:
    sides: dict[Question, Callable[[Situation, tuple[Answer, ...]], Sides]] = {
        Question.OWN_LOGIN: _own_login,
        Question.USUAL_PLACE: _usual_place,
        Question.CO_USER: _co_user,
        Question.CO_USER_AWAY: _co_user_away,
        Question.KNOWN_EGRESS: _known_egress,
        Question.CONFIRM: _confirm,
    }
    return sides[question](situation, answers) if question in sides else ((), ())


def _own_login(situation: Situation, _: tuple[Answer, ...]) -> Sides:
    """What makes it look like the owner's, and what like somebody else's."""
    usual_yes, usual_no = _usual_place(situation, ())
    return (
        (*usual_yes, *_egress_yes(situation)),
        (*usual_no, *_against(situation, ())),
    )


def _usual_place(situation: Situation, _: tuple[Answer, ...]) -> Sides:
    return _of_answer(by_facts(Question.USUAL_PLACE, situation, ()))


def _co_user(situation: Situation, answers: tuple[Answer, ...]) -> Sides:
    yes, no = _of_answer(by_facts(Question.CO_USER, situation, answers))
    return (*_neighbours(situation), *yes), (*no, *_another(situation, answers))


def _co_user_away(situation: Situation, answers: tuple[Answer, ...]) -> Sides:
    yes, no = _of_answer(by_facts(Question.CO_USER_AWAY, situation, answers))
    if yes or no:
        return yes, no
    says = both("没有报备过符合这次登录的行程。", "No journey that fits this login was announced.")
    return (), (Point(says=says, fact="policy"),)


def _known_egress(situation: Situation, _: tuple[Answer, ...]) -> Sides:
    return _egress_yes(situation), (*_egress_no(situation), *_hidden(situation))


def _confirm(situation: Situation, answers: tuple[Answer, ...]) -> Sides:
    """Everything that speaks against the statement that is to be confirmed."""
    return (), _against(situation, answers)


def _against(situation: Situation, answers: tuple[Answer, ...]) -> Points:
    login, facts, policy = situation.login, situation.facts, situation.policy
    named = co_user_named(answers, facts)
    return (
        *_points("trail", facts.trail, (*credentials_changed(login, facts), *sensitive_writes(login, facts))),
        *_hidden(situation),
        *_points("history", facts.history, impossible_travel(login, named, facts, policy)),
        *_points("alarms", facts.alarms, leaks(facts)),
        *_points("login", facts.login, failures(facts)),
        *_another(situation, answers),
    )


def _hidden(situation: Situation) -> Points:
    found = hidden_address(situation.login, situation.facts, situation.policy)
    return _points("reputation", situation.facts.reputation, found)


def _another(situation: Situation, answers: tuple[Answer, ...]) -> Points:
    value = next((answer.value for answer in answers if answer.question == Question.CO_USER and answer.yes), "")
    named = named_co_user(value, situation.facts, situation.login) if value else None
    return _points("login", situation.facts.login, somebody_else(situation.login, named))


def _neighbours(situation: Situation) -> Points:
    login = situation.facts.login
    others = login.value.same_address if isinstance(login, Known) else ()
    if not others:
        return ()
    names = shorten(tuple(label(each).zh for each in others))
    says = both(f"同一地址前后还有 {names.zh} 登录。", f"{names.en} logged in from this address, too.")
    return _points("login", login, (says,))


def _egress_yes(situation: Situation) -> Points:
    """Networks and devices of one's own that the login's addresses belong to."""
    facts, ips = situation.facts, situation.login.ips
    names = tuple(found for ip in ips if (found := declared_network(ip, situation.policy, facts)) is not None)
    hosts = tuple(own.name or own.network for ip in ips if (own := own_host(ip, facts)) is not None)
    shown = tuple(one for one in checkins_of(facts) if fits(one, situation.login))
    return (
        *_points("egress", facts.egress, (_belongs(name) for name in dict.fromkeys((*names, *hosts)))),
        *_points("checkins", facts.checkins, (checkin_text(one, situation.login) for one in shown)),
    )


def _belongs(name: str) -> Sentence:
    return both(f"登录地址属于自己的「{name}」。", f"The address belongs to our own “{name}”.")


def _egress_no(situation: Situation) -> Points:
    facts, egress, ips = situation.facts, situation.facts.egress, situation.login.ips
    login = situation.login
    elsewhere = tuple(one for one in checkins_of(facts) if is_placed(one, login) and not fits(one, login))
    away = _points("checkins", facts.checkins, (checkin_text(one, situation.login) for one in elsewhere))
    if isinstance(egress, Unknown) or not ips or _egress_yes(situation):
        return away
    count, shown = len(egress.value) + len(situation.policy.networks), shorten(ips)
    says = both(
        f"{shown.zh} 不在自己的 {count} 个出口地址和网络之中。",
        f"{shown.en} is in none of the {count} egress addresses and networks of our own.",
    )
    return (*_points("egress", egress, (says,)), *away)


def _of_answer(answer: Answer | None) -> Sides:
    if answer is None or answer.value == "unknown":
        return (), ()
    point = Point(says=answer.why, fact=answer.by or answer.source, evidence=answer.evidence, at=answer.at)
    return ((point,), ()) if answer.yes else ((), (point,))


def _points(name: str, fact: "Known[Any] | Unknown", says: Iterable[Sentence]) -> Points:
    evidence = fact.evidence if isinstance(fact, Known) else ()
    return tuple(Point(says=one, fact=name, evidence=evidence) for one in says)
