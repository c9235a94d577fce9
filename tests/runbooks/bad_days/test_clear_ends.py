"""Bad days end in a clear state, with what was found so far in the record."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow

from tasks.cli.answer import answer_run
from tasks.cli.options import Options
from tasks.cli.prepared_answers import answers_type
from tasks.cli.respond import run_incident
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.engine.inplace import run_in_place
from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, view
from tasks.errors import SettingsError
from tasks.ledger.rows import ChainOk
from tasks.sandbox.server import Sandbox
from tests.answers import STOLEN

pytestmark = pytest.mark.prefect

NO_ANSWERS: dict[str, Any] = {"answers": {}}
CLOUD = ("cam:*", "cloudaudit:*", "csip:*", "vpc:*", "cvm:*", "lighthouse:*")
FORM_MAX = 50


def chain_holds() -> bool:
    return all(isinstance(ledger().verify_chain(one.id), ChainOk) for one in ledger().incidents())


def alert(**fields: Any) -> str:
    """An alert of a login that was made when the drill's story has it."""
    at = (datetime.now(UTC) - timedelta(minutes=90)).isoformat()
    return json.dumps({"ip": "203.0.113.7", "login_time": at, "account": "100000000001"} | fields)


@pytest.mark.parametrize(
    ("scenario", "given", "unknown"),
    [
        ("login-not-in-audit", None, {"login"}),
        ("no-history", None, set()),
        ("stolen-sub-account", {"ip": "10.0.0.5"}, {"login", "keys", "rights", "trail"}),
        ("stolen-sub-account", {"ip": "2001:db8::7"}, {"login", "keys", "rights", "trail"}),
        ("stolen-sub-account", {"ip": None}, set()),
    ],
    ids=["not in the audit log", "no history", "private address", "IPv6 address", "no address"],
)
def test_what_is_not_known_is_said_and_a_person_is_asked(
    respond: Any, scenario: str, given: dict[str, Any] | None, unknown: set[str]
) -> None:
    ended = respond(scenario, NO_ANSWERS, alert=alert(**given) if given else None)

    facts = {name: fact for name, fact in ended.record["facts"].items() if isinstance(fact, dict)}
    assert (ended.status, ended.record["verdict"], ended.writes()) == (3, "needs_person", [])
    assert {name for name, fact in facts.items() if fact.get("state") == "unknown"} == unknown
    assert all(facts[name]["reason"]["zh"] and facts[name]["reason"]["en"] for name in unknown)
    assert chain_holds()


def test_a_thousand_co_users_make_a_form_that_can_be_read(respond: Any) -> None:
    ended = respond("thousand-users", {"answers": {"own_login": "no"}, "answered_by": "owner"})

    question = asyncio.run(waiting_question(UUID(ended.record["flow_run_id"])))
    assert isinstance(question, Waiting)
    assert question.key.startswith("co-user")
    assert 2 < len(question.form["properties"]["answer"]["enum"]) <= FORM_MAX
    assert len(ended.record["facts"]["co_users"]["value"]) > 1000
    assert chain_holds()


def test_a_cloud_that_hangs_is_not_waited_for(respond: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.steps.gather.DEADLINE_S", 1.0)

    ended = respond("stolen-sub-account", NO_ANSWERS, prepare=lambda box: box.faults.set(hang=[*CLOUD]))

    silent = [fact for fact in ended.record["facts"].values() if isinstance(fact, dict) and fact["state"] == "unknown"]
    assert (ended.status, ended.record["verdict"]) == (3, "needs_person")
    assert "The time for this source was over before it had answered." in {fact["reason"]["en"] for fact in silent}
    assert chain_holds()


def test_a_second_run_finds_all_done_and_changes_nothing(respond: Any, flow: Flow[..., Any]) -> None:
    first = respond("stolen-sub-account", STOLEN)
    before = Counter(first.writes())
    record = first.home / "second.json"
    given = answers_type().model_validate(STOLEN)
    options = Options(mode="approve", answers=given, record=record, timeout_s=1, again=True)

    status = run_incident(flow, json.dumps(first.sandbox.alert()), options)

    second = json.loads(record.read_text(encoding="utf-8"))
    done = {action["kind"] for action in second["actions"] if action["status"] != "skipped"}
    again = Counter(first.writes()) - before
    assert (status, second["verdict"]) == (0, "contained")
    assert second["incident_id"] != first.record["incident_id"]
    # A password can't be read, so it is reset anew; all else is seen to be done.
    assert done <= {"reset_password"}
    assert set(again) <= {"UpdateUser"}
    assert chain_holds()


@pytest.mark.parametrize("mends", [{}, {"principal": "100000000011"}], ids=["the same alert", "by another name"])
def test_the_same_login_is_not_answered_twice(respond: Any, flow: Flow[..., Any], mends: dict[str, str]) -> None:
    first = respond("stolen-sub-account", STOLEN)
    before, asked = Counter(first.writes()), len(first.sandbox.calls())
    record = first.home / "second.json"

    status = run_incident(
        flow, json.dumps(first.sandbox.alert() | mends), Options(mode="approve", record=record, timeout_s=1)
    )

    second = json.loads(record.read_text(encoding="utf-8"))
    assert (status, second["incident_id"], second["verdict"]) == (0, first.record["incident_id"], "contained")
    assert Counter(first.writes()) == before
    assert (len(first.sandbox.calls()) > asked) == bool(mends)
    assert {one.verdict for one in ledger().incidents()} <= {"contained", "duplicate"}
    assert chain_holds()


def test_a_login_whose_time_is_a_quarter_of_an_hour_off_is_asked_about(respond: Any, flow: Flow[..., Any]) -> None:
    first = respond("stolen-sub-account", STOLEN)
    later, record = datetime.fromisoformat(first.sandbox.alert()["login_time"]), first.home / "second.json"
    alert = first.sandbox.alert() | {"login_time": (later + timedelta(minutes=15)).isoformat()}

    status = run_incident(flow, json.dumps(alert), Options(mode="approve", record=record, timeout_s=1))

    second = json.loads(record.read_text(encoding="utf-8"))
    assert (status, second["verdict"], second["facts"]["login"]["state"]) == (3, "needs_person", "unknown")
    assert "alice (100000000011) @ 203.0.113.7" in second["facts"]["login"]["reason"]["en"]
    assert "15 min off" in second["facts"]["login"]["reason"]["en"]
    assert second["incident_id"] != first.record["incident_id"]


def test_no_run_goes_on_against_another_cloud(
    respond: Any, flow: Flow[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = respond("stolen-sub-account", STOLEN | {"approvals": {}})
    run = UUID(ended.record["flow_run_id"])
    answers = Options(answers=answers_type().model_validate(STOLEN), timeout_s=1)

    with Sandbox.start("stolen-sub-account") as other:
        monkeypatch.setenv("RUNBOOKS_CLOUD_ENDPOINT", other.url)
        settings.cache_clear()

        with pytest.raises(SettingsError, match=r"RUNBOOKS_CLOUD_ENDPOINT: incident .* was opened against"):
            answer_run(flow, str(run), answers)
        assert asyncio.run(view(run)).state is RunState.SUSPENDED

        # Nor does a worker's process that is set so, whoever answers.
        question = asyncio.run(waiting_question(run))
        assert isinstance(question, Waiting)
        form = {"decision": "approve", "approved_by": "security-lead", "only": []}
        assert asyncio.run(answer(run, form, key=question.key)) == Accepted()
        assert asyncio.run(run_in_place(flow, run)) is RunState.FAILED
        assert (other.calls(), ended.writes()) == ([], [])
    assert chain_holds()
