"""The sandbox of a home: whom alerts are about, and what was done to it, by its own audit log."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tasks.chaos.seen import Deed
from tasks.model.plan import ActionKind
from tasks.sandbox import keep, scenarios
from tasks.sandbox.audit import Event
from tasks.sandbox.people import active_key
from tasks.sandbox.scenarios import Scenario
from tasks.sandbox.world import World

SCENARIO = "storm-apart"
STATE = "cloud.json"
TIMEOUT_S = 10.0


class Victim(NamedTuple):
    """Whom an alert is about."""

    name: str
    uin: str
    alert: dict[str, Any]


class Cloud(NamedTuple):
    """What a home's cloud was when it began.

    Args:
        uins: by name.
        owners: uin of the owner of each access key.
        environ: the runner's credential.
    """

    victims: tuple[Victim, ...]
    uins: Mapping[str, str]
    owners: Mapping[str, str]
    environ: Mapping[str, str]
    runner: str


def make_cloud(home: Path) -> Cloud:
    """Write the state that the sandbox begins with, and say who is in it."""
    scenario = scenarios.load(SCENARIO, now=datetime.now(UTC))
    keep.save(scenario.world, home / STATE)
    return _cloud(scenario)


def _cloud(scenario: Scenario) -> Cloud:
    cloud = scenario.world.cloud
    uins = {one.name: str(one.uin) for one in cloud.people}
    key = active_key(cloud, scenario.story.runner)
    victims = (Victim(one["principal"], uins[one["principal"]], one) for one in scenario.alerts())
    return Cloud(
        victims=tuple(victims),
        uins=uins,
        owners={one.id: str(one.owner) for one in cloud.keys},
        environ={"TENCENTCLOUD_SECRET_ID": key.id, "TENCENTCLOUD_SECRET_KEY": key.secret},
        runner=scenario.story.runner,
    )


def set_faults(url: str, **changes: Any) -> None:
    """Let it misbehave, or stop to.

    Raises:
        httpx.HTTPError: it can't be reached.
    """
    httpx.post(f"{url}/faults", json=changes, timeout=TIMEOUT_S, trust_env=False).raise_for_status()


def answers(url: str) -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"{url}/health", timeout=1.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def deeds(home: Path, cloud: Cloud) -> tuple[Deed, ...]:
    """What the runner changed, by the audit log, which is kept in one file with the state."""
    world = keep.load(home / STATE) or _none(home)
    return tuple(_deeds(world, cloud))


def _none(home: Path) -> World:
    raise FileNotFoundError(home / STATE)


def _deeds(world: World, cloud: Cloud) -> Iterator[Deed]:
    for event in world.log.events:
        if event.user == cloud.runner and event.write and not event.denied and not event.failed:
            yield _deed(event, cloud)


class _Change(NamedTuple):
    """What was done, to whom (a uin), whether mode auto may do it unasked, and whether it takes containment back."""

    what: str
    victim: str
    early: bool = True
    undoes: bool = False


def _deed(event: Event, cloud: Cloud) -> Deed:
    change = _user(event.params, cloud) if event.name == "UpdateUser" else _other(event.name, event.params, cloud)
    return Deed(**change._asdict(), at=datetime.fromtimestamp(event.at, UTC))


def _user(params: Mapping[str, Any], cloud: Cloud) -> _Change:
    named = str(params["Name"])
    uin, on = cloud.uins.get(named, named), bool(params.get("ConsoleLogin"))
    if "Password" in params:
        return _Change(f"password of {named}", uin, early=False)
    return _Change(f"console of {named} {int(on)}", uin, undoes=on)


def _other(name: str, params: Mapping[str, Any], cloud: Cloud) -> _Change:
    match name:
        case "UpdateAccessKey":
            key, status = str(params["AccessKeyId"]), str(params["Status"])
            owner = cloud.owners.get(key, str(params.get("TargetUin")))
            return _Change(f"key {key} {status}", owner, undoes=status == "Active")
        case "AttachUserPolicy":
            return _Change(f"policy attached to {params['AttachUin']}", str(params["AttachUin"]))
        case "DetachUserPolicy":
            return _Change(f"policy detached from {params['DetachUin']}", str(params["DetachUin"]), undoes=True)
        case "SetMfaFlag":
            return _Change(f"protections of {params['OpUin']}", str(params["OpUin"]), early=False)
        case _:
            return _Change(f"{name} {json.dumps(params, sort_keys=True)}", "")


def deed_of(kind: str, target: str, cloud: Cloud) -> str:
    """What the cloud's log shows where an action of the ledger was done; empty where it calls nothing."""
    names = {uin: name for name, uin in cloud.uins.items()}
    return {
        ActionKind.DISABLE_ACCESS_KEY.value: f"key {target} Inactive",
        ActionKind.DISABLE_CONSOLE_LOGIN.value: f"console of {names.get(target, target)} 0",
        ActionKind.RESET_PASSWORD.value: f"password of {names.get(target, target)}",
        ActionKind.QUARANTINE.value: f"policy attached to {target}",
        ActionKind.ENABLE_PROTECTIONS.value: f"protections of {target}",
    }.get(kind, "")
