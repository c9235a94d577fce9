"""The new password is known to nobody, and is nowhere."""

import logging
import string

import pytest

from tasks.contain.password import LENGTH, SIGNS, random_password
from tasks.model.plan import ActionKind
from tests.contain.containment_stage import Stage, act
from tests.people import ALICE

RESET = act(ActionKind.RESET_PASSWORD, ALICE)


def password_sent(stage: Stage) -> str:
    return next(str(c.parameters["Password"]) for c in stage.sandbox.calls() if "Password" in c.parameters)


def test_a_password_meets_any_rule_and_differs_each_time() -> None:
    found = {random_password().get_secret_value() for _ in range(200)}

    assert len(found) == 200
    for each in found:
        assert len(each) == LENGTH == 32
        for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits, SIGNS):
            assert set(each) & set(kind)


@pytest.mark.parametrize("fault", [{}, {"lost_answer": {"cam:UpdateUser": 1}}, {"deny": ["cam:UpdateUser"]}])
def test_the_password_is_nowhere(
    stage: Stage, fault: dict[str, object], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.sandbox.faults.set(**fault)
    outcome = stage.contain(RESET)
    secret = password_sent(stage)
    kept = b"".join(path.read_bytes() for path in stage.ledger_file.parent.glob(f"{stage.ledger_file.name}*"))
    printed = capfd.readouterr()

    assert RESET.kind.encode() in kept
    assert secret.encode() not in kept
    assert secret not in outcome.model_dump_json()
    assert all(secret not in f"{record.getMessage()}{record.__dict__}" for record in caplog.records)
    assert secret not in printed.out + printed.err
    assert secret not in stage.sandbox.world.model_dump_json()


def test_the_sdk_logs_no_body_even_where_everything_is_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage.contain(act(ActionKind.DISABLE_CONSOLE_LOGIN, ALICE))

    assert any(record.levelno == logging.DEBUG for record in caplog.records)
    assert not any("ConsoleLogin" in record.getMessage() for record in caplog.records)


def test_the_new_password_must_be_changed_at_the_next_login(stage: Stage) -> None:
    set_before = stage.person(ALICE).password
    stage.contain(RESET)

    assert stage.person(ALICE).password == set_before + 1
    assert stage.person(ALICE).must_reset
