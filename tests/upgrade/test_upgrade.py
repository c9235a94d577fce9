"""What an earlier version left waiting goes on in this one: nothing asked twice, nothing done twice."""

import asyncio
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tasks.cli.drill import person_at_console
from tasks.cli.prepared_answers import answers_type, topic
from tasks.contain.undo import PREFIX
from tasks.context import ledger
from tasks.engine.connection import connected
from tasks.engine.questions import Waiting, waiting_question
from tasks.engine.runs import RunState
from tasks.engine.server.embedded import start_server
from tasks.ledger.rows import ChainOk
from tasks.runbooks.kept import record_in
from tasks.runbooks.unusual_login.questions import Question
from tasks.sandbox.server import Sandbox
from tests.upgrade import stage
from tests.upgrade.scrub import named
from tests.upgrade.shapes import shapes
from tests.upgrade.waits import WAITS

LATER = timedelta(hours=12)
"""How long after the freezing the new version begins."""
FROZEN = sorted(path.parent for path in Path(__file__).parent.glob("*/waits.json"))
LOOKED_UP = ("cvm", "lighthouse", "vpc", "csip")
"""Products that are asked only while facts are gathered."""

RENAMED = {"Alert": "LoginAlert", "Facts": "LoginFacts"}
"""What was called otherwise while there was one runbook."""

Raise = Callable[[Path], tuple[Path, str]]


def told(folder: Path) -> dict[str, Any]:
    """What is known of a frozen version."""
    found: dict[str, Any] = json.loads((folder / "waits.json").read_text(encoding="utf-8"))
    return found


def unpacked(folder: Path, home: Path) -> Path:
    with tarfile.open(folder / "home.tar.xz") as archive:
        archive.extractall(home, filter="data")
    return home


@pytest.fixture(scope="module")
def raised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raise]:
    """Unpack the home of a frozen version and start Prefect's server on its database, once; home and address."""
    with ExitStack() as stack:
        known: dict[Path, tuple[Path, str]] = {}

        def start(folder: Path) -> tuple[Path, str]:
            if folder not in known:
                home = unpacked(folder, tmp_path_factory.mktemp("home"))
                known[folder] = home, stack.enter_context(start_server(home)).api_url
            return known[folder]

        yield start


@pytest.mark.prefect
@pytest.mark.parametrize(
    ("folder", "wait"),
    [
        pytest.param(folder, wait, id=f"{folder.name}-{wait['name']}")
        for folder in FROZEN
        for wait in told(folder)["waits"]
    ],
)
def test_a_run_that_waits_goes_on_to_its_end(raised: Raise, folder: Path, wait: dict[str, Any]) -> None:
    home, api_url = raised(folder)
    number, run = wait["number"], UUID(wait["run"])
    frozen_at = datetime.fromisoformat(told(folder)["frozen_at"])
    with (
        stage.clock_set_to(frozen_at + LATER),
        Sandbox.start(wait["scenario"], state_file=home / "clouds" / f"{number}.json") as sandbox,
        stage.at_work(home, sandbox, number, wait["files"]),
        connected(api_url, home),
    ):
        question = asyncio.run(waiting_question(run))
        given = answers_type().model_validate(wait["go_on"])
        state = asyncio.run(stage.walk(run, given, person_at_console(sandbox)))

        incident = ledger().incident(wait["incident"])
        asked = [each.key for each in ledger().answers(incident.id)]
        acts = [(each.kind, each.target) for each in ledger().actions(incident.id)]
        record = record_in(ledger().record(incident.id), incident)
        links = len(ledger().checkin_links(incident.id))
        approved = sum(entry.what == "approval_given" for entry in ledger().timeline(incident.id))
        chain = ledger().verify_chain(incident.id)

    written = [*wait["written"], *stage.writes(sandbox)]
    known = len(wait["answered"])
    assert isinstance(question, Waiting)
    assert (question.key, state, incident.verdict) == (wait["waits_for"], RunState.COMPLETED, wait["verdict"])
    assert asked[: known + 1] == [*wait["answered"], wait["waits_for"]]
    assert [topic(key).replace("-", "_") for key in asked[known:]] == wait["asks"]
    assert approved == wait["approved"] + wait["asks"].count("containment")
    assert links == wait["links"]
    assert sorted(set(written)) == sorted(written)
    assert sorted(set(acts)) == sorted(acts)
    assert record is not None
    ours = {(str(each.kind), each.target) for each in record.actions if each.how == "api"}
    assert ours == {(kind, target) for kind, target in acts if not kind.startswith(PREFIX)}
    undone = {(str(each.kind), each.target) for each in record.put_back}
    assert undone == (ours if wait["verdict"] == "ignored" else set())
    assert [call.action for call in stage.ours(sandbox) if call.service in LOOKED_UP] == []
    assert isinstance(chain, ChainOk)


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: folder.name)
def test_what_an_earlier_version_kept_has_all_that_this_one_needs(folder: Path) -> None:
    kept, here = {RENAMED.get(name, name): each for name, each in told(folder)["shapes"].items()}, shapes()
    both = sorted(kept.keys() & here.keys())

    needed = {name: missing for name in both if (missing := set(here[name]["required"]) - set(kept[name]["required"]))}
    unknown = {
        (name, field): words
        for name in both
        for field, said in kept[name]["words"].items()
        if (words := set(said) - set(here[name]["words"].get(field, said)))
    }
    assert needed == {}, "a new field of a kept value needs a default"
    assert unknown == {}, "a word that an earlier version kept must still be read"


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: folder.name)
def test_what_is_frozen_names_no_machine(folder: Path, tmp_path: Path) -> None:
    files = [path for path in unpacked(folder, tmp_path).rglob("*") if path.is_file()]

    found = {path.name: names for path in (*files, folder / "waits.json") if (names := named(path.read_bytes()))}
    assert len(files) > len(told(folder)["waits"])
    assert found == {}


def test_a_run_is_frozen_at_each_wait_that_there_is() -> None:
    waits = {*Question, "containment", "manual_steps"} - {Question.RESOURCES_AFFECTED}  # the trail alone answers that

    assert {wait.asks[0] for wait in WAITS} == set(map(str, waits))


def test_something_is_frozen() -> None:
    assert FROZEN
