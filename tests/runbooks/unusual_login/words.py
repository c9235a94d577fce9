"""What people say in the tests of a login, word for word."""

from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build

NOT_OURS = (
    build.statement(Question.OWN_LOGIN, "no"),
    build.statement(Question.CO_USER, "no"),
    build.statement(Question.KNOWN_EGRESS, "no"),
)
OURS = (build.statement(Question.OWN_LOGIN, "yes"), build.statement(Question.KNOWN_EGRESS, "yes"))
