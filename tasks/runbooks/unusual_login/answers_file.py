"""Answers to the questions, given before they are asked."""

from tasks.model.answers_file import Name, Tri
from tasks.model.base import Value


class LoginAnswers(Value):
    """Answers to the procedure's questions; what is left out waits for a person.

    Args:
        usual_place: asked only where facts can't tell.
        co_user: the co-user's name, `no` or `unknown`.
        confirm: whether a second person (`confirmed_by`) confirms a statement that facts contradict.
    """

    own_login: Tri | None = None
    usual_place: Tri | None = None
    co_user: Name | None = None
    co_user_away: Tri | None = None
    known_egress: Tri | None = None
    confirm: Tri | None = None
