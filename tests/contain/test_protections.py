"""Protections are switched on where they are off, and never weakened."""

import pytest

from tasks.model.plan import ActionKind
from tests.contain.containment_stage import Stage, act
from tests.people import ALICE, BOB, CAROL


def sent(stage: Stage) -> list[dict[str, object]]:
    return [call.parameters for call in stage.sandbox.calls() if call.action == "SetMfaFlag"]


def test_the_phone_is_used_for_both_where_none_is_on(stage: Stage) -> None:
    outcome = stage.contain(act(ActionKind.ENABLE_PROTECTIONS, ALICE))

    assert (stage.person(ALICE).login_check, stage.person(ALICE).action_check) == ("Phone", "Phone")
    assert "Phone" in outcome.detail.en


def test_without_a_phone_a_virtual_device_is_asked_for(stage: Stage) -> None:
    stage.person(ALICE).phone = ""
    outcome = stage.contain(act(ActionKind.ENABLE_PROTECTIONS, ALICE))

    assert outcome.status == "verified"
    assert (stage.person(ALICE).login_check, stage.person(ALICE).action_check) == ("Stoken", "Stoken")


def test_both_on_is_left_alone(stage: Stage) -> None:
    assert stage.contain(act(ActionKind.ENABLE_PROTECTIONS, BOB)).status == "skipped"
    assert sent(stage) == []


@pytest.mark.parametrize("strong", ["Token", "U2FToken", "Passkey"])
def test_a_stronger_method_is_never_written_over(stage: Stage, strong: str) -> None:
    stage.person(ALICE).login_check = strong
    outcome = stage.contain(act(ActionKind.ENABLE_PROTECTIONS, ALICE))

    assert outcome.status == "verified"
    assert stage.person(ALICE).login_check == strong
    assert stage.person(ALICE).action_check == "Phone"
    assert "LoginFlag" not in sent(stage)[0]
    assert stage.undo(outcome).status == "verified"
    assert (stage.person(ALICE).login_check, stage.person(ALICE).action_check) == (strong, "")


def test_the_method_that_is_on_for_one_is_taken_for_the_other(stage: Stage) -> None:
    stage.person(CAROL).login_check = "Stoken"
    stage.contain(act(ActionKind.ENABLE_PROTECTIONS, CAROL))

    assert (stage.person(CAROL).login_check, stage.person(CAROL).action_check) == ("Stoken", "Stoken")


def test_exactly_one_method_is_named_in_each_flag(stage: Stage) -> None:
    stage.contain(act(ActionKind.ENABLE_PROTECTIONS, ALICE))

    assert sent(stage)[0]["LoginFlag"] == sent(stage)[0]["ActionFlag"] == {"Phone": 1, "Stoken": 0, "Wechat": 0}
