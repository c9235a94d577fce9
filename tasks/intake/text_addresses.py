"""Addresses in free text, as people and machines write them."""

import re
from collections.abc import Iterator

from tasks.intake.client_address import plain_address
from tasks.model.address import Address

_RUN = re.compile(r"[0-9A-Fa-f:.]+")
_LONGEST = 60  # characters; the longest IPv6 address has 45, and labels stick to it
_GROUPS = 3  # dots that an IPv4 address has
_WORD = re.compile(r"[0-9A-Za-z_]")


def find_address(text: str) -> Address | None:
    """Find the one address that a text names; several different ones are no answer."""
    found: set[Address] = set()
    for written in dict.fromkeys(_written(text)):
        address = _address(written)
        if address is not None and not address.is_unspecified:
            found.add(address)
        if len(found) > 1:
            return None
    return found.pop() if found else None


def _written(text: str) -> Iterator[str]:
    """What may be addresses, by the characters that they are made of."""
    for run in _RUN.finditer(text):
        written = run[0]
        if len(written) > _LONGEST or not (written.count(".") >= _GROUPS or written.count(":") > 1):
            continue
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 2]
        if _WORD.match(before):  # the run began inside a word: a label may stick to the address
            written = written.partition(":")[2]
        if _ends(after):
            yield written


def _ends(after: str) -> bool:
    """Whether an address may stop here: not inside a word, and not before the length of a network."""
    return not _WORD.match(after) and not (after[:1] == "/" and after[1:].isdigit())


def _address(written: str) -> Address | None:
    """Read it without a sentence's stop, a label's colon or a port."""
    written = written.rstrip(".")
    written = written if written.endswith("::") else written.rstrip(":")
    written = written if written.startswith("::") else written.lstrip(":")
    if written.count(":") == 1:
        left, _, right = written.partition(":")
        return plain_address(left) or plain_address(right)
    return plain_address(written)
