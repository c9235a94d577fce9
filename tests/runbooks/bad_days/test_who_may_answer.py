"""Whose answer counts, which form is taken, and who wins where two answer at once."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect import Flow

from tasks.cli.options import Options
from tasks.cli.prepared_answers import answers_type
from tasks.cli.respond import drive_run
from tasks.context import ledger
from tasks.engine.connection import prefect_http
from tasks.engine.questions import Accepted, Refused, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, view
from tasks.ledger.rows import ChainOk
from tests.answers import STOLEN

pytestmark = pytest.mark.prefect

POLICY = """\
mode: approve
approvals_needed: 2
people:
  - {name: Li, principals: [alice], approver: true}
  - {name: Wang, approver: true}
  - {name: Zhao, approver: true}
  - {name: Sun, approver: true}
  - {name: Qian}
"""
FAST = Options(timeout_s=0.05, lang="en")
ALL = {"decision": "approve", "only": []}


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    async def gathered() -> list[Any]:
        return await asyncio.gather(*(asyncio.to_thread(call) for call in calls))

    return asyncio.run(gathered())


def post(api_url: str, run: UUID, form: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        async with prefect_http(api_url) as client:
            return await client.post(f"flow_runs/{run}/resume", json={"run_input": form})

    return asyncio.run(send())


def waiting(run: UUID) -> Waiting:
    question = asyncio.run(waiting_question(run))
    assert isinstance(question, Waiting)
    return question


def test_where_every_approver_is_concerned_it_is_said_before_and_after_and_nobody_is_asked(
    respond: Any, flow: Flow[..., Any]
) -> None:
    alone = "mode: approve\npeople:\n  - {name: Li, principals: [alice], approver: true}\n"
    ended = respond("stolen-sub-account", {"answers": {}}, policy=alone, lang="en")
    run = UUID(ended.record["flow_run_id"])

    assert "nobody may approve it" in waiting(run).description
    given = answers_type().model_validate(STOLEN | {"answered_by": "li", "approved_by": "Li"})
    assert asyncio.run(drive_run(flow, run, Options(answers=given, timeout_s=30, lang="en"))) is RunState.COMPLETED

    incident = ledger().incident_of_run(str(run))
    assert incident is not None
    record: Any = ledger().record(incident.id)
    assert (incident.verdict, ended.writes()) == ("needs_person", [])
    assert {one["status"] for one in record["actions"]} == {"planned"}
    assert "of the declared approvers 0 may decide; not: Li (alice" in record["reasons"][-1]["en"]
    assert record["approvals"] == []


def test_two_approvers_of_whom_none_is_the_suspect(respond: Any, flow: Flow[..., Any], prefect_server: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN | {"answered_by": "Qian", "approved_by": "Li"}, policy=POLICY)
    run = UUID(ended.record["flow_run_id"])
    first = waiting(run)

    # Li is alice: the form does not take that name, and says why.
    assert (ended.status, ended.writes(), first.key[-2:]) == (3, [], "-1")
    assert first.form["properties"]["approved_by"]["enum"] == ["Wang", "Zhao", "Sun"]
    assert "Li 不能决定：alice" in first.description

    # Whoever decides sends along on what: the whole hash of the plan, and which approval of it this is.
    (about,) = first.form["properties"]["about"]["enum"]
    digest = about.removesuffix("-1")
    assert "about" in first.form["required"]
    assert (len(digest) * 4, digest[:12]) == (256, first.key.split("-")[1])

    # What is no answer to the form is refused by the server, and the run stays as it is.
    right = {"about": about}
    for form in (
        None,
        {},
        right | {"decision": "approve"},
        right | {"approved_by": "Wang"},
        right | {"decision": "", "approved_by": "Wang"},
        right | {"decision": "perhaps", "approved_by": "Wang"},
        right | {"decision": "approve", "approved_by": "Nobody"},
        right | {"decision": "approve", "approved_by": "Li"},
        right | {"decision": "decline", "approved_by": "Li"},
        right | {"decision": "approve", "approved_by": ""},
        right | {"decision": "approve", "approved_by": "Wang", "only": ["format_disk"]},
        right | {"decision": ["approve"], "approved_by": "Wang"},
        ALL | {"approved_by": "Wang"},
        ALL | {"approved_by": "Wang", "about": first.key},
        ALL | {"approved_by": "Wang", "about": f"{digest}-2"},
        ALL | {"approved_by": "Wang", "about": f"{digest[::-1]}-1"},
    ):
        said = post(prefect_server.api_url, run, form)
        assert said.status_code in {200, 400, 422}, said.text
        assert said.status_code != 200 or said.json()["status"] == "REJECT", (form, said.text)
        assert asyncio.run(view(run)).state is RunState.SUSPENDED

    # An approval of another plan, and one that Prefect would evaluate, are none.
    other = first.key.replace(first.key.split("-")[1], "0" * 12)
    assert isinstance(asyncio.run(answer(run, ALL | {"approved_by": "Wang"}, key=other)), Refused)
    jinja = {"__prefect_kind": "jinja", "template": "Wang"}
    assert isinstance(asyncio.run(answer(run, ALL | {"approved_by": jinja}, key=first.key)), Refused)

    # Two answer at the same moment: one wins, the other is told.
    said_at_once = at_once(
        *(
            lambda who=who: asyncio.run(answer(run, ALL | {"approved_by": who}, key=first.key))
            for who in ("Wang", "Zhao")
        )
    )
    assert sorted(type(one).__name__ for one in said_at_once) == ["Accepted", "Refused"]
    winner = "Wang" if isinstance(said_at_once[0], Accepted) else "Zhao"

    # One approval is not enough, the same person twice is one, and one of those who are left can't stop the others.
    assert asyncio.run(drive_run(flow, run, FAST)) is RunState.SUSPENDED
    assert isinstance(asyncio.run(answer(run, ALL | {"approved_by": winner}, key=waiting(run).key)), Refused)
    no = {"decision": "decline", "approved_by": "Sun", "only": []}
    assert asyncio.run(answer(run, no, key=waiting(run).key)) == Accepted()
    assert asyncio.run(drive_run(flow, run, FAST)) is RunState.SUSPENDED
    assert (ended.writes(), waiting(run).key[-2:]) == ([], "-3")

    loser = "Zhao" if winner == "Wang" else "Wang"
    assert waiting(run).form["properties"]["approved_by"]["enum"] == [loser]
    assert asyncio.run(answer(run, ALL | {"approved_by": loser}, key=waiting(run).key)) == Accepted()
    assert asyncio.run(drive_run(flow, run, FAST)) is RunState.COMPLETED

    incident = ledger().incident_of_run(str(run))
    assert incident is not None
    assert incident.verdict == "contained"
    assert ended.writes()
    approved = ledger().approvals(incident.id, first.key.split("-")[1])
    assert [(one.approver, one.decision) for one in approved] == [
        (winner, "approve"),
        ("Sun", "decline"),
        (loser, "approve"),
    ]
    told = [entry.detail for entry in ledger().timeline(incident.id) if entry.what == "approval_given"]
    assert all(isinstance(one, dict) and (one["declared"], one["proof"]) == (True, "named") for one in told)
    assert isinstance(ledger().verify_chain(incident.id), ChainOk)
