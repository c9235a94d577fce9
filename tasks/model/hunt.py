"""What a hunt through the audit log starts from."""

from tasks.model.address import Ip
from tasks.model.base import Moment, Value
from tasks.model.facts import OwnAddress
from tasks.model.principal import Principal


class HuntStart(Value):
    """Whom and what to follow.

    Args:
        suspect: who is followed; None where nobody can be named. Of kind `other`, with one of `keys` as its uin, it is
            that key alone, whoever's it is.
        ip: the address that the suspect came from.
        at: when it began; None where nobody knows.
        own: addresses that many share, which lead to nobody.
        people: principals that are known.
        runner_uin: the runbook's own identity.
    """

    suspect: Principal | None
    ip: Ip | None
    at: Moment | None = None
    keys: tuple[str, ...] = ()
    own: tuple[OwnAddress, ...] = ()
    people: tuple[Principal, ...] = ()
    runner_uin: str = ""
