"""The user behind a name: some calls take only names, and a name may have changed hands."""

from typing import Any

from tasks.cloud import standing
from tasks.cloud.api import Api
from tasks.contain.control import Unfit
from tasks.model.principal import Principal


def named_user(cloud: Api, who: Principal) -> dict[str, Any]:
    """Return the user of this name; raises `Unfit` where it is not the one that is meant."""
    user = standing.user(cloud, who.name)
    if str(user["Uin"]) != who.uin:
        raise Unfit(
            f"名称 {who.name} 现在属于另一个用户（{user['Uin']}），未做任何改动。",
            f"The name {who.name} now belongs to another user ({user['Uin']}); nothing was changed.",
        )
    return user
