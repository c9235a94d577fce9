"""Every action that the sandbox has."""

from functools import cache
from types import MappingProxyType

from tasks.sandbox.action import Action
from tasks.sandbox.errors import ApiError
from tasks.sandbox.products import (
    cam_flags,
    cam_keys,
    cam_people,
    cam_policies,
    cam_roles,
    cloudaudit,
    csip,
    cvm,
    lighthouse,
    sts,
    vpc,
)

MODULES = (sts, cam_people, cam_flags, cam_keys, cam_policies, cam_roles, cloudaudit, vpc, cvm, lighthouse, csip)


@cache
def actions() -> MappingProxyType[tuple[str, str], Action]:
    """Map service and name to the action."""
    return MappingProxyType({(one.service, one.name): one for module in MODULES for one in module.ACTIONS})


def lookup(service: str, name: str, version: str | None = None) -> Action:
    """Find an action, as the API's front door does."""
    known = actions()
    if not any(one.service == service for one in known.values()):
        raise ApiError("NoSuchProduct", f"The product `{service}` does not exist.")
    found = known.get((service, name))
    if found is None:
        raise ApiError("InvalidAction", f"The specified action `{name}` is invalid or not exist.")
    if version is not None and version != found.version:
        raise ApiError("NoSuchVersion", f"The version `{version}` of `{service}` does not exist.")
    return found
