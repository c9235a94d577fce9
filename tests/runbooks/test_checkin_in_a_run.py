"""A run that waits for somebody to know the address, and a device that checks in meanwhile."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect import Flow
from starlette.applications import Starlette

from tasks.checkin.answer import answer_open, answer_waiting
from tasks.checkin.links import links_to_show
from tasks.checkin.page import routes
from tasks.cli.options import Options
from tasks.cli.respond import Answering, drive_run
from tasks.context import ledger
from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, view
from tasks.ledger.rows import ChainOk, Incident
from tasks.model.intake_file import IntakeFile

pytestmark = pytest.mark.prefect

ORIGIN = "https://runbooks.example.com"
BASE = f"{ORIGIN}/checkin"
OWN = {"answers": {"own_login": "yes", "usual_place": "no"}, "answered_by": "Li"}
PEOPLE = "people:\n  - {name: Li, principals: [root]}\n  - {name: Wang, approver: true}\n"
FAST = Options(timeout_s=0.05, lang="en")

Begin = Callable[[str], tuple[Incident, UUID, str]]


@pytest.fixture
def begin(respond: Any, tmp_path: Path) -> Begin:
    """Bring a run to the question whose address it is; the incident, the run, and the login's address."""

    def go(policy: str) -> tuple[Incident, UUID, str]:
        (tmp_path / "intake.yaml").write_text(f"public_url: {ORIGIN}\n", encoding="utf-8")
        env = {"RUNBOOKS_INTAKE": str(tmp_path / "intake.yaml")}
        ended = respond("owner-on-the-road", OWN, policy=policy, env=env, lang="en")
        run = UUID(ended.record["flow_run_id"])
        incident = ledger().incident_of_run(str(run))
        assert incident is not None
        assert waiting(run).key == "known-egress-1"
        return incident, run, ended.record["alert"]["ip"]

    return go


def waiting(run: UUID) -> Waiting:
    question = asyncio.run(waiting_question(run))
    assert isinstance(question, Waiting)
    return question


def link_of(incident: Incident) -> str:
    (link,) = links_to_show(incident.id, BASE)
    assert link.person == "Li"
    return link.url


def press(url: str, address: str) -> int:
    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes(IntakeFile())), client=(address, 50000))
        async with httpx.AsyncClient(transport=transport) as http:
            return await http.post(url, headers={"content-type": "application/x-www-form-urlencoded"})

    return asyncio.run(post()).status_code


def what(incident: Incident) -> list[str]:
    return [entry.what for entry in ledger().timeline(incident.id) if entry.what.startswith("checkin")]


def recorded(incident: Incident) -> dict[str, Any]:
    record = ledger().record(incident.id)
    assert isinstance(record, dict)
    return record


def test_a_check_in_from_the_logins_address_answers_the_waiting_question(begin: Begin, flow: Flow[..., Any]) -> None:
    incident, run, ip = begin(f"{PEOPLE}checkin_answers: true\n")
    shown, url = waiting(run).description, link_of(incident)

    status = press(url, ip)
    again = press(url, "198.51.100.9")
    state = asyncio.run(drive_run(flow, run, FAST))

    answered = recorded(incident)["answers"]["known_egress"]
    given = {one.key: (one.source, one.by) for one in ledger().answers(incident.id)}
    assert (status, again, state) == (200, 410, RunState.COMPLETED)
    assert (answered["value"], answered["source"], answered["by"]) == ("yes", "fact", "checkin")
    assert (recorded(incident)["verdict"], given["known-egress-1"]) == ("ignored", ("checkin", "Li"))
    assert given["own-login-1"][0] == "person"
    assert [one["address"] for one in recorded(incident)["facts"]["checkins"]["value"]] == [ip]
    assert what(incident) == ["checkin_offered", "checkin_made", "checkin_answers"]
    assert isinstance(ledger().verify_chain(incident.id), ChainOk)
    assert f"runbooks links {incident.id}" in shown.replace("`", "")
    assert url.rpartition("/")[2] not in shown + str(recorded(incident))


def test_by_default_it_is_shown_beside_the_question_and_a_person_answers(begin: Begin, flow: Flow[..., Any]) -> None:
    incident, run, ip = begin(PEOPLE)

    press(link_of(incident), ip)
    shown = waiting(run).description
    swept = asyncio.run(answer_open())
    still = asyncio.run(view(run)).state
    form = {"answer": "yes", "answered_by": "Wang"}
    taken = asyncio.run(answer(run, form, key="known-egress-1"))
    asyncio.run(drive_run(flow, run, FAST))

    answered = recorded(incident)["answers"]["known_egress"]
    assert "Li checked in" in shown.splitlines()[-1]
    assert "the very address of this login" in shown.splitlines()[-1]
    assert (swept, still, taken) == (0, RunState.SUSPENDED, Accepted())
    assert (answered["source"], answered["by"], recorded(incident)["verdict"]) == ("person", "Wang", "ignored")
    assert [one["address"] for one in recorded(incident)["facts"]["checkins"]["value"]] == [ip]


def test_a_device_elsewhere_answers_nothing_though_the_policy_lets_check_ins_answer(begin: Begin) -> None:
    incident, run, _ = begin(f"{PEOPLE}checkin_answers: true\n")

    press(link_of(incident), "198.51.100.200")

    assert asyncio.run(view(run)).state is RunState.SUSPENDED
    assert "behind 198.51.100.200, not behind" in waiting(run).description.splitlines()[-1].replace("\\", "")
    assert what(incident) == ["checkin_offered", "checkin_made"]


def test_a_check_in_whose_process_died_before_it_told_the_run_is_swept_up(begin: Begin, flow: Flow[..., Any]) -> None:
    incident, run, ip = begin(f"{PEOPLE}checkin_answers: true\n")
    (link,) = ledger().checkin_links(incident.id)
    ledger().use_checkin(link.token_hash, address=ip, at=link.made_at)

    answered = asyncio.run(answer_open())
    twice = asyncio.run(answer_waiting(incident.id))

    assert (answered, twice) == (1, False)
    assert asyncio.run(drive_run(flow, run, FAST)) is RunState.COMPLETED


def test_a_check_in_does_not_answer_a_run_that_was_begun_under_a_stricter_policy(
    begin: Begin, flow: Flow[..., Any], tmp_path: Path
) -> None:
    incident, run, ip = begin(PEOPLE)
    (tmp_path / "policy.yaml").write_text(f"{PEOPLE}checkin_answers: true\n", encoding="utf-8")

    press(link_of(incident), ip)
    asyncio.run(drive_run(flow, run, FAST))
    swept = asyncio.run(answer_open())

    assert (waiting(run).key, swept) == ("known-egress-2", 0)
    assert "the very address of this login" in waiting(run).description


def test_the_link_stands_beside_the_question_on_a_terminal_and_in_no_other_output(
    begin: Begin, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident, run, _ = begin(PEOPLE)
    answering, question = Answering(FAST, zh=False), waiting(run)
    before = capsys.readouterr().out

    answering._say_links(question)
    piped = capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    answering._say_links(question)
    shown = capsys.readouterr().out

    assert ("/checkin/" in before, piped) == (False, "")
    assert link_of(incident) in shown.replace("\n", "")
