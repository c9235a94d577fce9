"""The runs that are left waiting at each release: one at each of the waits that there are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tasks.sandbox.server import Sandbox

STOLEN = {
    "answers": {"own_login": "no", "co_user": "no", "known_egress": "no"},
    "approvals": {"containment": "approve"},
    "manual_steps": "done",
    "answered_by": "Qian",
    "approved_by": "Wang",
    "second_approver": "Zhao",
}
PEOPLE = """\
people:
  - {name: Li, principals: [alice], approver: true}
  - {name: Wang, approver: true}
  - {name: Zhao, approver: true}
  - {name: Qian}
"""
OWNER = "people:\n  - {name: Qian, principals: [root]}\n  - {name: Wang, approver: true}\n"
AUTO = f"mode: auto\nauto_actions: [disable_access_key, quarantine]\n{PEOPLE}"
INTAKE = "public_url: https://runbooks.example.com\n"


def answers(**given: str) -> dict[str, Any]:
    """Some of the answers, and nothing else."""
    return {"answers": given, "answered_by": "Qian"}


def nothing(_: Sandbox) -> None:
    """What goes wrong or goes on in most stories: nothing more."""


def no_history(sandbox: Sandbox) -> None:
    """The audit log is closed to the runner: which place is usual only people can tell."""
    sandbox.faults.set(deny={"cloudaudit:DescribeEvents": -1, "cloudaudit:LookUpEvents": -1})


def intruder_goes_on(sandbox: Sandbox) -> None:
    """While the approval is waited for, the intruder makes one more user."""
    code = sandbox.attempt("alice", "cam:AddUser", {"Name": "svc-second", "ConsoleLogin": 1, "UseApi": 1})
    assert code == "", code


@dataclass(frozen=True)
class Wait:
    """A run, and where it is left.

    Args:
        name: what it waits for, in a word.
        given: the answers that bring it there.
        prepare: what is so in the cloud before the run begins.
        meanwhile: what happens in the cloud before `then`.
        then: form with which the wait that `given` leads to is answered, so that it comes to a later one.
        ahead: whether it is contained before its run begins.
        go_on: the answers that bring it from there to its end.
        asks: what it is still asked on that way, the wait itself first.
        verdict: how it ends.
    """

    name: str
    scenario: str
    given: dict[str, Any]
    go_on: dict[str, Any]
    asks: tuple[str, ...]
    verdict: str
    lang: str = "zh"
    files: dict[str, str] = field(default_factory=lambda: {"POLICY": f"mode: approve\n{PEOPLE}"})
    prepare: Callable[[Sandbox], None] = nothing
    meanwhile: Callable[[Sandbox], None] = nothing
    then: dict[str, Any] = field(default_factory=dict)
    ahead: bool = False


THREE = ("own_login", "co_user", "known_egress")
HARMLESS = answers(own_login="yes", known_egress="yes", confirm="yes") | {"confirmed_by": "Wang"}

WAITS = (
    Wait("own-login", "stolen-sub-account", answers(), STOLEN, (*THREE, "containment"), "contained"),
    Wait("silent-log", "login-not-in-audit", answers(), STOLEN, (*THREE, "containment"), "contained"),
    Wait(
        "usual-place",
        "owner-on-the-road",
        answers(own_login="yes"),
        answers(usual_place="no", known_egress="yes", confirm="yes") | {"confirmed_by": "Wang"},
        ("usual_place", "known_egress", "confirm"),
        "ignored",
        files={"POLICY": OWNER},
        prepare=no_history,
    ),
    Wait(
        "co-user",
        "colleague-on-the-road",
        answers(own_login="no"),
        answers(co_user="carol", co_user_away="yes"),
        ("co_user", "co_user_away"),
        "ignored",
        lang="en",
    ),
    Wait(
        "co-user-away",
        "colleague-on-the-road",
        answers(own_login="no", co_user="carol"),
        answers(co_user_away="yes"),
        ("co_user_away",),
        "ignored",
    ),
    Wait(
        "known-egress-with-links",
        "owner-on-the-road",
        answers(own_login="yes", usual_place="no"),
        answers(known_egress="yes"),
        ("known_egress",),
        "ignored",
        lang="en",
        files={"POLICY": OWNER, "INTAKE": INTAKE},
    ),
    Wait(
        "confirm",
        "stolen-sub-account",
        answers(own_login="yes", known_egress="yes"),
        STOLEN | answers(confirm="no") | {"confirmed_by": "Wang"},
        ("confirm", "containment"),
        "contained",
    ),
    Wait(
        "approval",
        "stolen-sub-account",
        STOLEN | {"approvals": {}},
        STOLEN,
        ("containment",),
        "contained",
        lang="en",
    ),
    Wait(
        "second-approval",
        "stolen-sub-account",
        STOLEN | {"second_approver": None},
        STOLEN,
        ("containment",),
        "contained",
        files={"POLICY": f"mode: approve\napprovals_needed: 2\n{PEOPLE}"},
    ),
    Wait(
        "guided-steps",
        "stolen-main-account",
        STOLEN | {"manual_steps": None},
        STOLEN,
        ("manual_steps",),
        "contained",
    ),
    Wait(
        "guided-steps-after-acts",
        "stolen-collaborator",
        STOLEN | {"manual_steps": None},
        STOLEN,
        ("manual_steps",),
        "contained",
        lang="en",
    ),
    Wait(
        "approval-of-a-second-round",
        "stolen-sub-account",
        STOLEN | {"approvals": {}},
        STOLEN,
        ("containment",),
        "contained",
        meanwhile=intruder_goes_on,
        then={"decision": "approve", "approved_by": "Wang", "only": []},
    ),
    Wait(
        "contained-first-then-put-back",
        "stolen-sub-account",
        answers(),
        HARMLESS,
        ("own_login", "known_egress", "confirm"),
        "ignored",
        files={"POLICY": AUTO},
    ),
    Wait(
        "contained-ahead-then-the-rest",
        "stolen-sub-account",
        answers(),
        STOLEN,
        (*THREE, "containment"),
        "contained",
        files={"POLICY": AUTO},
        ahead=True,
    ),
)
