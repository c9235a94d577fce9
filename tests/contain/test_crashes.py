"""A run that dies between the act and its confirmation reads the cloud instead of acting again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.model.plan import Action, ActionKind, Outcome
from tests.contain.containment_stage import PLAN, Stage, act
from tests.people import ALICE, ALICE_KEY, DEPLOY_ROLE

ROOT = Path(__file__).parents[2]

DYING = """
import os, signal, sys
from datetime import UTC, datetime
from tencentcloud.common.credential import Credential
from tasks.cloud.client import Cloud
from tasks.contain.execute import contain
from tasks.contain.responder import Responder
from tasks.ledger.store import Ledger, open_ledger
from tasks.contain.undo import undo
from tasks.model.plan import Action, Outcome

def die(*_args, **_options):
    os.kill(os.getpid(), signal.SIGKILL)

url, key, secret, ledger, incident, plan, what, moment, undoes = sys.argv[1:]
setattr(Ledger, moment, die)
cloud = Cloud(credential=Credential(key, secret), endpoint=url)
book = open_ledger(f"sqlite:///{ledger}")
responder = Responder(cloud, book, incident, owner="run-0", now=lambda: datetime.now(UTC))
if undoes:
    undo(responder, Outcome.model_validate_json(what), by="olivia")
else:
    contain(responder, Action.model_validate_json(what), plan_hash=plan, by="olivia")
"""


def die_at(stage: Stage, moment: str, what: Action | Outcome) -> None:
    """Contain, or undo, in another process that is killed when it comes to this call of the ledger."""
    key, secret = stage.sandbox.credentials().values()
    arguments = [stage.sandbox.url, key, secret, str(stage.ledger_file), stage.incident, PLAN]
    arguments += [what.model_dump_json(), moment, "undo" if isinstance(what, Outcome) else ""]
    ended = subprocess.run([sys.executable, "-c", DYING, *arguments], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("action", "writes"),
    [
        (act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY), ["UpdateAccessKey"]),
        (act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE), ["UpdateUser"]),
        (act(ActionKind.QUARANTINE, DEPLOY_ROLE), ["CreatePolicy", "AttachRolePolicy"]),
        (act(ActionKind.ENABLE_PROTECTIONS, ALICE), ["SetMfaFlag"]),
    ],
    ids=lambda value: value.kind if isinstance(value, Action) else "",
)
def test_killed_after_the_act_it_is_verified_without_a_second_one(
    stage: Stage, action: Action, writes: list[str]
) -> None:
    before = stage.state_of(action.principal)
    die_at(stage, "confirm_action", action)
    outcome = stage.contain(action)

    assert outcome.status == "verified"
    assert "before the last run broke off" in outcome.detail.en
    assert stage.writes() == writes
    assert stage.undo(outcome).status == "verified"
    assert stage.state_of(action.principal) == before


def test_killed_before_the_act_it_is_done_once(stage: Stage) -> None:
    action = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)
    die_at(stage, "save_before", action)
    outcome = stage.contain(action)

    assert outcome.status == "verified"
    assert outcome.before == {"active": True}
    assert stage.writes() == ["UpdateAccessKey"]


def test_killed_after_a_password_was_set_another_unknown_one_is_set(stage: Stage) -> None:
    action = act(ActionKind.RESET_PASSWORD, ALICE)
    die_at(stage, "confirm_action", action)
    outcome = stage.contain(action)

    assert outcome.status == "done"
    assert "once more" in outcome.detail.en
    assert stage.writes() == ["UpdateUser", "UpdateUser"]


def test_somebody_elses_act_after_a_death_is_not_claimed_as_ours(stage: Stage) -> None:
    action = act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)
    die_at(stage, "save_before", action)
    next(key for key in stage.sandbox.world.cloud.keys if key.id == ALICE_KEY).active = False
    outcome = stage.contain(action)

    assert outcome.status == "skipped"
    assert stage.writes() == []
    assert stage.undo(outcome).status == "skipped"


@pytest.mark.parametrize("moment", ["save_before", "confirm_action"])
def test_killed_while_undoing_it_is_undone_once(stage: Stage, moment: str) -> None:
    action = act(ActionKind.QUARANTINE, ALICE)
    before = stage.state_of(ALICE)
    outcome = stage.contain(action)
    die_at(stage, moment, outcome)
    undone = stage.undo(outcome)

    assert undone.status == "verified"
    assert stage.state_of(ALICE) == before
    assert stage.writes().count("DetachUserPolicy") == 1
