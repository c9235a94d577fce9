"""Findings in a line each."""

from tasks.decide.sentences import both
from tasks.model.base import Sentence
from tasks.model.finding import Finding, Grade

Words = tuple[str, str]
"""Chinese and English."""


def ok(zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(grade=Grade.OK, what=both(zh, en))


def note(what: Words, mend: Words) -> Finding:
    """Something that somebody should know or mend, and that harms nobody yet."""
    return Finding(grade=Grade.NOTE, what=both(*what), mend=both(*mend))


def unknown(what: Sentence, mend: Words) -> Finding:
    """Something that can't be known, and by what it could be."""
    return Finding(grade=Grade.UNKNOWN, what=what, mend=both(*mend))


def danger(what: Words, mend: Words) -> Finding:
    """Something by which the runner fails when it is needed, or serves an intruder."""
    return Finding(grade=Grade.DANGER, what=both(*what), mend=both(*mend))
