"""How logs, proxies, messages and people write an address: each form taken off, so that the bare address is left."""

import re
from collections.abc import Iterator

TEXT_MAX = 500
"""Characters, as many as a line may have; a longer field is no address, nor a list that any proxy wrote."""

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_UNSEEN = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_PLAIN = (
    _WIDE
    | str.maketrans("【〔「『《〈〖】〕」』》〉〗", "(((((((" + ")))))))")
    | str.maketrans("“”„‟‘’‹›«»`。｡、", '"' * 11 + "..,")
    | dict.fromkeys(_UNSEEN, "")
    | dict.fromkeys(_CONTROLS, " ")
)

_DEFANGED = re.compile(r"[\[({](?:(\.|dot)|(:))[\])}]", re.IGNORECASE)
"""`203.0.113[.]7`: so that nobody clicks on it."""

_KEYWORD = (
    r"(?:ip(?:v[46])?|addr(?:ess)?|from|for|client|host|source|src|remote|peer|地址|来源|来自|客户端|出口|公网|内网)"
)
_LETTERS = r"(?:[^\W\d]|[ .-]){0,40}?"
_LABEL = rf"""
    {_LETTERS}{_KEYWORD}\ ?[:=]                             # IP: · sourceIPAddress= · 登录地址:
  | {_LETTERS}(?<![A-Za-z]){_KEYWORD}\ ?(?:为|是|is)?(?![A-Za-z_])  # from · 登录 IP 为
  | (?:unknown|none|null|-)(?=[ ,;|])                        # a proxy's word for a client that it does not know
"""
_NEXT = re.compile(
    rf"""
    [\s,;|/(\[{{<"']{{0,8}}
    (?:{_LABEL})?
    [\s,;|/(\[{{<"']{{0,8}}
    (?P<written>[0-9A-Fa-f:._]{{2,60}})
    (?:%[0-9A-Za-z_.~-]{{1,40}})?                           # a zone has a meaning only on the machine itself
    (?:[)\]}}>"']{{0,2}}[:\#][0-9]{{1,5}})?                    # a port, as RFC 5952, section 6, has it
    (?=[\s,;|()\[\]{{}}<>"']|[^\x00-\x7f]|$)
    [)\]}}>"']{{0,8}}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNDERSCORED = re.compile(r"[0-9]{1,3}(?:_[0-9]{1,3}){3}(?=:|$)")
_PORT = re.compile(r":[0-9]{1,5}$")


def bare(text: str) -> Iterator[tuple[str, ...]]:
    """What a field's text may mean by addresses, bare, in the order of the field; of each the readings, likelier first.

    Words may stand behind an address; before one only what labels it may stand: `IP:`, `from`, a list's `unknown`. Any
    other text gives nothing, so that `tool 1.2.3.4` remains a tool's version.
    """
    if len(text) > TEXT_MAX:
        return
    plain, at = refanged(text.translate(_PLAIN)), 0
    while found := _NEXT.match(plain, at):
        yield _readings(found["written"].rstrip("."))
        at = found.end()


def refanged(text: str) -> str:
    """A text whose addresses and names are written as usual again."""
    return _DEFANGED.sub(lambda found: "." if found[1] else ":", text)


def _readings(written: str) -> tuple[str, ...]:
    """As it stands, without a mark that belongs to the words around it, and without a port."""
    if _UNDERSCORED.match(written):
        written = written.replace("_", ".")
    return written, written.rstrip(":"), written.lstrip(":"), _PORT.sub("", written)
