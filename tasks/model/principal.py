"""Who acts in an account."""

from enum import StrEnum

from tasks.model.address import Ip
from tasks.model.base import Line, Moment, Value
from tasks.model.place import Place


class PrincipalKind(StrEnum):
    """Kinds of identity that can enter an account."""

    MAIN = "main"
    SUB_USER = "sub_user"
    COLLABORATOR = "collaborator"
    ROLE = "role"
    WECOM = "wecom"
    CIC = "cic"
    OTHER = "other"


class Principal(Value):
    """An identity of the account.

    Args:
        uin: its id (a role's id for a role); equal to the account's for the main account.
        name: its name; `root` for the main account.
    """

    kind: PrincipalKind
    uin: str
    name: Line

    @property
    def label(self) -> str:
        """How people call it: `alice (100000000011)`; one that has no other name, by its uin."""
        return self.uin if self.name == self.uin else f"{self.name} ({self.uin})"


class CoUser(Value):
    """Somebody who can enter the account.

    Args:
        console: whether console login is on; None where the API does not say.
        last_login, last_ip, last_place: of the last login that is known.
    """

    principal: Principal
    nickname: Line = ""
    console: bool | None = None
    last_login: Moment | None = None
    last_ip: Ip | None = None
    last_place: Place | None = None
