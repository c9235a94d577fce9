"""`runbooks split`: a report that joined an incident wrongly gets one of its own."""

from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.__main__ import app
from tasks.context import ledger
from tasks.errors import InputError
from tasks.ledger.rows import ChainOk
from tasks.model.delivery import Delivery, Receipt
from tasks.model.message import Reported
from tasks.runbooks.registry import correlation_of
from tasks.runbooks.unusual_login.alert import LoginAlert
from tests.scene import AT, STRANGER

pytestmark = pytest.mark.usefixtures("home")


def told(source: str, minutes: float = 0) -> Receipt:
    alert = LoginAlert(principal="alice", ip=STRANGER, login_time=AT + timedelta(minutes=minutes), place="荷兰")
    (receipt,) = ledger().take_delivery(
        Delivery(
            source=source,
            road="generic",
            sha256=source.ljust(64, "0"),
            body={"n": 1},
            alerts=(Reported(runbook="unusual_login", alert=alert),),
            at=AT,
        ),
        correlation_of,
        mode="approve",
        endpoint="",
        lang="zh",
    )
    return receipt


def split(*words: str) -> Any:
    return CliRunner().invoke(app, ["split", *words])


def problem(*words: str) -> str:
    done = split(*words)
    assert isinstance(done.exception, InputError)
    return str(done.exception)


def test_a_report_that_joined_is_taken_out_and_waits_for_a_run_of_its_own() -> None:
    incident = told("sms").incident_id
    assert told("mail", 2).incident_id == incident
    first, joined = ledger().alerts_of(incident)
    ledger().bind_run(incident, "run-1", AT)

    done = split("run-1", joined.id, "--by", " Qian ", "--lang", "en")

    (new,) = ledger().unbound_incidents("")
    assert (done.exit_code, done.exception) == (0, None)
    assert f"{joined.id} → {new.id}" in done.output
    assert "`runbooks serve`" in done.output
    assert [one.id for one in ledger().alerts_of(incident)] == [first.id]
    assert [one.id for one in ledger().alerts_of(new.id)] == [joined.id]
    for one, what in ((incident, "report_split_off"), (new.id, "report_split_from")):
        entry = ledger().timeline(one)[-1]
        assert (entry.what, entry.who) == (what, "Qian")
        assert isinstance(ledger().verify_chain(one), ChainOk)


def test_without_a_report_they_are_listed_in_either_language() -> None:
    incident = told("sms").incident_id
    told("mail", 2)
    first, joined = ledger().alerts_of(incident)

    english, chinese = split(incident, "--lang", "en"), split(incident)

    assert english.exit_code == 0
    assert f"{first.id} · sms" in english.output
    assert f"{joined.id} · mail" in english.output
    assert (english.output.count("opened it"), english.output.count("joined it")) == (1, 1)
    assert "Who: alice" in english.output
    assert "立案" in chinese.output
    assert len(ledger().incidents()) == 1


def test_what_can_not_be_taken_out_is_said_with_the_mend() -> None:
    alone = told("sms", 60).incident_id
    incident = told("sms").incident_id
    told("mail", 2)
    first, joined = ledger().alerts_of(incident)
    (only,) = ledger().alerts_of(alone)

    assert alone in problem("inc-none", "al-none", "--by", "Qian")
    assert "only one report" in problem(alone, only.id, "--by", "Qian")
    assert f"opened {incident}; those that joined it: {joined.id}" in problem(incident, first.id, "--by", "Qian")
    assert f"'al-none' is no report of {incident}" in problem(incident, "al-none", "--by", "Qian")
    assert "--by" in problem(incident, joined.id)
    assert "--by" in problem(incident, joined.id, "--by", " ")
    assert len(ledger().incidents()) == 2
