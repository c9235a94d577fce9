"""The most urgent incident goes first, each once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.serving.queue import Job, Roster
from tests.scene import AT


def job(name: str, urgency: int = 0, *, after_s: int = 0, run_id: UUID | None = None, source: str = "default") -> Job:
    since, alert = AT + timedelta(seconds=after_s), LoginAlert(principal=name, source=source)
    return Job(since, urgency, "unusual_login", incident_id=name, alert=alert, run_id=run_id)


async def order_of(roster: Roster) -> list[str | None]:
    return [(await roster.next()).incident_id for _ in range(len(roster.waiting))]


def test_the_most_urgent_goes_first_and_of_equals_the_older() -> None:
    roster = Roster(places=4)
    for each in (job("late", 1, after_s=9), job("calm"), job("main", 4, after_s=20), job("early", 1)):
        roster.add(each)

    assert asyncio.run(order_of(roster)) == ["main", "early", "late", "calm"]


def test_sources_take_turns_each_with_its_worst_and_people_go_before_all() -> None:
    """A leaked secret brings main accounts without end: nobody else waits for more than one of them."""
    roster, flood = Roster(places=99), [job(f"forged-{n}", 7, after_s=n, source="leaked") for n in range(9)]
    for each in (
        *flood,
        job("calm", source="phone"),
        job("worse", 3, after_s=50, source="phone"),
        job("soc", source="soc"),
    ):
        roster.add(each)
    roster.add(Job(AT + timedelta(hours=1), 100, "unusual_login", incident_id="person"))

    order = asyncio.run(order_of(roster))

    assert order == ["person", "forged-0", "worse", "soc", "forged-1", "calm", *(f"forged-{n}" for n in range(2, 9))]


def test_who_comes_while_another_floods_waits_for_one_of_each_at_most() -> None:
    async def flood() -> list[str | None]:
        roster, given = Roster(places=99), list[str | None]()
        for n in range(6):
            roster.add(job(f"forged-{n}", 7, source="leaked"))
            roster.add(job(f"also-{n}", 7, after_s=1, source="other"))
        for turn in range(6):
            if turn == 2:
                roster.add(job("late", 0, after_s=99, source="phone"))
            given.append((await roster.next()).incident_id)
        return given

    assert asyncio.run(flood()) == ["forged-0", "also-0", "late", "forged-1", "also-1", "forged-2"]


def test_facts_are_gathered_ahead_in_the_order_of_turns() -> None:
    roster = Roster()
    for each in (*(job(f"forged-{n}", 7, after_s=n, source="leaked") for n in range(9)), job("calm", source="phone")):
        roster.add(each)

    assert [each.incident_id for each in roster.ahead_of_time(3)] == ["forged-0", "calm", "forged-1"]


def test_an_incident_waits_once_and_not_again_while_it_is_at_work() -> None:
    roster, first = Roster(), job("one")

    waits, twice = roster.add(first), roster.add(job("one"))
    asyncio.run(order_of(roster))
    at_work = roster.add(job("one"))
    roster.done(first)

    assert (waits, twice, at_work, roster.add(job("one"))) == (True, False, False, True)


def test_a_run_is_known_by_its_id_too() -> None:
    roster, run_id = Roster(), uuid4()
    roster.add(job("one", run_id=run_id))

    assert roster.knows_run(run_id)
    assert not roster.knows_run(uuid4())
    assert not roster.add(Job(AT, 0, "unusual_login", run_id=run_id))


def test_who_waits_for_a_job_gets_the_next_that_comes() -> None:
    async def wait_and_add() -> str | None:
        roster = Roster()
        waiting = asyncio.create_task(roster.next())
        await asyncio.sleep(0)
        roster.add(job("one"))
        return (await waiting).incident_id

    assert asyncio.run(wait_and_add()) == "one"


def test_a_closed_roster_gives_no_place_and_is_empty_when_the_last_has_left() -> None:
    async def close_and_leave() -> tuple[bool, bool]:
        roster = Roster()
        roster.add(job("one"))
        at_work = await roster.next()
        roster.add(job("two"))
        roster.close()
        next_one, empty = asyncio.create_task(roster.next()), asyncio.create_task(roster.empty())
        await asyncio.sleep(0)
        before = empty.done()
        roster.done(at_work)
        await empty
        given = next_one.done()
        next_one.cancel()
        return before, given

    assert asyncio.run(close_and_leave()) == (False, False)


def test_there_are_no_more_at_work_than_places_until_one_stands_back_or_is_done() -> None:
    async def fill() -> list[bool]:
        roster, given = Roster(places=1), []
        for name in ("one", "two", "three"):
            roster.add(job(name))
        first = await roster.next()
        second = asyncio.create_task(roster.next())
        await asyncio.sleep(0)
        given.append(second.done())
        roster.stand_back(first)
        third = asyncio.create_task(roster.next())
        await asyncio.sleep(0)
        given += [second.done(), third.done()]
        roster.done(await second)
        await third
        return given

    assert asyncio.run(fill()) == [False, True, False]


def test_it_is_calm_once_nobody_waits_or_is_at_work_though_some_stand_back() -> None:
    async def calm_down() -> list[bool]:
        roster = Roster(places=1)
        for name in ("one", "two"):
            roster.add(job(name))
        calm, seen = asyncio.create_task(roster.calm()), []
        for _ in range(2):
            roster.stand_back(await roster.next())
            await asyncio.sleep(0)
            seen.append(calm.done())
        await calm
        return seen

    assert asyncio.run(calm_down()) == [False, True]


def test_facts_are_gathered_ahead_for_the_next_ones_only_and_once() -> None:
    roster = Roster()
    for number in range(4):
        roster.add(job(f"user-{number}", after_s=number))
    roster.add(Job(AT, 100, "unusual_login", run_id=uuid4()))

    first = roster.ahead_of_time(2)
    for each in first:
        each.ahead = True

    assert [each.incident_id for each in first] == ["user-0", "user-1"]
    assert roster.ahead_of_time(2) == []
    assert [each.incident_id for each in roster.ahead_of_time(3)] == ["user-2"]
