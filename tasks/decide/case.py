"""One case: all that the walk looks at, gathered in one value."""

from datetime import datetime

from tasks.decide.subject import Subject
from tasks.model.alert import Alert
from tasks.model.answer import Word
from tasks.model.base import Value
from tasks.model.facts import Facts
from tasks.model.policy import Policy


class Case(Value):
    """What is known and said at one moment."""

    alert: Alert
    facts: Facts
    words: tuple[Word, ...]
    policy: Policy
    now: datetime
    login: Subject
