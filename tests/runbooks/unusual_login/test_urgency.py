"""Who can do the most harm is answered first."""

from typing import Any

import pytest

from tasks.model.fact import Known
from tasks.model.facts import Reputation, Rights
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.urgency import urgency
from tests.decide.build import ALICE, ROOT, facts, login

TOR, HOME = Reputation(kinds=("tor",)), Reputation(kinds=("residential",))


@pytest.mark.parametrize(
    ("alert", "reputation", "expected"),
    [
        ({"principal": "alice"}, HOME, 0),
        ({"principal": "alice"}, None, 0),
        ({"principal": "alice"}, TOR, 1),
        ({"principal": "root"}, HOME, 4),
        ({"principal": "主账号"}, TOR, 5),
        ({"principal": "100000000001", "account": "100000000001"}, None, 4),
        ({"account": "100000000001"}, None, 0),
    ],
)
def test_an_alert_is_as_urgent_as_what_it_says(
    alert: dict[str, Any], reputation: Reputation | None, expected: int
) -> None:
    said = LoginAlert.model_validate(alert | ({"ip": "203.0.113.7"} if reputation else {}))

    assert urgency(said, reputation=lambda _: reputation or HOME) == expected


@pytest.mark.parametrize(("rights", "expected"), [(Rights(admin=True), 2), (Rights(), 0)])
def test_an_administrator_goes_before_others_once_his_rights_are_known(rights: Rights, expected: int) -> None:
    seen = facts(rights=Known[Rights](value=rights))

    assert urgency(LoginAlert(principal="alice"), facts=seen) == expected


def test_the_audit_record_says_better_than_the_alert_who_it_was() -> None:
    assert urgency(LoginAlert(principal="alice"), facts=facts(login=login(ROOT))) == 4
    assert urgency(LoginAlert(principal="root"), facts=facts(login=login(ALICE))) == 0
