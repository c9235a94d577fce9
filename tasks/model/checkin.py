"""Check-ins: people show, by one-time links of their own, which address a device of theirs has."""

from typing import Literal

from tasks.model.address import Ip
from tasks.model.base import Line, Moment, Sentence, Value


class CheckIn(Value):
    """A device that was shown.

    Args:
        person: who holds the link; empty where the policy declares nobody, for then no name is proved.
        address: where the device's network meets the internet, as the intake saw it; an internal one where a proxy
            stood between that nobody declared, empty where a declared one did not say who came.
    """

    person: Line
    address: Ip
    at: Moment


class CheckInLink(Value):
    """A one-time link as the ledger knows it: never the token itself.

    Args:
        token_hash: sha256 of the token, in hex.
        used_at, address: of the check-in; None as long as nobody made it.
    """

    token_hash: str
    incident_id: str
    person: Line
    made_at: Moment
    expires_at: Moment
    used_at: Moment | None = None
    address: str | None = None

    @property
    def checkin(self) -> CheckIn | None:
        """The check-in that was made with it."""
        if self.used_at is None or self.address is None:
            return None
        return CheckIn(person=self.person, address=self.address, at=self.used_at)


class CheckInWords(Value):
    """How a runbook asks people to show a device.

    Args:
        offer: beside the question: what those who have a link are to do with it.
        title: what the page asks.
        story: what happened, and what we want to know; it goes on from a greeting.
        at: what the time is the time of.
        press: which device and network to press the button in.
    """

    offer: Sentence
    title: Sentence
    story: Sentence
    at: Sentence
    press: Sentence


class CheckInPage(Value):
    """What the holder of a link may see of an incident: what it is for, and nothing secret.

    Args:
        words: how the runbook speaks of it.
        account: the account's id, shortened; empty where the alert did not say.
        at: when it was; None where the alert did not say.
        place: what the alert calls the place; written by strangers.
        used: whether the link was used already.
    """

    words: CheckInWords
    person: Line = ""
    account: str
    at: Moment | None
    place: Line
    used: bool = False


class CheckedIn(Value):
    """What became of pressing the button.

    Args:
        outcome: recorded now; used before; or no link, which does not tell whether there ever was one.
        address: the address that was recorded now.
        again: a second link for the same device's other address family, to be used at once; None where none is due.
    """

    outcome: Literal["recorded", "used", "gone"]
    address: str = ""
    again: str | None = None


class CheckInView(Value):
    """One page of the check-in, as the template prints it.

    Args:
        state: what is shown: the button, or what became of it.
        other: where the same page is in the other language; empty where it can't be shown again.
    """

    state: Literal["ask", "recorded", "used", "gone", "refused", "busy"]
    page: CheckInPage | None = None
    address: str = ""
    other: str = ""
