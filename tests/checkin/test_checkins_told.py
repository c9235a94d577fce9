"""Check-ins reach people: in the form, in the report, and in a run that can't be reached just now."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tasks.checkin import answer as checkin_answer
from tasks.checkin.answer import answer_open, follow, keep_answering
from tasks.errors import EngineError
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.checkin import CheckIn
from tasks.model.fact import Known
from tasks.runbooks.registry import runbook_of
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question
from tasks.runbooks.unusual_login.report import fact_rows
from tasks.steps.ask import links_offered
from tests.checkin.checkin_samples import HOSTILE, given
from tests.decide import build
from tests.reporting.rendered import question_text
from tests.scene import STRANGER

RUNBOOK = runbook_of("unusual_login")
WALKED = (build.statement(Question.OWN_LOGIN, "no"), build.statement(Question.CO_USER, "no"))


def shown(facts: LoginFacts, *, lang: Any, holders: tuple[str, ...]) -> str:
    decision = build.decided(build.ALERT, facts, WALKED, build.POLICY)
    assert decision.ask is not None
    return question_text(
        decision.ask,
        alert=build.ALERT,
        facts=facts,
        decision=decision,
        run_url="http://127.0.0.1:4200/runs/1",
        run_id="run-1",
        lang=lang,
        offer=links_offered(RUNBOOK, "inc-1", holders),
    )


@pytest.mark.parametrize(
    ("lang", "title", "nobody"),
    [("zh", "设备签到", "未署名链接的持有者"), ("en", "Device check-in", "The holder of the unnamed link")],
)
def test_a_form_names_who_has_a_link_and_how_it_is_shown(lang: str, title: str, nobody: str) -> None:
    text = shown(build.facts(), lang=lang, holders=("Li", ""))

    assert all(words in text for words in (f"**{title}**", "- Li\n", f"- {nobody}\n", "`runbooks links inc-1`"))


def test_a_form_without_links_says_nothing_of_them() -> None:
    assert "runbooks links" not in shown(build.facts(), lang="en", holders=())


def test_a_runbook_that_asks_for_no_device_offers_no_links() -> None:
    assert links_offered(replace(RUNBOOK, checkins=None), "inc-1", ("Li",)) is None


def test_names_of_strangers_stay_text_in_a_form() -> None:
    by_him = CheckIn(person=HOSTILE, address=STRANGER, at=build.NOW)

    text = shown(build.facts(checkins=Known(value=(by_him,))), lang="en", holders=(HOSTILE,))

    assert text.count("&lt;script&gt;") == 2
    assert not [raw for raw in ("<script", "<img", "\u202e") if raw in text]


def test_the_report_lists_devices_where_there_are_any() -> None:
    named = CheckIn(person="Li", address=STRANGER, at=build.NOW)
    seen = (named, named.model_copy(update={"person": "", "address": "2001:db8::7"}))

    with_some = {row.name: row for row in fact_rows(build.ALERT, build.facts(checkins=Known(value=seen)))}
    with_none = {row.name for row in fact_rows(build.ALERT, build.facts())}

    assert [line.en for line in with_some["checkins"].lines] == [
        "2026-11-23 10:30:00 +08:00 (02:30:00 UTC): Li, 203.0.113.7",
        "2026-11-23 10:30:00 +08:00 (02:30:00 UTC): unnamed, 2001:db8::7",
    ]
    assert "checkins" not in with_none


def test_a_run_that_can_not_be_told_now_is_told_of_and_stops_nothing(
    ledger: Ledger, home: Any, incident: Incident, now: datetime, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(_: str) -> bool:
        raise EngineError("the server is away")

    token, link = given(ledger, home, incident.id, now)
    ledger.use_checkin(link.token_hash, address=STRANGER, at=now)
    monkeypatch.setattr(checkin_answer, "answer_waiting", away)
    caplog.set_level(logging.WARNING, logger="runbooks.checkin")

    asyncio.run(follow(link))
    answered = asyncio.run(answer_open())

    assert (answered, len(caplog.records)) == (0, 2)
    assert {record.getMessage().split(":")[0] for record in caplog.records} == {incident.id}
    assert token not in caplog.text


def test_the_sweep_goes_on_after_a_ledger_that_was_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    async def sweeps() -> None:
        second = asyncio.Event()

        async def sweep() -> int:
            calls.append(len(calls))
            if len(calls) == 1:
                raise LedgerBusy("busy")
            second.set()
            return 0

        monkeypatch.setattr(checkin_answer, "answer_open", sweep)
        monkeypatch.setattr(checkin_answer, "SWEEP_S", 0)
        task = asyncio.create_task(keep_answering())
        await second.wait()
        task.cancel()

    asyncio.run(sweeps())

    assert calls[:2] == [0, 1]
