"""Console sessions that begin by a role, as far as the audit log shows them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tasks.errors import CloudRefused, Silent
from tasks.ipinfo.places import place_of
from tasks.lookup.collector import Collector
from tasks.lookup.login import match_login
from tasks.lookup.role_sessions import is_role_session, role_of, with_actor
from tasks.model.audit import AuditEvent
from tasks.model.fact import Known, Unknown
from tasks.model.principal import Principal, PrincipalKind
from tasks.runbooks.unusual_login.gather import reported
from tasks.sandbox.audit import Event
from tasks.watch import role_sessions
from tests.people import ACCOUNT, ALICE
from tests.scene import AT, OFFICE, STRANGER
from tests.watch.watcher import Watch, Watcher

ROLE = f"qcs::cam::uin/{ACCOUNT}:roleName/Auditor"


def assume(watcher: Watcher, ip: str, *, ago_s: float = 30, times: int = 1, **how: Any) -> None:
    """Write down that alice switched to a role, or as told."""
    given = {
        "name": "AssumeRole",
        "who": ALICE.uin,
        "user": "alice",
        "identity": "CAMUser",
        "console": True,
        "params": {"RoleArn": ROLE, "RoleSessionName": "console"},
    }
    log, at = watcher.sandbox.world.log, int((watcher.now - timedelta(seconds=ago_s)).timestamp())
    with watcher.sandbox._engine.lock:
        for _ in range(times):
            seq = log.ordinal()
            log.add(Event(seq=seq, at=at, service="sts", ip=ip, request_id=f"sts-{seq:012d}", **(given | how)))


@pytest.mark.parametrize("name", ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"])
def test_a_session_by_a_role_is_raised_like_a_login_and_says_how_it_began(watcher: Watcher, name: str) -> None:
    assume(watcher, STRANGER, name=name)

    polled = watcher.poll()

    (alert,) = watcher.alerts()
    assert (polled.logins, len(polled.raised)) == (1, 1)
    assert (alert.principal, str(alert.ip), alert.method) == ("alice", STRANGER, name)
    assert f"entered by a role “Auditor” ({name})" in alert.text
    assert "以角色「Auditor」进入控制台" in alert.text


def test_who_comes_by_single_sign_on_is_known_by_the_role(watcher: Watcher) -> None:
    assume(watcher, STRANGER, name="AssumeRoleWithSAML", who="", user="", identity="")

    watcher.poll()

    assert [alert.principal for alert in watcher.alerts()] == ["Auditor"]


@pytest.mark.parametrize(
    ("ip", "how"),
    [
        (OFFICE, {}),
        (STRANGER, {"console": False}),
        (STRANGER, {"failed": "AuthFailure"}),
        (STRANGER, {"name": "GetFederationToken"}),
    ],
    ids=["from the office", "a program", "a refusal", "another operation"],
)
def test_what_is_usual_or_no_session_is_not_raised(watcher: Watcher, ip: str, how: dict[str, Any]) -> None:
    assume(watcher, ip, **how)

    assert watcher.poll().raised == ()


def test_a_session_is_raised_once(watcher: Watcher) -> None:
    assume(watcher, STRANGER)

    polled = [watcher.poll() for _ in range(3)]

    assert [len(each.raised) for each in polled] == [1, 0, 0]


def test_sessions_of_the_past_are_habits(watch: Watch) -> None:
    watcher = watch("stolen-sub-account")
    for day in (8, 9, 10):
        assume(watcher, STRANGER, ago_s=86400 * day)
    watcher.poll()
    assume(watcher, STRANGER)

    polled = watcher.poll()

    assert (polled.logins, polled.raised) == (1, ())


def test_where_programs_assume_roles_without_end_that_is_said_once_a_day(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role_sessions, "NEW_PAGES", 1)
    assume(watcher, OFFICE, ago_s=60, times=60, console=False)
    assume(watcher, STRANGER)

    polled = [watcher.poll(), watcher.poll()]
    watcher.later(hours=25)
    assume(watcher, OFFICE, ago_s=25 * 3600 + 60, times=60, console=False)
    polled.append(watcher.poll())

    assert [len(each.raised) for each in polled] == [1, 0, 0]
    assert [["may be missed" in note.en for note in each.notes] for each in polled] == [[True], [], [True]]


@pytest.mark.parametrize(
    "error",
    [CloudRefused("cloudaudit:DescribeEvents", "InvalidParameter"), Silent("cloudaudit:DescribeEvents", "timeout")],
)
def test_where_they_can_not_be_read_the_logins_go_on_and_that_is_said_once(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(role_sessions, "read", fails)
    watcher.login("alice", STRANGER)

    polled = [watcher.poll(), watcher.poll()]

    assert [len(each.raised) for each in polled] == [1, 0]
    assert [["by a role can't be read" in note.en for note in each.notes] for each in polled] == [[True], []]


def test_the_record_is_looked_for_by_its_own_name(watcher: Watcher) -> None:
    assume(watcher, STRANGER)
    watcher.poll()
    (alert,) = watcher.alerts()

    found, other = (
        asyncio.run(match_login(Collector(watcher.cloud, now=watcher.now), reported(one), place_of))
        for one in (alert, alert.model_copy(update={"method": "password"}))
    )

    assert isinstance(found, Known)
    assert (found.value.name, found.value.actor) == ("AssumeRole", ALICE)
    assert isinstance(other, Unknown)


def test_a_record_names_its_role_and_who_assumed_it() -> None:
    nobody = Principal(kind=PrincipalKind.OTHER, uin="", name="")
    known = {"id": "1", "at": AT, "service": "sts", "name": "AssumeRole", "targets": (ROLE,), "console": True}
    anonymous = AuditEvent.model_validate(known | {"actor": nobody})
    hers = AuditEvent.model_validate(known | {"actor": ALICE})

    assert (role_of(hers), role_of(hers.model_copy(update={"targets": ()}))) == ("Auditor", "")
    assert (with_actor(hers), with_actor(anonymous).actor.name) == (hers, "Auditor")
    assert [is_role_session(hers.model_copy(update={"console": said})) for said in (True, False, None)] == [
        True,
        False,
        False,
    ]
