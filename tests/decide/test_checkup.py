"""Each judgement of `runbooks check`, both ways."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.checkup.credential import judge_console, judge_owner
from tasks.decide.checkup.exposure import judge_engine, judge_intake
from tasks.decide.checkup.machine import FULL, LOW, PathState, judge_clock, judge_disk, judge_keys_apart, judge_path
from tasks.decide.checkup.people import judge_people
from tasks.decide.checkup.permissions import Granted, Needed, judge_excess, judge_permissions
from tasks.decide.sentences import both
from tasks.model.facts import Caller
from tasks.model.finding import Finding, Grade
from tasks.model.intake_file import IntakeFile
from tasks.model.policy import Mode, Person, Policy
from tasks.model.principal import PrincipalKind

ACCOUNT, RUNNER = "100000000001", "100000000099"
NEEDED = (Needed(both("读", "reading"), ("cam:ListUsers", "cam:GetPolicy")),)
WRITES = ("cam:UpdateUser", "cam:AttachUserPolicy")
LEE = Person(name="李雷", principals=("alice",), approver=True)
HAN = Person(name="韩梅梅", principals=("bob",), approver=True)
NAMELESS = Person(name="王五", approver=True)


def grades(found: Any) -> list[str]:
    return [one.grade.value for one in found]


def allow(*actions: str, everywhere: bool = True) -> Granted:
    return Granted(allow=True, actions=actions, everywhere=everywhere)


def deny(*actions: str, everywhere: bool = True) -> Granted:
    return Granted(allow=False, actions=actions, everywhere=everywhere)


@pytest.mark.parametrize(
    ("kind", "uin", "names", "suspect", "grade"),
    [
        (PrincipalKind.MAIN, ACCOUNT, (), "", "danger"),
        (PrincipalKind.SUB_USER, RUNNER, ("runbook-runner",), "somebody-else", "ok"),
        (PrincipalKind.SUB_USER, RUNNER, ("runbook-runner",), "Runbook-Runner", "danger"),
        (PrincipalKind.SUB_USER, RUNNER, (), RUNNER, "danger"),
        (PrincipalKind.SUB_USER, RUNNER, ("Alice",), "", "danger"),
        (PrincipalKind.SUB_USER, "100000000012", (), "", "danger"),
        (PrincipalKind.ROLE, "4611686018427397001", (), "", "ok"),
    ],
    ids=["main account", "of its own", "suspect by name", "suspect by uin", "declared by name", "by uin", "role"],
)
def test_whose_the_key_is(kind: PrincipalKind, uin: str, names: tuple[str, ...], suspect: str, grade: str) -> None:
    policy = Policy(people=(LEE, Person(name="韩梅梅", principals=("100000000012",))))
    caller = Caller(account=ACCOUNT, uin=uin, kind=kind, key_id="AKIDexample")
    found = judge_owner(caller, frozenset(names), policy, frozenset({suspect}))

    assert found.grade == grade
    assert (found.mend is None) == (grade == "ok")


@pytest.mark.parametrize(("console", "noted"), [(True, True), (False, False), (None, False)])
def test_the_runner_has_no_console_login(console: bool | None, noted: bool) -> None:  # noqa: FBT001 - a table's columns
    found = judge_console(RUNNER, console=console)

    assert (found is not None) == noted


@pytest.mark.parametrize(
    ("granted", "boundary", "expected"),
    [
        ((allow("cam:ListUsers", "cam:GetPolicy"),), None, ["ok"]),
        ((allow("name/cam:Get*", "CAM:listusers"),), None, ["ok"]),
        ((allow("*"),), None, ["ok"]),
        ((allow("cam:ListUsers"),), None, ["danger"]),
        ((), None, ["danger"]),
        ((allow("cam:*"), deny("cam:GetPolicy")), None, ["danger"]),
        ((allow("cam:*"), deny("cam:Update*")), None, ["ok"]),
        ((allow("cam:*", everywhere=False),), None, ["unknown"]),
        ((allow("cam:*"), deny("cam:ListUsers", everywhere=False)), None, ["unknown"]),
        ((allow("cam:ListUsers", everywhere=False), allow("cam:*")), None, ["ok"]),
        ((allow("cam:*"),), (allow("cam:List*"),), ["danger"]),
        ((allow("cam:*"),), (allow("*"),), ["ok"]),
        ((allow("cam:ListUsers"),), (allow("cam:GetPolicy"),), ["danger"]),
    ],
)
def test_what_is_missing(
    granted: tuple[Granted, ...], boundary: tuple[Granted, ...] | None, expected: list[str]
) -> None:
    assert grades(judge_permissions(granted, boundary, NEEDED)) == expected


def test_what_is_missing_is_named_with_what_it_is_for() -> None:
    (found,) = judge_permissions((allow("cam:ListUsers"),), None, NEEDED)

    assert found.what.en == "no permission for reading: cam:GetPolicy."


@pytest.mark.parametrize(
    ("granted", "admin", "mode", "grade"),
    [
        ((allow("cam:ListUsers", "cam:GetPolicy"),), (), "observe", "ok"),
        ((allow("cam:ListUsers"), deny("*")), (), "observe", "ok"),
        ((allow("*"),), (), "approve", "danger"),
        ((allow("name/cam:*"),), (), "auto", "danger"),
        ((), ("AdministratorAccess",), "approve", "danger"),
        ((allow("cam:UpdateUser"),), (), "observe", "danger"),
        ((allow("cam:Attach*"),), (), "observe", "danger"),
        ((allow("cam:Attach*"),), (), "approve", "note"),
        ((allow("cvm:*"),), (), "observe", "note"),
        ((allow("cam:Get*"),), (), "observe", "note"),
    ],
)
def test_what_is_too_much(granted: tuple[Granted, ...], admin: tuple[str, ...], mode: Mode, grade: str) -> None:
    assert judge_excess(granted, admin, NEEDED, WRITES, mode).grade == grade


@pytest.mark.parametrize(
    ("people", "needed", "mode", "expected"),
    [
        ((), 1, "observe", ["note"]),
        ((), 1, "approve", ["danger"]),
        ((), 1, "auto", ["danger"]),
        ((LEE,), 1, "approve", ["note"]),
        ((LEE, HAN), 1, "approve", ["ok"]),
        ((LEE, HAN), 2, "approve", ["note"]),
        ((LEE, HAN, NAMELESS), 1, "approve", ["note"]),
        ((LEE, Person(name="小李", principals=("alice",), approver=True)), 1, "approve", ["note"]),
    ],
)
def test_somebody_may_always_decide(people: tuple[Person, ...], needed: int, mode: Mode, expected: list[str]) -> None:
    assert grades(judge_people(Policy(people=people, approvals_needed=needed), mode)) == expected


@pytest.mark.parametrize(
    ("seconds", "grade"),
    [
        (0, "ok"),
        (59, "ok"),
        (-59, "ok"),
        (61, "note"),
        (-200, "note"),
        (301, "danger"),
        (-301, "danger"),
        (86400, "danger"),
    ],
)
def test_the_clock(seconds: int, grade: str) -> None:
    assert judge_clock(timedelta(seconds=seconds)).grade == grade


@pytest.mark.parametrize(
    ("free", "writable", "grade"),
    [
        (LOW, True, "ok"),
        (LOW - 1, True, "note"),
        (FULL, True, "note"),
        (FULL - 1, True, "danger"),
        (LOW, False, "danger"),
    ],
)
def test_the_disk(free: int, writable: bool, grade: str) -> None:  # noqa: FBT001 - a table's columns
    assert judge_disk("/srv/home", free, writable=writable).grade == grade


@pytest.mark.parametrize(
    ("mode", "mine", "secret", "mend"),
    [
        (0o600, True, True, None),
        (0o700, True, True, None),
        (0o640, True, True, "chmod go-rwx /f"),
        (0o601, True, True, "chmod go-rwx /f"),
        (0o644, True, False, None),
        (0o664, True, False, "chmod go-w /f"),
        (0o646, True, False, "chmod go-w /f"),
        (0o600, False, True, "give it to the user who runs this program."),
    ],
)
def test_who_may_read_and_write(mode: int, mine: bool, secret: bool, mend: str | None) -> None:  # noqa: FBT001 - a table's columns
    found = judge_path(PathState("/f", mode, mine, secret))

    assert (found.mend.en if found and found.mend else None) == mend
    assert found is None or found.grade is Grade.DANGER


@pytest.mark.parametrize(("beside", "grade"), [(True, "note"), (False, "ok")])
def test_signing_keys_lie_apart(beside: bool, grade: str) -> None:  # noqa: FBT001 - a table's columns
    assert judge_keys_apart("/srv/keys", beside_ledger=beside).grade == grade


SIGNED = {"name": "phone", "proof": "sign", "secret_env": "PHONE"}
SPOKEN = {"name": "ding", "proof": "key", "secret_env": "DING"}
PROXY = ["192.0.2.0/24"]


@pytest.mark.parametrize(
    ("host", "intake", "expected"),
    [
        ("127.0.0.1", {}, ["ok"]),
        ("::1", {"sources": [SPOKEN]}, ["ok"]),
        ("localhost", {"public_url": "https://runbooks.example.com", "trusted_proxies": PROXY}, ["ok"]),
        ("127.0.0.1", {"public_url": "https://runbooks.example.com"}, ["ok", "note"]),
        ("127.0.0.1", {"public_url": "http://127.0.0.1:8642"}, ["ok"]),
        ("0.0.0.0", {}, ["danger"]),
        ("192.0.2.7", {"sources": [SPOKEN]}, ["danger"]),
        ("192.0.2.7", {"sources": [SIGNED]}, ["note"]),
        ("0.0.0.0", {"sources": [SPOKEN], "trusted_proxies": PROXY}, ["note"]),
    ],
)
def test_where_alerts_are_taken_in(host: str, intake: dict[str, Any], expected: list[str]) -> None:
    assert grades(judge_intake(host, IntakeFile.model_validate(intake))) == expected


@pytest.mark.parametrize(
    ("url", "answer", "grade"),
    [
        (None, None, "ok"),
        ("http://127.0.0.1:4200/api", 401, "ok"),
        ("http://127.0.0.1:4200/api", 200, "note"),
        ("http://127.0.0.1:4200/api", None, "danger"),
        ("http://127.0.0.1:4200/api", 503, "danger"),
        ("https://prefect.example.com/api", 401, "ok"),
        ("https://prefect.example.com/api", 200, "danger"),
        ("http://prefect.example.com/api", 401, "danger"),
        ("http://prefect.example.com/api", None, "danger"),
    ],
)
def test_whom_the_engine_answers(url: str | None, answer: int | None, grade: str) -> None:
    assert judge_engine(url, answer).grade == grade


def test_whatever_is_not_well_has_its_mend() -> None:
    bad: list[Finding] = [
        judge_clock(timedelta(hours=1)),
        judge_disk("/srv", 0, writable=True),
        judge_engine("http://prefect.example.com/api", 200),
        *judge_people(Policy(), "auto"),
        *judge_intake("192.0.2.7", IntakeFile()),
    ]

    assert all(one.mend and one.mend.zh and one.mend.en for one in bad)
