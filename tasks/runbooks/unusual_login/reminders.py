"""What a text is about: a login of the account, surely something else, or neither for sure.

The shapes are those of the corpus in `tests/intake/corpus`, each with its source. Here is decided whether a text *can*
be a reminder; what it then says is read in `recognise.py`.
"""

from typing import NamedTuple

from tasks.intake.free_text import this_login
from tasks.intake.signed_by import Signature, signature_of
from tasks.intake.text_principals import principal_of_text, without_name
from tasks.model.message import Topic
from tasks.runbooks.unusual_login.cut_off import is_cut
from tasks.runbooks.unusual_login.login_words import (
    ASKED,
    CODE,
    FAILED,
    LOGIN,
    NO_LOGIN,
    STATES,
    SUCCEEDED,
    TRIED,
    UNUSUAL,
)
from tasks.runbooks.unusual_login.other_words import (
    ACCOUNT_ID,
    APP_ACCOUNT,
    COMPANY,
    CONSOLE,
    CRACKED,
    FOREIGN,
    MACHINE,
    OBJECT,
    OWN_CONSOLE,
    PRODUCT,
    SERVER,
    SERVER_USER,
    SUBJECT,
    TENCENT,
)
from tasks.runbooks.unusual_login.reader_words import ADVICE, GUARDS, INSTRUCTION, SELLS


class Sort(NamedTuple):
    """What a text is about, as far as its words say.

    Args:
        topic: what it surely is, where that is something else.
        says_login: whether it speaks of somebody's login.
        states_login: whether it states that one took place.
        unusual: whether it says that it was unusual.
        attempt: whether it speaks only of somebody who tried.
        guards: whether it speaks of what guards the account.
        sells: whether it advertises something.
        machine: whether it speaks of machines.
        cut: whether it is the cloud's, and ends before it says what happened.
        cloud: whether it is signed by Tencent Cloud, or has words of its accounts.
        unclear: whether nobody can say whose it is.
    """

    topic: Topic | None = None
    says_login: bool = False
    states_login: bool = False
    unusual: bool = False
    attempt: bool = False
    guards: bool = False
    sells: bool = False
    machine: bool = False
    cut: bool = False
    cloud: bool = False
    unclear: bool = False


def sort_of(text: str) -> Sort:
    """What a text is about."""
    plain = this_login(text)
    signed = signature_of(plain)
    cloud = signed is Signature.CLOUD or any(words.search(plain) for words in (TENCENT, CONSOLE))
    plain = without_name(plain, principal_of_text(plain)) if cloud else plain
    told = INSTRUCTION.sub(" ", plain)
    bare = NO_LOGIN.sub(" ", told)
    says_login = LOGIN.search(bare) is not None
    guards = GUARDS.search(plain) is not None
    topic = _whose(plain, signed) if guards or LOGIN.search(plain) else None
    if topic is None:
        own = OWN_CONSOLE.sub("控制台", bare) if signed is Signature.CLOUD else bare
        topic = _about(own) if says_login else _without_login(plain, told)
    return Sort(
        topic=topic,
        says_login=says_login,
        states_login=STATES.search(bare) is not None,
        unusual=UNUSUAL.search(ADVICE.sub(" ", bare)) is not None,
        attempt=TRIED.search(bare) is not None and SUCCEEDED.search(bare) is None,
        guards=guards,
        sells=SELLS.search(plain) is not None,
        machine=MACHINE.search(ADVICE.sub(" ", plain)) is not None,
        cut=signed is Signature.CLOUD and is_cut(plain),
        cloud=cloud,
        unclear=signed is Signature.UNCLEAR or (not cloud and _is_foreign(plain, signed)),
    )


def _is_foreign(plain: str, signed: Signature) -> bool:
    """Whether a text without any word of the cloud may well be of another system."""
    about = INSTRUCTION.sub(" ", ADVICE.sub(" ", plain))
    if signed is Signature.STRANGER or FOREIGN.search(about):
        return True
    return not ACCOUNT_ID.search(about) and any(words.search(about) for words in (OBJECT, SUBJECT))


def _whose(plain: str, signed: Signature) -> Topic | None:
    """What a text is that is not Tencent Cloud's, or not about its accounts."""
    if signed is Signature.COMPANY:
        return Topic.OTHER_COMPANY
    if signed is Signature.PRODUCT:
        return Topic.OTHER_PRODUCT
    about = ADVICE.sub(" ", plain)
    if APP_ACCOUNT.search(about) and not TENCENT.search(about.replace("【腾讯云】", "")):
        return Topic.OTHER_PRODUCT
    ours = signed in (Signature.CLOUD, Signature.UNCLEAR) or TENCENT.search(plain)
    return Topic.OTHER_COMPANY if not ours and COMPANY.search(about) else None


def _about(bare: str) -> Topic | None:
    """What a text that speaks of a login is about, where that is no login of the account."""
    facts = ADVICE.sub(" ", bare)
    if SERVER.search(facts) or (SERVER_USER.search(facts) and "控制台" not in facts):
        return Topic.SERVER_LOGIN
    if PRODUCT.search(facts):
        return Topic.OTHER_PRODUCT
    if CODE.search(bare) and (ASKED.search(bare) or not UNUSUAL.search(bare)):
        return Topic.ONE_TIME_CODE
    return Topic.FAILED_LOGIN if FAILED.search(facts) and not SUCCEEDED.search(facts) else None


def _without_login(plain: str, told: str) -> Topic:
    if SERVER.search(ADVICE.sub(" ", plain)) and CRACKED.search(plain):
        return Topic.SERVER_LOGIN
    if CODE.search(plain):
        return Topic.ONE_TIME_CODE
    if SELLS.search(plain):
        return Topic.MARKETING
    return Topic.INSTRUCTION if told != plain else Topic.NO_LOGIN


def says_login(text: str) -> bool:
    """Whether a text speaks of somebody's login at all."""
    return LOGIN.search(text) is not None


def names_server(text: str) -> bool:
    """Whether a text speaks of a login to a server."""
    return SERVER.search(text) is not None
