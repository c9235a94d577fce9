"""The walk through the procedure: which question is open, and where the answers lead."""

from datetime import datetime
from typing import Literal

from tasks.decide.approvers import approvers_of
from tasks.decide.identity import everybody, persons_of
from tasks.decide.plan import containment_plan
from tasks.decide.sentences import both
from tasks.model.answer import Answer, Ask, Statement
from tasks.model.base import Sentence
from tasks.model.decision import Course, Decision
from tasks.model.person_name import compared
from tasks.model.policy import Policy
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.answers_by_facts import by_facts
from tasks.runbooks.unusual_login.answers_by_people import ask, ask_to_confirm, by_statement
from tasks.runbooks.unusual_login.choices import named_co_user
from tasks.runbooks.unusual_login.contradictions import contradictions, doubts
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import Situation
from tasks.runbooks.unusual_login.questions import QUESTIONS, Question

NEXT: dict[Question, tuple[Question | Literal["ignore"], Question | Literal["contain"]]] = {
    Question.OWN_LOGIN: (Question.USUAL_PLACE, Question.CO_USER),
    Question.USUAL_PLACE: ("ignore", Question.CO_USER),
    Question.CO_USER: (Question.CO_USER_AWAY, Question.KNOWN_EGRESS),
    Question.CO_USER_AWAY: ("ignore", Question.KNOWN_EGRESS),
    Question.KNOWN_EGRESS: ("ignore", "contain"),
}
"""The procedure's table: where a yes leads, and where a no or an unknown leads."""


def decide(
    alert: LoginAlert,
    facts: LoginFacts,
    suspect: Suspect,
    statements: tuple[Statement, ...],
    policy: Policy,
    *,
    now: datetime,
) -> Decision:
    """Where the procedure stands, given the facts and the statements so far."""
    return walk(Situation(alert=alert, facts=facts, statements=statements, policy=policy, now=now, login=suspect))


def walk(situation: Situation, supposed: Answer | None = None) -> Decision:
    """Walk the questions from the first one.

    Args:
        supposed: an answer that is taken for given, whatever facts and people say to its question.
    """
    answers: tuple[Answer, ...] = ()
    question = Question.OWN_LOGIN
    while True:
        answer = _supposed(question, supposed) or by_facts(question, situation, answers)
        answer = answer or by_statement(question, situation)
        if answer is None:
            return _asking(ask(question, situation), answers)
        answers = _with(answer, answers)
        following = NEXT[question][0 if answer.yes else 1]
        if following == "contain":
            return _ended("contain", answers, _to_contain())
        if following == "ignore":
            return _unless_contradicted(situation, answers, supposed)
        question = following


def _supposed(question: Question, supposed: Answer | None) -> Answer | None:
    return supposed if supposed is not None and supposed.question == question else None


def _with(answer: Answer, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The answers and this one; a co-user's name also settles whether it was the owner, where that was unknown."""
    if answer.question == Question.CO_USER and answer.yes:
        answers = tuple(_not_own(answer) if old.value == "unknown" else old for old in answers)
    return (*answers, answer)


def _not_own(co_user: Answer) -> Answer:
    why = both(
        f"{co_user.by} 指明是共同使用者 {co_user.value}，因此不是本人登录。",
        f"{co_user.by} named the co-user {co_user.value}, so it was not the owner.",
    )
    return Answer(question=Question.OWN_LOGIN, value="no", source="derived", by=co_user.by, at=co_user.at, why=why)


def _unless_contradicted(situation: Situation, answers: tuple[Answer, ...], supposed: Answer | None) -> Decision:
    """The end in ignore, unless something is unknown or facts contradict the statements."""
    against = contradictions(situation.login, situation.facts, answers, situation.policy)
    unknown = tuple(answer for answer in answers if answer.value == "unknown")
    if unknown:
        return _ended("needs_person", answers, *(_left_open(one) for one in unknown), against=against)
    unseen = doubts(situation.facts)
    if not against and not unseen:
        return _ended("ignore", answers, _to_ignore())
    barred = _barred(situation, answers)
    confirmed = _supposed(Question.CONFIRM, supposed)
    confirmed = confirmed or by_statement(Question.CONFIRM, situation, barred=barred)
    if confirmed is None and _all_barred(situation.policy, barred):
        return _ended("needs_person", answers, *unseen, _nobody_to_confirm(), against=against)
    if confirmed is None:
        open_ = ask_to_confirm(_to_confirm(answers), (*against, *unseen), situation, barred)
        return _asking(open_, answers, unseen, against=against)
    return _confirmed(confirmed, (*answers, confirmed), unseen, against)


def _confirmed(
    confirmed: Answer, answers: tuple[Answer, ...], unseen: tuple[Sentence, ...], against: tuple[Sentence, ...]
) -> Decision:
    if confirmed.yes:
        return _ended("ignore", answers, *unseen, _to_ignore(), against=against)
    if confirmed.no:
        refused = both(
            f"{confirmed.by} 不确认，因此前述说法不予采信。",
            f"{confirmed.by} did not confirm it, so what was said does not stand.",
        )
        return _ended("contain", answers, *unseen, refused, _to_contain(), against=against)
    return _ended("needs_person", answers, *unseen, _left_open(confirmed), against=against)


def _to_confirm(answers: tuple[Answer, ...]) -> Question:
    """The last question that a person answered with yes; the last one, where facts alone said so."""
    spoken = [answer.question for answer in answers if answer.yes and answer.source == "person"]
    return Question(spoken[-1] if spoken else answers[-1].question)


def _barred(situation: Situation, answers: tuple[Answer, ...]) -> tuple[str, ...]:
    """Who may not confirm: those who made the statements, and who owns an identity in question or to be contained."""
    path = {answer.question for answer in answers}
    said = (one.by for one in situation.statements if one.question in path and one.by.strip())
    named = next((answer.value for answer in answers if answer.question == Question.CO_USER and answer.yes), "")
    suspect, facts, policy = situation.login.principal, situation.facts, situation.policy
    co_users = persons_of(named_co_user(named, facts, situation.login), policy)
    plan = containment_plan(suspect, facts, policy)
    approvers = approvers_of(plan, policy, suspect=suspect, known=everybody(facts))
    called = () if approvers.declared else approvers.no_names
    names = (*said, *co_users, *(one.name for one in approvers.barred), *called)
    return tuple({compared(name): name for name in reversed(names)}.values())[::-1]


def _all_barred(policy: Policy, barred: tuple[str, ...]) -> bool:
    """Whether approvers are declared, and nobody who is declared may confirm: then no name that is typed may either."""
    names = {compared(name) for name in barred}
    declared = any(one.approver for one in policy.people)
    return declared and all(compared(one.name) in names for one in policy.people)


def _nobody_to_confirm() -> Sentence:
    return both(
        "有事实与回答不符，需要另一个人确认，而声明的人都不能确认（说过这话的，或其身份涉事的）；"
        "请在策略文件的 people 中再声明一个人。",
        "Facts speak against what was said, so another person has to confirm it, and none of the declared people may "
        "(they said it, or an identity of theirs is concerned); declare one more under `people:` in the policy file.",
    )


def _asking(
    question: Ask,
    answers: tuple[Answer, ...],
    unseen: tuple[Sentence, ...] = (),
    *,
    against: tuple[Sentence, ...] = (),
) -> Decision:
    title = QUESTIONS[question.question]
    open_ = both(f"事实不足以回答：{title.zh}", f"Facts do not settle: {title.en}")
    return _decision("ask", answers, (*unseen, open_), against, question)


def _ended(
    course: Course, answers: tuple[Answer, ...], *last: Sentence, against: tuple[Sentence, ...] = ()
) -> Decision:
    return _decision(course, answers, last, against, None)


def _decision(
    course: Course,
    answers: tuple[Answer, ...],
    last: tuple[Sentence, ...],
    against: tuple[Sentence, ...],
    question: Ask | None,
) -> Decision:
    path = tuple(answer.question for answer in answers)
    return Decision(
        course=course,
        path=(*path, question.question) if question else path,
        answers=answers,
        ask=question,
        contradictions=against,
        reasons=(*(answer.why for answer in answers), *last),
    )


def _left_open(answer: Answer) -> Sentence:
    title = QUESTIONS[answer.question]
    return both(
        f"没有人知道：{title.zh} 因此不能忽略，需要有人判断。",
        f"Nobody knows: {title.en} So it is not ignored; a person has to judge.",
    )


def _to_ignore() -> Sentence:
    return both("按处理步骤，可以忽略该提醒。", "By the procedure, the reminder can be ignored.")


def _to_contain() -> Sentence:
    return both("按处理步骤，需要处置该账号。", "By the procedure, the account has to be contained.")
