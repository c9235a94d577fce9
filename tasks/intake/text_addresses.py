"""Addresses in free text, as people and machines write them."""

import re
from collections.abc import Iterator

from tasks.model.address import Address, parse_address
from tasks.model.address_forms import refanged

_RUN = re.compile(r"[0-9A-Fa-f:._]+")
_STOPS = str.maketrans("。｡", "..")
_STOPPED = re.compile(r"(?<![0-9.。｡])[0-9]{1,3}(?:[。｡][0-9]{1,3}){3}(?![0-9.。｡]?[0-9])")  # by a Chinese keyboard
_GLUED = re.compile(r"(?<![A-Za-z0-9])IP(?=[0-9]{1,3}[._])", re.IGNORECASE)  # a label without anything behind it
_LONGEST = 60  # characters; the longest IPv6 address has 45, and labels stick to it
_GROUPS = 3  # dots that an IPv4 address has
_WORD = re.compile(r"[0-9A-Za-z_]")


def find_address(text: str) -> Address | None:
    """Find the one address that a text names; several different ones are no answer."""
    found: set[Address] = set()
    usual = _STOPPED.sub(lambda each: each[0].translate(_STOPS), _GLUED.sub("IP ", refanged(text)))
    for written in dict.fromkeys(_written(usual)):
        address = _address(written)
        if address is not None:
            found.add(address)
        if len(found) > 1:
            return None
    return found.pop() if found else None


def _written(text: str) -> Iterator[str]:
    """What may be addresses, by the characters that they are made of."""
    for run in _RUN.finditer(text):
        written = run[0]
        marks = max(written.count("."), written.count("_"))
        if len(written) > _LONGEST or not (marks >= _GROUPS or written.count(":") > 1):
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
    """Read it without a label that sticks to it."""
    after = written.partition(":")[2] if written.count(":") == 1 else ""
    return parse_address(written) or parse_address(after)
