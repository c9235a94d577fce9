"""The schedule of chaos: drawn from a seed alone, with everything that was asked for in it."""

from collections import Counter

import pytest

from tasks.chaos.plan import LASTS, MOST_A_HOUSE, NEEDS_WORKER, Course, Database, Kind, draw, lasts_s, unable


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    first = draw(incidents=200, faults=60, seed=7)

    assert draw(incidents=200, faults=60, seed=7) == first
    assert draw(incidents=200, faults=60, seed=8) != first


@pytest.mark.parametrize(("incidents", "faults"), [(1, 0), (12, 4), (60, 24), (1000, 300)])
def test_as_many_logins_and_faults_are_drawn_as_were_asked_for(incidents: int, faults: int) -> None:
    houses = draw(incidents=incidents, faults=faults, seed=3).houses

    assert sum(len(house.logins) for house in houses) == incidents
    assert sum(len(house.faults) for house in houses) == faults
    assert all(len(house.logins) <= MOST_A_HOUSE for house in houses)


def test_a_big_one_has_every_kind_every_course_both_modes_two_serves_and_a_worker() -> None:
    houses = draw(incidents=1000, faults=300, seed=1, database=Database.OURS).houses

    assert {fault.kind for house in houses for fault in house.faults} == set(Kind)
    assert {login.course for house in houses for login in house.logins} == set(Course)
    assert {house.mode for house in houses} == {"auto", "approve"}
    assert {house.serves for house in houses} == {1, 2}
    assert any(house.worker for house in houses)


def test_no_kind_comes_again_before_each_has_come() -> None:
    faults = draw(incidents=400, faults=48, seed=5).houses
    times = Counter(fault.kind for house in faults for fault in house.faults)

    assert max(times.values()) - min(times.values()) <= 1


def test_what_befalls_a_worker_befalls_only_homes_that_have_one() -> None:
    for house in draw(incidents=1000, faults=300, seed=2).houses:
        assert house.worker or not {fault.kind for fault in house.faults} & NEEDS_WORKER


@pytest.mark.parametrize("database", list(Database))
def test_what_can_not_be_done_to_a_database_is_not_drawn(database: Database) -> None:
    houses = draw(incidents=1000, faults=300, seed=2, database=database).houses

    assert {fault.kind for house in houses for fault in house.faults} == set(Kind) - unable(database)


def test_everything_happens_within_the_schedule_and_each_victim_is_one_login_s() -> None:
    for house in draw(incidents=300, faults=90, seed=4).houses:
        span = lasts_s(len(house.logins))

        assert all(0 < fault.at_s <= span for fault in house.faults)
        assert all(LASTS[fault.kind][0] <= fault.for_s <= LASTS[fault.kind][1] for fault in house.faults)
        assert len({login.victim for login in house.logins}) == len(house.logins)
        assert all(login.reports[0].at_s <= report.at_s for login in house.logins for report in login.reports)


def test_some_logins_are_reported_again_in_the_same_words_and_in_others() -> None:
    logins = [login for house in draw(incidents=200, faults=0, seed=6).houses for login in house.logins]
    again = [report for login in logins for report in login.reports[1:]]

    assert {report.reworded for report in again} == {True, False}
    assert {len(login.reports) for login in logins} == {1, 2, 3}
