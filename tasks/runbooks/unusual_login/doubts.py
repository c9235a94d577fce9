"""Why nobody can say whether a message is an unusual login: what a person reads beside one that was kept."""

from tasks.model.base import Sentence
from tasks.model.message import NotUnderstood

VAGUE = NotUnderstood(
    why=Sentence(
        zh="提到登录，但没有说明是哪一次：没有地址、时间或用户，也没有说异常。",
        en="It speaks of a login without saying which: no address, no time, no user, and not that it was unusual.",
    )
)
WHOSE = NotUnderstood(
    why=Sentence(
        zh="看不出是谁的登录：由两家公司署名，或署名、用户名不是云账号特有的。",
        en="Whose login it is stays open: two companies sign it, or a name that the runner does not know, or it names "
        "a user that any system has.",
    )
)
TRIED = NotUnderstood(
    why=Sentence(
        zh="有人尝试登录，但没有说是否成功。",
        en="Somebody tried to log in, and it does not say whether that succeeded.",
    )
)
GUARDS = NotUnderstood(
    why=Sentence(
        zh="没有说到登录，但说到账号安全：密码、密钥、多因素认证或联系方式等的变动。",
        en="It speaks of no login, but of what guards the account: password, keys, second factor, contacts or rights.",
    )
)
CUT = NotUnderstood(
    why=Sentence(
        zh="说到账号，但在说明发生了什么之前就断了。",
        en="It speaks of the account, and is cut off before it says what happened.",
    )
)
NO_VERB = NotUnderstood(
    why=Sentence(
        zh="写有账号和地址，但没有说发生了什么。",
        en="It names an account and an address, without words for a login that the runner knows.",
    )
)
STRANGE = NotUnderstood(
    why=Sentence(
        zh="某个产品的登录事件，看不出是不是账号的登录。",
        en="It is a login event of some product, and does not show whether it is a login of the account.",
    )
)
NAMELESS = NotUnderstood(
    why=Sentence(zh="机器报告的事件没有名称。", en="It is an event that a machine reports, and the event has no name.")
)
