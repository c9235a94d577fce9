"""Which earlier login makes a place or a network usual: one rule, for the runbooks and for the watcher.

A login counts once it is a week older than the one in question, whatever its address: what an intruder does minutes, or
days, before must not vouch for what comes next. And it never counts where it belongs to an incident, unless that was
closed as harmless: what is open is not settled, and what was contained, or was to be, is no habit of its owner's.
"""

from datetime import datetime, timedelta

SETTLED = timedelta(days=7)
"""How much older than the login in question a login has to be: the vendor's own reminder comes at once, and in a week
somebody has looked at it."""

SUPPORTS = timedelta(days=90)
"""How long a login makes something usual; the audit log reaches no further back."""

HARMLESS = "ignored"
"""The only verdict after which a login counts."""


def is_settled(past: datetime, at: datetime) -> bool:
    """Whether a login of the past is old enough, and not too old, to count for one that was made at a time."""
    return at - SUPPORTS <= past <= at - SETTLED


def is_barred(verdict: str | None) -> bool:
    """Whether a login that belongs to an incident does not count.

    A declined plan bars it too: somebody did not want the containment, and nobody has said that the login was harmless.

    Args:
        verdict: the incident's; None while it is open.
    """
    return verdict != HARMLESS
