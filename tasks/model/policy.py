"""The policy file: what the people of an account declare."""

from typing import Literal

from pydantic import Field, IPvAnyNetwork

from tasks.model.base import Line, Moment, Value

Mode = Literal["observe", "approve", "auto"]
"""observe: plan only. approve: ask before containment. auto: act on what `auto_actions` names, ask the rest."""


class Person(Value):
    """Somebody who may be asked.

    Args:
        name: how he is called in forms and in the record.
        principals: names or uins of the identities that are his.
        approver: whether he may approve containment.
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
        place: part of the place's name, such as `新加坡` or `江苏省`.
    """

    principal: Line
    place: Line
    since: Moment
    until: Moment


class UsualPlace(Value):
    """A declared usual place; `principal` None means everybody."""

    place: Line
    principal: Line | None = None


class Policy(Value):
    """What the account's people declare; every field has a safe default."""

    people: tuple[Person, ...] = ()
    networks: tuple[Network, ...] = ()
    travel: tuple[Travel, ...] = ()
    usual_places: tuple[UsualPlace, ...] = ()
    mode: Mode = "observe"
    auto_actions: tuple[str, ...] = ()
    approvals_needed: int = Field(default=1, ge=1, le=2)
    offsite_check: bool = False
    usual_after: int = Field(default=2, ge=1)
    max_speed_km_h: float = Field(default=900, gt=0)
    near_km: float = Field(default=100, gt=0)
