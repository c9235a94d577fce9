"""Preflight: the runbook never locks itself out, and acts for nobody where it does not know who it is."""

import pytest

from tasks.cloud.retry import RetryingClient
from tasks.contain.preflight import recheck
from tasks.model.plan import ActionKind
from tasks.model.principal import Principal
from tests.cloud.scripted import Scripted, book
from tests.contain.containment_stage import Stage, act
from tests.people import ALICE, ALICE_KEY, BOB, DAVE, DEPLOY_ROLE, ROOT, ROOT_KEY, RUNNER, RUNNER_KEY


@pytest.mark.parametrize("who", [ALICE, DAVE, DEPLOY_ROLE])
def test_others_may_be_contained(stage: Stage, who: Principal) -> None:
    assert recheck(stage.cloud, act(ActionKind.QUARANTINE, who)) is None


@pytest.mark.parametrize("kind", [ActionKind.QUARANTINE, ActionKind.DISABLE_CONSOLE_LOGIN, ActionKind.RESET_PASSWORD])
def test_its_own_user_may_not(stage: Stage, kind: ActionKind) -> None:
    refusal = recheck(stage.cloud, act(kind, RUNNER))

    assert refusal is not None
    assert "itself" in refusal.en
    assert RUNNER.name in refusal.zh


def test_the_key_it_signs_by_may_not_be_disabled_but_another_may(stage: Stage) -> None:
    assert recheck(stage.cloud, act(ActionKind.DISABLE_ACCESS_KEY, RUNNER, RUNNER_KEY)) is not None
    assert recheck(stage.cloud, act(ActionKind.DISABLE_ACCESS_KEY, RUNNER, "AKIDexampleOther")) is None
    assert recheck(stage.cloud, act(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)) is None


def test_the_role_it_acts_as_may_not(stage: Stage) -> None:
    session = next(one for one in stage.sandbox.world.cloud.sessions if one.principal == DEPLOY_ROLE.name)
    as_role = stage.signed_by(session.id, session.secret, session.token)

    assert recheck(as_role.cloud, act(ActionKind.QUARANTINE, DEPLOY_ROLE)) is not None
    assert recheck(as_role.cloud, act(ActionKind.QUARANTINE, ALICE)) is None


@pytest.mark.parametrize("kind", [ActionKind.QUARANTINE, ActionKind.DISABLE_CONSOLE_LOGIN, ActionKind.RESET_PASSWORD])
def test_what_has_no_power_over_the_main_account_is_not_tried(stage: Stage, kind: ActionKind) -> None:
    refusal = recheck(stage.cloud, act(kind, ROOT))

    assert refusal is not None
    assert "no power over the main account" in refusal.en


def test_a_main_accounts_key_may_be_tried(stage: Stage) -> None:
    assert recheck(stage.cloud, act(ActionKind.DISABLE_ACCESS_KEY, ROOT, ROOT_KEY)) is None


def test_one_who_does_not_know_who_he_is_does_not_act(stage: Stage) -> None:
    stage.sandbox.faults.set(break_off=["sts:GetCallerIdentity"])
    outcome = stage.contain(act(ActionKind.QUARANTINE, ALICE))

    assert outcome.status == "failed"
    assert "could not be made sure" in outcome.detail.en
    assert stage.writes() == []


def test_a_cloud_that_does_not_say_which_user_signs_is_not_acted_on() -> None:
    cloud = Scripted(book({"AccountId": ROOT.uin, "UserId": None, "PrincipalId": None, "Type": "CAMUser"}))
    refusal = recheck(cloud, act(ActionKind.QUARANTINE, ALICE))

    assert refusal is not None
    assert "could not be made sure" in refusal.en


def test_the_user_who_assumed_the_role_that_signs_may_not_be_contained() -> None:
    body = {
        "AccountId": ROOT.uin,
        "UserId": f"{DEPLOY_ROLE.uin}:night-run",
        "PrincipalId": RUNNER.uin,
        "Type": "CAMRole",
    }

    assert recheck(Scripted(lambda _: body), act(ActionKind.QUARANTINE, RUNNER)) is not None
    assert recheck(Scripted(lambda _: body), act(ActionKind.QUARANTINE, ALICE)) is None


def test_a_passing_fault_is_not_the_end(stage: Stage) -> None:
    stage.sandbox.faults.set(break_off={"sts:GetCallerIdentity": 2})

    assert recheck(RetryingClient(stage.cloud), act(ActionKind.QUARANTINE, BOB)) is None


def test_the_main_account_disables_its_other_key_by_itself(stage: Stage) -> None:
    for key in stage.sandbox.world.cloud.keys:
        key.active = key.active or key.id == ROOT_KEY
    as_root = stage.signed_by_key_of("root")
    other = stage.sandbox.world.cloud.keys[0].model_copy(update={"id": "AKIDexampleRootOther", "owner": int(ROOT.uin)})
    stage.sandbox.world.cloud.keys.append(other)

    assert as_root.contain(act(ActionKind.DISABLE_ACCESS_KEY, ROOT, "AKIDexampleRootOther")).status == "verified"
    assert as_root.contain(act(ActionKind.DISABLE_ACCESS_KEY, ROOT, ROOT_KEY)).status == "failed"
