"""Every drill, walked from the alert to the report with answers from a file."""

from typing import Any

import pytest

from tasks.cli.export import read_fixture
from tasks.context import ledger
from tasks.custody.examine import examine
from tasks.custody.keys import known_keys
from tasks.custody.seal import keys_folder
from tasks.decide.replay import differences, fixture_of, replay
from tasks.model.alert import TYPES
from tasks.model.base import Sentence
from tasks.model.record import Record
from tasks.runbooks.registry import runbook_of
from tasks.sandbox.scenarios import names
from tests.answers import STOLEN, STOLEN_UNAPPROVED

pytestmark = pytest.mark.prefect

ENDED = frozenset(
    {
        "owner-on-the-road",
        "colleague-on-the-road",
        "known-egress",
        "stolen-sub-account",
        "stolen-main-account",
        "stolen-but-quiet",
        "stolen-collaborator",
        "stolen-role",
        "cloud-is-throttling",
    }
)
REST = tuple(name for name in names() if name not in ENDED)
"""Drills that no row walks to its end."""

CONTAIN_PATH = ["own_login", "co_user", "known_egress", "resources_affected"]
AWAY = {"answers": {"own_login": "no", "co_user": "carol", "co_user_away": "yes"}, "answered_by": "owner"}
OWN = {"answers": {"own_login": "yes", "usual_place": "no", "known_egress": "yes"}, "answered_by": "owner"}


@pytest.mark.parametrize(
    ("scenario", "answers", "path", "verdict", "next_step", "status"),
    [
        ("owner-on-the-road", OWN, ["own_login", "usual_place", "co_user", "known_egress"], "ignored", "none", 0),
        ("colleague-on-the-road", AWAY, ["own_login", "co_user", "co_user_away"], "ignored", "none", 0),
        ("known-egress", STOLEN, ["own_login", "co_user", "known_egress"], "ignored", "none", 0),
        ("stolen-sub-account", STOLEN, CONTAIN_PATH, "contained", "contact_support", 0),
        ("stolen-main-account", STOLEN, CONTAIN_PATH, "contained", "contact_support", 0),
        ("stolen-but-quiet", STOLEN, CONTAIN_PATH, "contained", "harden", 0),
        ("stolen-collaborator", STOLEN, CONTAIN_PATH, "contained", "contact_support", 0),
        ("stolen-role", STOLEN, CONTAIN_PATH, "contained", "contact_support", 0),
        ("cloud-is-throttling", STOLEN, CONTAIN_PATH, "contained", "contact_support", 0),
    ],
)
def test_a_drill_ends_as_its_story_says(
    respond: Any, scenario: str, answers: dict[str, Any], path: list[str], verdict: str, next_step: str, status: int
) -> None:
    ended = respond(scenario, answers)

    record = ended.record
    assert (record["path"], record["verdict"], record["next"], ended.status) == (path, verdict, next_step, status)
    assert record["permissions_missing"] == [], "the sandbox's runner has what `runbooks policy` prints"
    assert record["reasons"]
    assert _is_decided_the_same_offline(record)
    assert _unlike_what_was_written(record) == ()


@pytest.mark.parametrize("scenario", REST)
def test_every_other_drill_is_decided_the_same_offline_while_it_waits(respond: Any, scenario: str) -> None:
    ended = respond(scenario, {"answers": {}})

    assert (ended.record["verdict"], ended.status) == ("needs_person", 3)
    assert _is_decided_the_same_offline(ended.record)
    assert _unlike_what_was_written(ended.record) == ()


def _is_decided_the_same_offline(record: dict[str, Any]) -> bool:
    """Whether the fixture of a drill, read back from its file, leads to what was decided."""
    runbook = runbook_of(record["runbook"])
    whole = Record.model_validate(record, context={TYPES: runbook})
    fixture = fixture_of(whole)
    assert fixture is not None
    again = read_fixture(fixture.model_dump_json().encode())
    return differences(again.settled, replay(runbook, again)) == ()


def _unlike_what_was_written(record: dict[str, Any]) -> tuple[Sentence, ...]:
    """What of the drill's incident is not as its timeline and its seals say."""
    return examine(ledger().dossier(record["incident_id"]), known_keys(keys_folder()), ledger().seals()).problems


def test_what_the_intruder_made_is_contained_with_him(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN)

    contained = {action["principal"]["name"] for action in ended.record["actions"]}
    assert contained == {"alice", "svc-backup"}
    assert set(ended.statuses().values()) <= {"done", "verified"}
    assert {actor["principal"]["name"] for actor in ended.record["impact"]["actors"]} >= {"alice", "svc-backup"}


def test_observing_changes_nothing(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN, mode="observe")

    assert (ended.record["verdict"], ended.status, ended.writes()) == ("needs_person", 3, [])
    assert set(ended.statuses().values()) == {"planned"}
    assert _is_decided_the_same_offline(ended.record)


def test_a_declined_plan_changes_nothing(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN | {"approvals": {"containment": "decline"}})

    assert (ended.record["verdict"], ended.status, ended.writes()) == ("declined", 3, [])
    assert _is_decided_the_same_offline(ended.record)


def test_only_the_approved_actions_are_done(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN | {"approvals": {"containment": ["quarantine"]}})

    done = {name.split(":")[0] for name, status in ended.statuses().items() if status in ("done", "verified")}
    assert (done, ended.record["verdict"], ended.status) == ({"quarantine"}, "containment_incomplete", 4)


def test_guided_steps_that_were_not_done_leave_the_containment_incomplete(respond: Any) -> None:
    ended = respond("stolen-main-account", STOLEN | {"manual_steps": "not_done"})

    assert (ended.record["verdict"], ended.status) == ("containment_incomplete", 4)


def test_a_question_without_an_answer_waits_for_a_person(respond: Any) -> None:
    ended = respond("stolen-sub-account", {"answers": {}})

    assert (ended.record["verdict"], ended.status, ended.record["actions"]) == ("needs_person", 3, [])
    assert ended.record["facts"]["login"]["state"] == "known"
    assert _is_decided_the_same_offline(ended.record)


def test_a_contradicted_word_does_not_close_the_case(respond: Any) -> None:
    words = {"answers": {"own_login": "yes", "known_egress": "yes"}, "answered_by": "owner"}

    ended = respond("stolen-sub-account", words)

    assert (ended.record["verdict"], ended.status) == ("needs_person", 3)
    assert ended.record["contradictions"]
    assert _is_decided_the_same_offline(ended.record)


def test_auto_runs_what_the_policy_names_and_asks_the_rest(respond: Any) -> None:
    policy = "mode: auto\nauto_actions: [disable_access_key, quarantine]\n"

    ended = respond("stolen-sub-account", STOLEN_UNAPPROVED, mode="auto", policy=policy)

    done = {name.split(":")[0] for name, status in ended.statuses().items() if status == "verified"}
    assert (ended.record["verdict"], ended.status, done) == ("needs_person", 3, {"disable_access_key", "quarantine"})
    assert _is_decided_the_same_offline(ended.record)


def test_a_missing_permission_is_named(respond: Any) -> None:
    ended = respond("runner-lacks-permission", STOLEN)

    assert ended.record["permissions_missing"]
    assert ended.status in (0, 4)


def test_a_wrong_credential_ends_in_one_clear_sentence(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN, env={"TENCENTCLOUD_SECRET_KEY": "wrong"})

    assert (ended.status, "TENCENTCLOUD_SECRET_ID" in ended.error) == (2, True)
    assert ended.record["verdict"] == "needs_person"
