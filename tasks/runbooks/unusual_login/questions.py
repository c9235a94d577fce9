"""The questions of the procedure, and how they are asked."""

from collections.abc import Mapping
from enum import StrEnum

from tasks.decide import impact
from tasks.model.answer import CONFIRM
from tasks.model.base import Sentence


class Question(StrEnum):
    """The procedure's questions, by the names that everything uses."""

    OWN_LOGIN = "own_login"
    USUAL_PLACE = "usual_place"
    CO_USER = "co_user"
    CO_USER_AWAY = "co_user_away"
    KNOWN_EGRESS = "known_egress"
    RESOURCES_AFFECTED = impact.RESOURCES_AFFECTED
    CONFIRM = CONFIRM
    """Ours: a second person is asked whether a statement that facts contradict is to count."""


QUESTIONS: Mapping[str, Sentence] = {
    Question.OWN_LOGIN: Sentence(zh="这次登录是本人操作吗？", en="Did the owner make this login?"),
    Question.USUAL_PLACE: Sentence(
        zh="这次登录的地点是该账号的常用登录地吗？", en="Was it made from a usual place of this account?"
    ),
    Question.CO_USER: Sentence(
        zh="这次登录是账号的其他共同使用者吗（微信扫码、QQ、邮箱、子用户、协作者）？是谁？",
        en="Was it one of the account's other users (WeChat scan, QQ, e-mail, sub-user, collaborator)? Which one?",
    ),
    Question.CO_USER_AWAY: Sentence(
        zh="这位共同使用者当时是否正在非常用地登录？", en="Was that co-user at an unusual place at that time?"
    ),
    Question.KNOWN_EGRESS: Sentence(
        zh="这个 IP 是本人或共同使用者正在使用的手机、平板或电脑的出口 IP 吗？",
        en="Is this the egress IP of a phone, tablet or laptop that the owner or a co-user is using?",
    ),
    Question.RESOURCES_AFFECTED: Sentence(
        zh="是否有敏感操作，或账号资源受到影响？", en="Were there sensitive operations, or are resources affected?"
    ),
    Question.CONFIRM: Sentence(
        zh="有事实与上述回答不符。您确认仍然维持该回答吗？",
        en="Facts speak against what was said. Do you confirm it in spite of them?",
    ),
}
"""How each is asked, and printed in the report."""

CHOICES: Mapping[str, Sentence] = {}
"""Every answer is yes, no, unknown, or a name."""
