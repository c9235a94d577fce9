"""The policy file: what the people of an account declare."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, IPvAnyNetwork

from tasks.model.base import Line, Moment, Value
from tasks.model.plan import ActionKind

Mode = Literal["observe", "approve", "auto"]
"""observe: plan only. approve: ask before containment. auto: act on what `auto_actions` names, ask the rest."""

AUTOMATIC = (
    ActionKind.DISABLE_ACCESS_KEY,
    ActionKind.DISABLE_CONSOLE_LOGIN,
    ActionKind.QUARANTINE,
    ActionKind.ENABLE_PROTECTIONS,
)
"""What the API does and undoes; nothing else ever runs without approval."""


def _automatic(name: str) -> str:
    if name in AUTOMATIC:
        return name
    known = name in tuple(ActionKind)
    why = "can't be undone by the API, so it never runs without approval" if known else "is no action"
    raise ValueError(f"{name!r} {why}; name any of: {', '.join(AUTOMATIC)}")


AutoAction = Annotated[Line, AfterValidator(_automatic)]
"""Name of an action that may run without approval."""


class Person(Value):
    """Somebody who may be asked.

    Args:
        name: the name in forms and in the record.
        principals: names or uins of the person's own identities.
        approver: whether the person may approve containment.
    """

    name: Line
    principals: tuple[Line, ...] = ()
    approver: bool = False


class Network(Value):
    """A network whose egress addresses are known: an office, a home, a VPN."""

    name: Line
    cidr: IPvAnyNetwork


class Travel(Value):
    """A journey that was announced; it lapses by itself.

    Args:
        principal: name or uin of who travels.
        place: a country, province or city in any spelling, such as `新加坡` or `江苏省`; one of two namesakes with its
            province.
        why: why it was announced.
        added_by: who announced it to the ledger; empty for one of the policy file.
        added_at: when; None for one of the policy file, which does not say.
    """

    principal: Line
    place: Line
    since: Moment
    until: Moment
    why: Line = ""
    added_by: Line = ""
    added_at: Moment | None = None


class UsualPlace(Value):
    """A declared usual place; `principal` None means everybody."""

    place: Line
    principal: Line | None = None


class Policy(Value):
    """What the account's people declare; every field has a safe default.

    Args:
        auto_actions: what runs without approval in mode `auto`; only what the API can undo.
        auto_signs: independent indicators of compromise that `auto` wants before it acts without asking anybody. One
            may be chance (a VPN, a colleague at work abroad); two of different kinds hardly are.
        auto_per_hour: identities of an account that are contained unasked within an hour, at most; beyond it, and
            where no other administrator would be left, people are asked at once.
        auto_share: which share of the account's people that may be, at most; one person is always allowed.
        answers_good_for_hours: how old facts, answers and approvals may be when anything is done on them; what is older
            is gathered and asked anew. None: however old.
        checkin_answers: whether a check-in from the login's own address, by the person whose identity logged in, says
            by itself that the address is known. By default it is shown and a person answers: an intruder who reads
            that person's mail, or is in the same network, can press the button too.
    """

    people: tuple[Person, ...] = ()
    networks: tuple[Network, ...] = ()
    travel: tuple[Travel, ...] = ()
    usual_places: tuple[UsualPlace, ...] = ()
    mode: Mode = "observe"
    auto_actions: tuple[AutoAction, ...] = ()
    auto_signs: int = Field(default=2, ge=1, le=5)
    auto_per_hour: int = Field(default=10, ge=1)
    auto_share: float = Field(default=0.34, gt=0, le=1)
    answers_good_for_hours: float | None = Field(default=24, gt=0)
    approvals_needed: int = Field(default=1, ge=1, le=2)
    offsite_check: bool = False
    usual_after: int = Field(default=2, ge=1)
    max_speed_km_h: float = Field(default=900, gt=0)
    near_km: float = Field(default=100, gt=0)
    checkin_answers: bool = False
