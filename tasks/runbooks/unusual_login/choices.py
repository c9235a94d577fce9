"""What may be answered: yes, no, unknown, or a co-user by name."""

import unicodedata
from collections import Counter
from datetime import UTC, datetime

from tasks.decide.identity import co_users, is_called
from tasks.decide.sentences import both, moment
from tasks.model.answer import Choice
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question

CHOICES_SHOWN = 40
"""Co-users that a form lists; a longer drop-down is not read. The rest can be named in the terminal."""

RESERVED = frozenset({"yes", "no", "unknown", "是", "否", "不清楚"})
LONG_AGO = datetime.min.replace(tzinfo=UTC)

NO = Choice(value="no", label=both("否", "No"))
UNKNOWN = Choice(value="unknown", label=both("不清楚", "I don't know"))
YES_NO = (Choice(value="yes", label=both("是", "Yes")), NO, UNKNOWN)
CONFIRM = (
    Choice(value="yes", label=both("尽管如此，我确认", "I confirm it in spite of this")),
    Choice(value="no", label=both("不确认", "I do not confirm it")),
    UNKNOWN,
)


def choices(question: Question, facts: LoginFacts, login: Suspect) -> tuple[Choice, ...]:
    """The choices of a question, in the order of the form."""
    if question == Question.CONFIRM:
        return CONFIRM
    if question != Question.CO_USER:
        return YES_NO
    people = candidates(facts, login)
    listed = tuple(_choice(user, people) for user in people[:CHOICES_SHOWN])
    return (*listed, NO, UNKNOWN)


def candidates(facts: LoginFacts, login: Suspect) -> tuple[CoUser, ...]:
    """Who may have been the co-user: the login's principal, then those with console login, latest login first."""
    known = co_users(facts)
    uin = login.principal.uin if login.principal else None
    if login.principal is not None and all(user.principal.uin != uin for user in known):
        known = (CoUser(principal=login.principal), *known)
    owner_in_doubt = login.principal is None or login.principal.kind is PrincipalKind.MAIN
    fitting = (user for user in known if owner_in_doubt or user.principal.kind is not PrincipalKind.MAIN)
    return tuple(sorted(fitting, key=lambda user: _nearness(user, uin)))


def _nearness(user: CoUser, uin: str | None) -> tuple[bool, bool, float, str]:
    ago = -((user.last_login or LONG_AGO) - LONG_AGO).total_seconds()
    return (user.principal.uin != uin, user.console is not True, ago, user.principal.uin)


def accepted(question: Question, value: str, facts: LoginFacts, login: Suspect) -> str | None:
    """The value as the record keeps it; None where it is not among the choices."""
    if question != Question.CO_USER:
        return value if value in {choice.value for choice in choices(question, facts, login)} else None
    if _is_a_word(value):
        return value if value in ("no", "unknown") else None  # a name that only looks like one of them is no answer
    people = candidates(facts, login)
    fitting = tuple(user for user in people if value in (user.principal.uin, user.principal.name))
    return _unique_name(fitting[0].principal, people) if len(fitting) == 1 else None


def named_co_user(value: str, facts: LoginFacts, login: Suspect) -> Principal | None:
    """The candidate that an accepted value names."""
    fitting = (user.principal for user in candidates(facts, login) if is_called(user.principal, value))
    return next(fitting, None)


def _unique_name(principal: Principal, people: tuple[CoUser, ...]) -> str:
    """The name where it is one person's only and no word of ours, else the uin."""
    count = Counter(user.principal.name for user in people)
    alone = count[principal.name] == 1 and principal.name and not _is_a_word(principal.name)
    return principal.name if alone else principal.uin


def _is_a_word(text: str) -> bool:
    """Whether a reader takes a text for one of our words: "No", "no." and "ＮＯ" stand in a list like "no"."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold())) in RESERVED


def _choice(user: CoUser, people: tuple[CoUser, ...]) -> Choice:
    last = moment(user.last_login)
    shared = user.principal.kind is PrincipalKind.MAIN
    zh = "，共用主账号的人（微信、QQ、邮箱）" if shared else ""
    en = ", somebody who shares the main account (WeChat, QQ, e-mail)" if shared else ""
    label = both(
        f"{user.principal.label}{zh}，最近登录：{last.zh}", f"{user.principal.label}{en}, last login {last.en}"
    )
    return Choice(value=_unique_name(user.principal, people), label=label)
