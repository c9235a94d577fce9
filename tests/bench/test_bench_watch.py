"""The watcher on made-up logins: what it must never raise, and what it must never miss; how many, no test says."""

import pytest

from tasks.bench.made_up_logins import (
    INTRUSION,
    INTRUSIONS,
    NEW_HIRES,
    PEOPLE,
    RENAMED,
    RESPELLED,
    WATCHED_FROM,
    Story,
    made_up,
)
from tasks.bench.watch import Watched, bench_watch, watched

OLD_HANDS = {f"person-{number:02}" for number in range(PEOPLE - NEW_HIRES)}


@pytest.fixture(scope="module", params=[1, 2])
def story(request: pytest.FixtureRequest) -> Story:
    return made_up(request.param)


@pytest.fixture(scope="module")
def found(story: Story) -> Watched:
    return watched(story)


def test_spelling_a_renamed_city_phones_the_vpn_and_known_addresses_raise_nothing(found: Watched) -> None:
    false = {one.login.why for one in found.false if one.login.event.actor.name in OLD_HANDS}

    assert false <= {"hotel"}


def test_a_new_hire_at_the_office_and_an_announced_journey_raise_nothing(found: Watched) -> None:
    assert {"office", "new hire", "announced", "vpn"}.isdisjoint(one.login.why for one in found.false)


def test_every_login_of_an_intruder_is_raised(found: Watched) -> None:
    assert found.missed == ()
    assert sum(one.login.why == INTRUSION for one in found.raised) == 3 * INTRUSIONS


def test_the_story_holds_what_it_tells_of(story: Story) -> None:
    new = [one for one in story.logins if one.event.at >= WATCHED_FROM]
    places: dict[str, set[str]] = {}
    for one in story.logins:
        if one.event.place and one.why in ("office", "home"):
            places.setdefault(one.event.ip, set()).add(one.event.place.city_code)

    assert {one.why for one in new} == {
        "office",
        "home",
        "phone",
        "vpn",
        "hotel",
        "announced",
        "new hire",
        INTRUSION,
    }
    assert sum(len(codes) > 1 for codes in places.values()) > 5
    assert any("江苏省" in one.event.place.raw for one in new if one.event.place and one.event.at < RESPELLED)
    assert all("江苏省" not in one.event.place.raw for one in new if one.event.place and one.event.at >= RENAMED)


def test_a_seed_is_one_story() -> None:
    assert made_up(1) == made_up(1)
    assert made_up(1) != made_up(3)


def test_each_seed_has_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    bench_watch(seeds=(1,))

    head, headings, row, kinds = capsys.readouterr().out.splitlines()
    assert head.startswith("50 people, 90 days")
    assert headings.split() == ["seed", "logins", "false", "a", "week", "intrusions", "missed"]
    assert [row.split()[index] for index in (0, -2, -1)] == ["1", str(3 * INTRUSIONS), "0"]
    assert kinds.startswith("false raises by what they were: ")
