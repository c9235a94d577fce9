"""An audit log that says there is more and gives nothing more: each fact that rests on it says so."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tasks.cloud.client import connect
from tasks.lookup.collector import Collector
from tasks.model.fact import Known, Unknown
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import gather
from tasks.sandbox.server import Sandbox

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture(scope="module")
def facts() -> Iterator[LoginFacts]:
    with Sandbox.start("stolen-sub-account") as sandbox:
        sandbox.faults.set(rate_limit=False, no_end=["cloudaudit:DescribeEvents"])
        collector = Collector(
            connect(endpoint=sandbox.url, environ=sandbox.credentials()), now=datetime.now(UTC), deadline_s=120
        )
        alert = LoginAlert.model_validate(sandbox.alert())
        yield asyncio.run(gather(collector, alert, Policy()))


def said(fact: Known[Any] | Unknown) -> str:
    return fact.reason.en if isinstance(fact, Unknown) else " ".join(gap.en for gap in fact.gaps)


def test_the_login_is_not_said_to_be_missing_alone(facts: LoginFacts) -> None:
    assert isinstance(facts.login, Unknown)
    assert "was not read to its end" in facts.login.reason.en
    assert "操作审计没有读完" in facts.login.reason.zh


def test_the_history_may_lack_the_suspects_own_logins(facts: LoginFacts) -> None:
    assert isinstance(facts.history, Known)
    assert "of the suspect's own, too, some may be missing" in said(facts.history)


def test_the_trail_is_open(facts: LoginFacts) -> None:
    assert isinstance(facts.trail, Known)
    assert not facts.trail.value.closed
    assert "cloudaudit:DescribeEvents was not read to its end" in said(facts.trail)


def test_what_does_not_rest_on_the_log_is_known_as_ever(facts: LoginFacts) -> None:
    assert {fact.state for fact in (facts.caller, facts.co_users, facts.egress, facts.alarms)} == {"known"}
