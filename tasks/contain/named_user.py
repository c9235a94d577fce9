"""The user behind a name: some calls take only names, and a name may have changed hands."""

from tasks.cloud.api import Api
from tasks.cloud.users import Account, user_named
from tasks.contain.control import Unfit
from tasks.model.principal import Principal


def named_user(cloud: Api, who: Principal) -> Account:
    """Return the user of this name; raises `Unfit` where it is not the one that is meant."""
    found = user_named(cloud, who.name)
    uin = found.user.principal.uin
    if uin != who.uin:
        raise Unfit(
            f"名称 {who.name} 现在属于另一个用户（{uin}），未做任何改动。",
            f"The name {who.name} now belongs to another user ({uin}); nothing was changed.",
        )
    return found
