"""Answers that persons give, and the questions that ask for them."""

from tasks.decide.journeys import statements
from tasks.decide.sentences import both, join, moment, shown_value
from tasks.model.answer import Answer, Ask, Statement
from tasks.model.base import Sentence
from tasks.model.person_name import compared
from tasks.model.principal import Principal
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.brief import shown_first, through_own_host
from tasks.runbooks.unusual_login.checkins import checkin_texts
from tasks.runbooks.unusual_login.choices import CHOICES_SHOWN, accepted, candidates, choices, named_co_user
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import Situation
from tasks.runbooks.unusual_login.questions import QUESTIONS, Question


def by_statement(question: Question, situation: Situation, *, barred: tuple[str, ...] = ()) -> Answer | None:
    """The first statement that counts: it is among the choices, and by a named person who may answer.

    Args:
        barred: names of persons who may not answer.
    """
    for statement in situation.statements:
        value = accepted(question, statement.value, situation.facts, situation.login)
        if statement.question == question and value is not None and _may_answer(statement, barred):
            return _answer(statement, value)
    return None


def _may_answer(statement: Statement, barred: tuple[str, ...]) -> bool:
    name = compared(statement.by)
    return bool(name) and name not in {compared(one) for one in barred}


def _answer(said: Statement, value: str) -> Answer:
    question, shown, when = QUESTIONS[said.question], shown_value(value), moment(said.at)
    why = both(
        f"{said.by} {when.zh} 回答「{question.zh}」：{shown.zh}。",
        f"{said.by} answered “{question.en}” {when.en}: {shown.en}.",
    )
    return Answer(question=said.question, value=value, source="person", by=said.by, at=said.at, why=why)


def ask(question: Question, situation: Situation) -> Ask:
    """The open question, with the evidence before it."""
    parts = (
        shown_first(situation.alert, situation.facts, situation.login),
        *_notes(question, situation),
        QUESTIONS[question],
    )
    return Ask(
        question=question,
        key=str(question),
        text=join(*parts),
        choices=choices(question, situation.facts, situation.login),
    )


def _notes(question: Question, situation: Situation) -> tuple[Sentence, ...]:
    if question == Question.OWN_LOGIN:
        return _journeys(situation.login.principal, situation)
    if question == Question.CO_USER_AWAY:
        named = next((one.value for one in situation.statements if one.question == Question.CO_USER), "")
        return _journeys(named_co_user(named, situation.facts, situation.login), situation)
    if question == Question.CO_USER:
        return _not_listed(situation.facts, situation.login)
    if question == Question.KNOWN_EGRESS:
        found = through_own_host(situation.facts, situation.login)
        return (*((found,) if found else ()), *checkin_texts(situation.facts, situation.login))
    return ()


def _journeys(who: Principal | None, situation: Situation) -> tuple[Sentence, ...]:
    """What was announced of somebody's journeys; what was announced after the login only a person may believe."""
    at, policy = situation.login.at, situation.policy
    return statements(policy.travel, who, at, policy) if who and at else ()


def _not_listed(facts: LoginFacts, login: Suspect) -> tuple[Sentence, ...]:
    rest = len(candidates(facts, login)) - CHOICES_SHOWN
    if rest <= 0:
        return ()
    zh = f"列表只显示前 {CHOICES_SHOWN} 人；另有 {rest} 人，可在终端用名字或 uin 回答。"
    en = f"The list shows the first {CHOICES_SHOWN}; {rest} more can be named in the terminal, by name or uin."
    return (both(zh, en),)


def ask_to_confirm(
    confirmed: Question, against: tuple[Sentence, ...], situation: Situation, barred: tuple[str, ...]
) -> Ask:
    """The question to a second person: does the statement count, though facts contradict it?"""
    evidence = shown_first(situation.alert, situation.facts, situation.login)
    second = both("请由另一个人来确认。", "A different person has to answer.")
    return Ask(
        question=Question.CONFIRM,
        key=f"{Question.CONFIRM}:{confirmed}",
        text=join(evidence, *against, QUESTIONS[Question.CONFIRM], second),
        choices=choices(Question.CONFIRM, situation.facts, situation.login),
        barred=barred,
    )
