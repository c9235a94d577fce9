"""Who a text says logged in: by a label, or in a sentence. Nobody is guessed; every pattern is bounded.

Names of sub-users are in Latin letters, digits and a few marks, so that in Chinese they end where Chinese goes on.
"""

import re

MAIN = "root"
"""What the main account is called as a principal."""

_SUB_ZH = "子用户|子账号|子帐号|子账户|协作者"
_USER = (
    rf"{_SUB_ZH}|用户名|登录用户|登录账号|登录帐号|登录人|操作者|操作人|角色"
    r"|sub-? ?user|sub-? ?account|user ?name|principal|collaborator|role|(?:^|[\n,;.(|]) ?(?:user|用户)|\buser(?==)"
    r"|(?<=\s)用户(?=[=:])"
)
_LABELLED = re.compile(
    rf"(?:{_USER}) ?(?:名称|名|name|ID|UIN)?】?"
    r" ?(?:(?:is|为|是)? ?[:=] ?[\"'“「]?|[(\"'“「](?:(?:用户名|名称|user ?name|name)(?: ?: ?| ))?)"
    r"([^\s,。;()\"'”」<>|]{1,64})",
    re.IGNORECASE,
)
_NAME = r"([A-Za-z0-9][\w.@+-]{0,63})"
_ENDS = r"(?![A-Za-z0-9_.@=+-]{0,1}[A-Za-z0-9_@=])(?! ?[:=])"
_QUOTE = r"[\"'“「【\[]?"
_AT = r"(?:has |had |have |was |were |just |successfully |recently |also ){0,3}"
_LOG_EN = r"(?:log|sign)(?:ged|ed|s)?[ -]?(?:in|on)\b"
_SUB_EN = r"sub-? ?user|sub-? ?account|collaborator|(?:CAM|IAM) user"
_BRACKET = r"(?: ?\([^()\n]{0,80}\))?"
_SAID = tuple(
    re.compile(shape, re.IGNORECASE | re.ASCII)
    for shape in (
        rf"(?:{_SUB_ZH}|(?<![的云子各多])用户) ?(?:ID|UIN|名称?)? ?{_QUOTE}{_NAME}{_ENDS}",
        rf"\b(?:{_SUB_EN}|user) {_QUOTE}{_NAME}{_ENDS}[\"'”」】\]]?{_BRACKET},? {_AT}{_LOG_EN}",
        rf"\b(?:by|for|of|from) (?:your |the |a )?(?:{_SUB_EN}) {_QUOTE}{_NAME}{_ENDS}",
        rf"{_LOG_EN} (?:was |has been |made |detected ){{0,3}}(?:by|for) (?:the )?user {_QUOTE}{_NAME}{_ENDS}",
        rf"\((?:用户名|名称|user ?name|name) {_NAME}{_ENDS}",
        rf"(?<![\w.@+-]){_NAME} ?\((?:sub-?user|sub-?account|collaborator|子用户|子账号|协作者)\)",
    )
)
_TAKEN = r"\b(?:assum(?:ed|ing|es)|via|using|used|through|with|as|under|by|switched to) "
_ROLES = tuple(
    re.compile(shape, re.IGNORECASE | re.ASCII)
    for shape in (
        rf"(?:通过|以|使用|用|扮演|切换(?:到|至|为)?|担任|经由?)了? ?(?:CAM ?)?角色 ?{_QUOTE}{_NAME}{_ENDS}",
        rf"(?<![的管])角色 ?{_QUOTE}{_NAME}{_ENDS}[\"'”」】\]]?{_BRACKET} ?(?:于|在|从|由|登|异地|异常|被)",
        rf"{_TAKEN}(?:the )?(?:CAM )?role {_QUOTE}{_NAME}{_ENDS}",
        rf"\brole {_QUOTE}{_NAME}{_ENDS}[\"'”]? {_AT}{_LOG_EN}",
        rf"{_TAKEN}the {_NAME}{_ENDS} role\b",
    )
)
_ID = r"(?: ?\([^()\n]{0,80}\)| ?[0-9]{5,20})?"
_MAIN_ACCOUNT = re.compile(
    rf"(?:主[账帐][号户]|根[账帐][号户]|(?<![\w.@-])root) ?(?:用户|账号)?{_ID} ?"
    rf"(?:于|在|从|由|使用|通过|被|刚|已|发生|异地|异常|成功|疑似|今|昨|[0-9]{{1,4}}[-月/年:]|登录了?(?![IU名时地方]))(?:[^,。;\n]{{0,100}}?登[录陆]|)"
    rf"|\b(?:root|main|primary|owner)(?: user| account)?{_ID} {_AT}(?:{_LOG_EN}|accessed)"
    rf"|(?:log|sign)[- ]?(?:in|on) (?:by|of|for|to|as) (?:your |the )?(?:root|main|primary|owner)(?: user| account|\b)",
    re.IGNORECASE | re.ASCII,
)
_ANY_SUB = re.compile(rf"{_SUB_ZH}|角色|{_SUB_EN}|\brole\b", re.IGNORECASE)
_KINDS = frozenset({"", "子账号", "子用户", "协作者", "角色"})
"""What a text calls everybody of a kind; nobody's name."""
_MAINS = frozenset({"主账号", "主帐号", "主账户"})
_WORDS = frozenset(
    {
        *("id", "uin", "ip", "name", "mfa", "api", "vpn", "app", "web", "ssh", "rdp", "console", "login", "logins"),
        *("has", "had", "was", "is", "just", "account", "accounts", "user", "users", "role", "who", "and", "or", "via"),
        *("with", "from", "in", "on", "at", "to", "by", "of", "for", "successfully", "recently", "signed", "logged"),
        *("sign", "log", "detected", "alert", "notification", "notice", "activity", "access", "your", "the", "a", "an"),
        *(
            "activity",
            "request",
            "verification",
            "confirmation",
            "review",
            "security",
            "session",
            "agent",
            "management",
        ),
        *("failed", "tried", "attempted", "attempt", "attempts", "created", "not", "may", "can", "will", "details"),
        *("this", "that", "cam", "iam", "chrome", "windows", "linux", "mac", "someone", "somebody", "named"),
    }
)
_AT_ADDRESS = re.compile(r"@[0-9.]{7,15}$")  # as in alice@203.0.113.7
_LATIN = re.compile(r"([A-Za-z0-9][\w.@+-]{0,63}?)(?=[\u4e00-\u9fff])", re.ASCII)


def principal_of_text(text: str) -> str | None:
    """The name, or where it names none the uin, of who logged in; None where the text names nobody, or several.

    Who used a role is the role, as the audit log says it. The main account is `root`.

    Args:
        text: in ordinary width and simplified characters, without the account's nickname.
    """
    roles = _found(_ROLES, text)
    if roles:
        return _only(roles)
    labelled = {_value(match[1]) for match in _LABELLED.finditer(text)} - _KINDS
    named = labelled | (_found(_SAID, text) if len(labelled) < 2 else set())  # noqa: PLR2004 # two are no answer
    people = {name for name in named if not name.isdecimal()} or named
    if people:
        return _only(people)
    return MAIN if _MAIN_ACCOUNT.search(text) and not _ANY_SUB.search(text) else None


def without_name(text: str, name: str | None) -> str:
    """A text without the name of who logged in, who may be called like a product or a company."""
    if not name or len(name) < 2 or name == MAIN or not name[0].isascii():  # noqa: PLR2004 # a letter is in many words
        return text
    return re.sub(rf"(?<![\w.@+-]){re.escape(name)}(?![\w@+-])", " ", text, flags=re.IGNORECASE | re.ASCII)


def _value(written: str) -> str:
    """What a label names, without the sentence that goes on behind it."""
    name = _LATIN.match(written)
    value = (name[1] if name else written).rstrip(".")
    return MAIN if value in _MAINS else value


def _found(shapes: tuple[re.Pattern[str], ...], text: str) -> set[str]:
    names = {_AT_ADDRESS.sub("", match[1]).rstrip(".-") for shape in shapes for match in shape.finditer(text)}
    return {name for name in names if name.lower() not in _WORDS and _is_name(name)}


def _is_name(name: str) -> bool:
    """Whether it has a letter, or is the id of somebody."""
    return any(letter.isalpha() for letter in name) or (name.isdecimal() and 5 <= len(name) <= 20)  # noqa: PLR2004


def _only(names: set[str]) -> str | None:
    """What all of them are, in small letters or capitals."""
    return min(names) if len({name.lower() for name in names}) == 1 else None
