"""A message that brought alerts, or one that nobody understood, and what became of it."""

from pydantic import Field, JsonValue

from tasks.model.base import Line, Moment, Sentence, Value
from tasks.model.message import Reported


class Delivery(Value):
    """One message of one sender, with the alerts that were read out of it.

    Args:
        source: the sender's name in the intake file; `terminal`, `ui` and `watch_logins` are ours.
        road: the adapter that read it, such as `sms_forwarder`.
        sha256: hex digest of the body as it came, by which a repetition is known.
        body: the body with its secrets masked; kept with the incident.
        alerts: what it reports, each with its runbook; never empty.
        nonce: hex digest of what may be used once only, such as a signature; empty where the road has none.
        nonce_until: until when the nonce must be remembered.
        again: hex digest of the nonce and the body, where the very same message may come again with its nonce.
        at: when it came, by our clock.
    """

    source: Line
    road: Line
    sha256: str
    body: JsonValue
    alerts: tuple[Reported, ...] = Field(min_length=1)
    nonce: str = ""
    nonce_until: Moment | None = None
    again: str = ""
    at: Moment


class Receipt(Value):
    """What became of one alert, once it is safely in the ledger.

    Args:
        new: whether it opened the incident; else it joined one as a further witness.
        campaign_id: the campaign that the incident belongs to; None where it stands alone.
    """

    incident_id: str
    new: bool
    campaign_id: str | None = None


class Unread(Value):
    """One message of one sender that nobody understood, or of which a part was not understood.

    Args:
        source: the sender's name in the intake file.
        road: the adapter that could not read it.
        content_type: what the sender calls it; a stranger's word.
        sha256: hex digest of the body as it came, by which a repetition is known.
        body: the body as text, with its secrets masked; whoever keeps it cuts it.
        why: what is not understood in it.
        at: when it came, by our clock.
    """

    source: Line
    road: Line
    content_type: Line
    sha256: str
    body: str
    why: Sentence
    at: Moment


class Kept(Value):
    """What became of a message that was not understood, once it is safely in the ledger.

    Args:
        id: by which a person asks for it.
        new: whether it is kept for the first time; else it is one more of those that came before.
        dropped: how many older ones, at which nobody had looked, had to make room.
    """

    id: str
    new: bool
    dropped: int = 0
