"""People's names: how two are compared, and what no declared name may hold."""

import unicodedata

from tasks.model.invisible import is_invisible

MARKS = frozenset(("Mn", "Me"))
"""Categories of marks that are set on the letter before them."""


def compared(name: str) -> str:
    """A person's name as it is compared: width, case, blanks, marks and what can't be seen make no other person.

    Look-alikes of other scripts stay apart (a Cyrillic `о` is no Latin `o`): whoever is declared is found by name, so
    that these are nobody.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = (one for one in folded if one.isspace() or not (is_invisible(one) or unicodedata.category(one) in MARKS))
    return " ".join("".join(kept).split())


def name_fault(name: str) -> str | None:
    """Why a name can't be declared, with the mend; None where nothing is against it."""
    composed = unicodedata.normalize("NFC", name)
    odd = next((one for one in composed if is_invisible(one) or _loose_mark(one)), None)
    if odd is not None:
        return f"holds U+{ord(odd):04X}, which can't be seen or told apart; write the name without it"
    return None if compared(name) else "is empty; write the name by which the person is called"


def _loose_mark(character: str) -> bool:
    """A mark of no script, which no letter took in: vowel signs that a script is written with are letters to it."""
    return unicodedata.category(character) in MARKS and "COMBINING" in unicodedata.name(character, "")
