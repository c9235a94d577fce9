"""Each scenario: that it loads, tells what it says, and holds what the runbook needs."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.sandbox import scenarios
from tasks.sandbox.build import world_of
from tasks.sandbox.find import BEIJING
from tasks.sandbox.server import Sandbox
from tasks.sandbox.story import Story
from tasks.sandbox.when import seconds

NOW = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)  # noon in China
WANTED = {
    "owner-on-the-road",
    "colleague-on-the-road",
    "known-egress",
    "stolen-sub-account",
    "stolen-main-account",
    "stolen-but-quiet",
    "stolen-collaborator",
    "stolen-role",
    "runner-lacks-permission",
    "cloud-is-throttling",
    "no-history",
    "login-late-in-audit",
    "login-not-in-audit",
    "thousand-users",
}


OF_LOGINS = [name for name in scenarios.names() if scenarios.story_of(name).alert is None]
"""Those whose alert is the reminder of a login that they tell of."""


def test_the_scenarios_that_others_rely_on_are_there() -> None:
    assert set(scenarios.names()) >= WANTED


@pytest.mark.parametrize("name", scenarios.names())
def test_a_scenario_has_a_title_and_a_sentence_in_both_languages(name: str) -> None:
    scenario = scenarios.load(name, now=NOW)

    assert set(scenario.title) == set(scenario.sentence) == {"zh", "en"}
    assert all([*scenario.title.values(), *scenario.sentence.values()])


@pytest.mark.parametrize("name", OF_LOGINS)
def test_an_alert_tells_of_a_login_before_now_at_an_invented_address(name: str) -> None:
    alert = scenarios.load(name, now=NOW).alert()

    assert alert["ip"].startswith(("192.0.2.", "198.51.100.", "203.0.113."))
    assert datetime.fromisoformat(alert["login_time"]) < NOW
    assert (alert["account"], alert["source"]) == ("100000000001", "drill")
    assert alert["ip"] in alert["text"]
    assert alert["place"] in alert["text"]
    assert alert.get("principal", "root") != alert["account"]
    json.dumps(alert)


@pytest.mark.parametrize("name", scenarios.names())
def test_the_same_moment_gives_the_same_cloud(name: str) -> None:
    first, second = (scenarios.load(name, now=NOW).world.cloud for _ in range(2))

    assert first == second


@pytest.mark.parametrize("name", scenarios.names())
def test_every_event_lies_within_ninety_days_before_now_and_has_a_known_place(name: str) -> None:
    world = scenarios.load(name, now=NOW).world
    oldest = (NOW - timedelta(days=91)).timestamp()

    assert [one.at for one in world.log.events] == sorted(one.at for one in world.log.events)
    assert all(oldest < one.at <= NOW.timestamp() for one in world.log.events)
    assert all(one.ip in world.cloud.places for one in world.log.events)


@pytest.mark.parametrize("name", sorted({*OF_LOGINS} - {"login-not-in-audit"}))
def test_the_alerts_login_is_in_the_audit_log(name: str) -> None:
    scenario = scenarios.load(name, now=NOW)
    alert = scenario.alert()
    at = datetime.fromisoformat(alert["login_time"]).timestamp()

    found = [
        one for one in scenario.world.log.events if (one.name, one.at, one.ip) == ("ConsoleLogin", at, alert["ip"])
    ]

    assert [one.user for one in found] == [alert.get("principal", "root")]


def test_a_story_may_have_an_alert_of_its_own_with_times_of_the_drill() -> None:
    scenario = scenarios.load("no-history", now=NOW)
    own = scenario.story.model_copy(update={"alert": {"key_id": "AKIDexample", "seen_at": {"when": "-2h"}}})

    assert replace(scenario, story=own).alert() == {
        "account": "100000000001",
        "source": "drill",
        "key_id": "AKIDexample",
        "seen_at": "2026-07-15T02:00:00Z",
    }


def test_a_login_that_the_audit_log_does_not_show_is_not_there() -> None:
    scenario = scenarios.load("login-not-in-audit", now=NOW)

    assert not [one for one in scenario.world.log.events if one.ip == scenario.alert()["ip"]]


def test_a_late_audit_log_shows_what_happened_only_after_a_while() -> None:
    scenario = scenarios.load("login-late-in-audit", now=NOW)
    late = [one for one in scenario.world.log.events if one.visible_at]
    start, end = int(NOW.timestamp()) - 600, int(NOW.timestamp())

    def seen(after_s: int) -> list[str]:
        every: Any = {"before": None, "limit": 50, "match": lambda one: one in late}
        page, _ = scenario.world.log.page(start=start, end=end, now=NOW.timestamp() + after_s, **every)
        return [one.name for one in page]

    assert (seen(0), seen(89)) == ([], [])
    assert seen(90) == ["CreateAccessKey", "AddUser", "ConsoleLogin"]


def test_an_account_without_a_history_has_only_the_one_login() -> None:
    world = scenarios.load("no-history", now=NOW).world

    assert [one.name for one in world.log.events] == ["ConsoleLogin"]


def test_a_thousand_users_are_listed_and_one_of_them_logged_in(ask: Any) -> None:
    with Sandbox.start("thousand-users") as sandbox:
        users = ask(sandbox, "cam:ListUsers")["Data"]
        pages, marker = 0, ""
        while pages == 0 or marker:
            page = ask(sandbox, "cam:ListAccounts", {"MaxItems": 100} | ({"Marker": marker} if marker else {}))
            pages, marker = pages + 1, page["Marker"]

    assert sum(one["Name"].startswith("user-") for one in users) == 1000
    assert pages == 11
    assert sandbox.alert()["principal"] == "user-0500"


def test_a_big_audit_log_can_be_asked_for_by_one_line() -> None:
    story = scenarios.story_of("known-egress").model_dump(by_alias=True)
    story["generate"] = {"events": 5000}
    world = world_of(Story.model_validate(story), "known-egress", NOW)

    assert sum(1 for _ in world.log.newest_first(0, 2**63)) == len(world.log.events) + 5000


def test_the_stolen_sub_account_left_a_user_a_key_a_policy_machines_and_a_stopped_track() -> None:
    cloud = scenarios.load("stolen-sub-account", now=NOW).world.cloud
    made = next(one for one in cloud.people if one.name == "svc-backup")
    alice = next(one for one in cloud.people if one.name == "alice")

    assert [one.active for one in cloud.keys if one.owner == made.uin] == [True]
    assert {1, next(one.id for one in cloud.policies if one.name == "backup-helper")} == set(made.policies)
    assert [one.region for one in cloud.machines if one.name == "backup-node"] == ["ap-singapore"] * 3
    assert [one.on for one in cloud.tracks] == [False]
    assert (bool(alice.phone), alice.login_check, alice.action_check) == (True, "", "")
    assert [one.active for one in cloud.keys if one.owner == alice.uin] == [True]


def test_the_stolen_main_accounts_console_events_have_the_consoles_names() -> None:
    world = scenarios.load("stolen-main-account", now=NOW).world
    names = [one.name for one in world.log.events if one.ip == "203.0.113.7" and one.write]

    assert names == [
        "ConsoleLogin",
        "ConsoleLogin",
        "AddSubAccount",
        "AttachUserPolicies",
        "CreateApiKey",
        "RunInstances",
    ]


def test_a_refused_attempt_of_the_collaborator_is_in_the_log() -> None:
    world = scenarios.load("stolen-collaborator", now=NOW).world

    assert [one.denied for one in world.log.events if one.name == "AddUser"] == ["UnauthorizedOperation"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-90m", NOW - timedelta(minutes=90)),
        ("-3h", NOW - timedelta(hours=3)),
        ("+12h", NOW + timedelta(hours=12)),
        ("-12d 09:30", datetime(2026, 7, 3, 9, 30, tzinfo=BEIJING)),
    ],
)
def test_a_time_is_relative_to_now(text: str, expected: datetime) -> None:
    assert seconds(text, NOW) == expected.timestamp()


@pytest.mark.parametrize("text", ["", "90m", "-90", "-1w", "yesterday"])
def test_a_time_that_makes_no_sense_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no time: write"):
        seconds(text, NOW)


def test_an_unknown_scenario_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no scenario 'nosuch'; there are: .*stolen-sub-account"):
        scenarios.load("nosuch", now=NOW)


def test_the_alert_of_a_running_sandbox_is_about_its_own_time() -> None:
    before = int(time.time())
    with Sandbox.start("stolen-but-quiet") as sandbox:
        at = datetime.fromisoformat(sandbox.alert()["login_time"]).timestamp()

    assert before - 45 * 60 <= at <= time.time() - 45 * 60
