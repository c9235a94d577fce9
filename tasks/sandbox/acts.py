"""What people do in the web console: log in, press buttons, and go on with what they were at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tasks.sandbox.engine import Engine, add_event
from tasks.sandbox.errors import ApiError
from tasks.sandbox.find import key, keys_of, person_named, role_named
from tasks.sandbox.people import active_key, console_caller, home_ip, key_caller
from tasks.sandbox.state import Activity, Cloud, Person
from tasks.sandbox.world import Caller, Request, World

CATCH_UP_MAX = 500  # calls of one activity that are made up for at once


@dataclass(frozen=True)
class Act:
    """A call that somebody makes.

    Args:
        operation: `service:Action`.
        key: SecretId that signs it, or empty for the web console.
        shown_as: the name in the audit log, where the console has its own.
    """

    who: str
    operation: str
    at: float
    ip: str = ""
    params: dict[str, Any] | None = None
    region: str = "ap-guangzhou"
    key: str = ""
    shown_as: str = ""
    mfa: bool = False


def attempt(engine: Engine, act: Act) -> str:
    """Try a call with what its maker has; give the error code, or nothing."""
    cloud = engine.world.cloud
    used = key(cloud, act.key) if act.key else None
    if act.key and (used is None or not used.active):
        return "AuthFailure.SecretIdNotFound"
    caller = key_caller(cloud, used) if used else console_caller(cloud, act.who, ip=act.ip, mfa=act.mfa)
    if used is not None:
        used.last_used, used.last_ip = int(act.at), act.ip or home_ip(cloud, caller)
    service, _, action = act.operation.partition(":")
    request = Request(
        service=service,
        action=action,
        params=act.params or {},
        caller=caller,
        now=act.at,
        ip=act.ip or home_ip(cloud, caller),
        world=engine.world,
        region=act.region,
        console=not act.key,
        agent="" if not act.key else "SDK_PYTHON",
        shown_as=act.shown_as,
    )
    try:
        engine.call(request)
    except ApiError as error:
        return error.code
    return ""


def login(
    world: World, who: str, *, at: int, ip: str, wrong: bool = False, mfa: bool = False, method: str = "password"
) -> bool:
    """Log in to the web console; False where the password was wrong or the console is closed to them."""
    cloud = world.cloud
    caller = console_caller(cloud, who, ip=ip, mfa=mfa)
    closed = not _may_log_in(cloud, who)
    message = "password error" if wrong else "console login is disabled" if closed else ""
    code = "FailedOperation.PasswordError" if wrong else "FailedOperation.ConsoleLoginDisabled" if closed else ""
    _account_event(
        world,
        caller,
        at=at,
        ip=ip,
        name="ConsoleLogin",
        title="登录",
        failed=code,
        message=message,
        params={"LoginType": method},
    )
    if caller.person is not None and not code:
        caller.person.last_login, caller.person.last_ip = at, ip
    return not code


def press(engine: Engine, step: str, who: str) -> None:
    """Do one step in the web console as a person would, from their usual place."""
    with engine.lock:
        found = person_named(engine.world.cloud, who)
        if found is None or step not in STEPS:
            raise LookupError(f"no console step {step!r} for {who!r}; the steps are {', '.join(STEPS)}")
        STEPS[step](engine, found)
        engine.save(engine.world)


def _change_password(engine: Engine, one: Person) -> None:
    one.password += 1
    _own_event(engine, one, "ChangeMailPassword", "修改邮箱账号密码", {})


def _enable_offsite(engine: Engine, one: Person) -> None:
    engine.world.cloud.offsite.verify = True
    _own_event(engine, one, "SetOffsiteLoginFlag", "异地登录安全设置", {"VerifyFlag": 1})


def _enable_login(engine: Engine, one: Person) -> None:
    one.login_check = one.login_check or "Phone"
    _own_event(engine, one, "SetSafeAuthFlag", "设置安全保护", {"LoginFlag": {one.login_check: 1}})


def _enable_operation(engine: Engine, one: Person) -> None:
    one.action_check = one.action_check or "Phone"
    _own_event(engine, one, "SetSafeAuthFlag", "设置安全保护", {"ActionFlag": {one.action_check: 1}})


def _log_out(engine: Engine, one: Person) -> None:
    """End what is done in their sessions; they must log in anew, which is all that the audit log shows of it."""
    for activity in engine.world.cloud.activities:
        activity.ended = activity.ended or (activity.who == one.name and not activity.signed)
    caller = console_caller(engine.world.cloud, one.name)
    login(engine.world, one.name, at=int(engine.clock()), ip=home_ip(engine.world.cloud, caller), mfa=True)


def _disable_keys(engine: Engine, one: Person) -> None:
    """Switch off every key of their own, as its owner does on the key page."""
    for each in keys_of(engine.world.cloud, one.uin):
        if each.active:
            each.active = False
            _own_event(engine, one, "DisableApiKey", "禁用密钥", {"SecretId": each.id})


STEPS: dict[str, Callable[[Engine, Person], None]] = {
    "change_password": _change_password,
    "enable_offsite_protection": _enable_offsite,
    "enable_login_protection": _enable_login,
    "enable_operation_protection": _enable_operation,
    "log_out_sessions": _log_out,
    "disable_access_key": _disable_keys,
}


def tick(engine: Engine, now: float) -> None:
    """Let those who are at something go on with it up to now."""
    for activity in engine.world.cloud.activities:
        for _ in range(CATCH_UP_MAX):
            if activity.ended or activity.next_at > now:
                break
            _go_on(engine, activity)


def _go_on(engine: Engine, activity: Activity) -> None:
    operation = activity.calls[activity.done % len(activity.calls)]
    try:
        used = active_key(engine.world.cloud, activity.who).id if activity.signed else ""
        attempt(engine, Act(activity.who, operation, activity.next_at, ip=activity.ip, key=used))
    except LookupError:  # their user or their key is gone
        activity.ended = True
    activity.done += 1
    activity.next_at += activity.every_s


def _may_log_in(cloud: Cloud, who: str) -> bool:
    found = person_named(cloud, who) or role_named(cloud, who)
    return found is not None and found.console


def _own_event(engine: Engine, one: Person, name: str, title: str, params: dict[str, Any]) -> None:
    ip = engine.world.cloud.homes.get(one.home, "")
    caller = console_caller(engine.world.cloud, one.name, ip=ip, mfa=True)
    _account_event(engine.world, caller, at=int(engine.clock()), ip=ip, name=name, title=title, params=params)


def _account_event(world: World, caller: Caller, **parts: Any) -> None:
    add_event(world, caller, service="account", console=True, write=True, sensitive=True, **_with_id(world), **parts)


def _with_id(world: World) -> dict[str, str]:
    return {"request_id": f"console-{world.log.last + 1:012d}"}
