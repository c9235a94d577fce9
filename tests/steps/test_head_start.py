"""Facts that are gathered before the run is known to Prefect: taken once, and never in the way."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.context import utc_now
from tasks.errors import LedgerError
from tasks.model.base import Sentence
from tasks.model.case import Case
from tasks.model.fact import Unknown
from tasks.model.facts import Facts
from tasks.model.message import Reported
from tasks.model.policy import Person, Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.steps import gather as gathering
from tasks.steps.gather import EARLY_FOR, EARLY_MAX, begin_early, early_facts, forget_early

ALERT = LoginAlert.model_validate({"ip": "203.0.113.7", "principal": "alice", "account": "100000000001"})
ID = "inc-20261123-abcdef"


class Gathered:
    """Stands for the gathering: counts, waits where it is told to, fails where it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended: list[str] = []
        self.gate: asyncio.Event | None = None
        self.error: Exception | None = None

    async def __call__(
        self, _cloud: object, incident_id: str, alert: LoginAlert, policy: Policy, **how: Any
    ) -> LoginFacts:
        """Facts that say the how-manieth gathering they are of."""
        self.begun += 1
        number = self.begun
        try:
            if self.gate:
                await self.gate.wait()
            if self.error:
                raise self.error
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        how["progress"](f"line {number}")
        return facts_of(number)


def facts_of(number: int) -> LoginFacts:
    nothing = Unknown(reason=Sentence(zh="-", en=f"{number}"))
    names = [name for name in LoginFacts.model_fields if name not in ("gathered_at", "checkins")]
    return LoginFacts.model_validate(
        {"gathered_at": datetime(2026, 11, 23, tzinfo=UTC), **dict.fromkeys(names, nothing)}
    )


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gathered]:
    found = Gathered()
    monkeypatch.setattr(gathering, "_gather", found)
    monkeypatch.setattr(gathering, "cloud_at", lambda *_: None)
    yield found
    gathering._early.clear()


def begin(incident_id: str = ID, *, now: datetime | None = None) -> None:
    begin_early(
        incident_id,
        Reported(runbook="unusual_login", alert=ALERT),
        Policy(),
        endpoint="",
        site="cn",
        lang="en",
        now=now or utc_now(),
    )


def case_of(alert: LoginAlert = ALERT) -> Case:
    fields = {
        "incident_id": ID,
        "run_id": "run",
        "run_url": "",
        "runbook": "unusual_login",
        "alert": alert,
        "policy": Policy(),
        "mode": "observe",
    }
    times = {"opened_at": utc_now(), "begun_at": utc_now()}
    return Case.model_validate({**fields, **times, "lang": "en", "site": "cn", "endpoint": ""})


def taken(case: Case | None = None) -> Coroutine[Any, Any, tuple[Facts | None, list[str]]]:
    async def take() -> tuple[Facts | None, list[str]]:
        lines: list[str] = []
        return await gathering._take(case or case_of(), lines.append), lines

    return take()


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - what it waits for sets no event
        await asyncio.sleep(0.001)


def test_what_was_gathered_early_is_taken_once_with_its_lines(gathered: Gathered) -> None:
    async def run() -> tuple[Any, ...]:
        begin()
        await until(lambda: early_facts(ID) is not None)
        return early_facts(ID), await taken(), await taken(), early_facts(ID)

    assert asyncio.run(run()) == (facts_of(1), (facts_of(1), ["line 1"]), (None, []), None)
    assert gathered.begun == 1


def test_what_is_still_being_gathered_is_waited_for(gathered: Gathered) -> None:
    async def run() -> tuple[Any, ...]:
        gathered.gate = asyncio.Event()
        begin()
        taking = asyncio.create_task(taken())
        await until(lambda: gathered.begun == 1 and ID not in gathering._early)
        before = (early_facts(ID), taking.done())
        gathered.gate.set()
        return before, await taking

    assert asyncio.run(run()) == ((None, False), (facts_of(1), ["line 1"]))


@pytest.mark.parametrize("error", [LedgerError("the disk is full"), ZeroDivisionError()])
def test_one_that_failed_is_as_if_there_had_been_none(error: Exception, gathered: Gathered) -> None:
    async def run() -> tuple[Any, ...]:
        gathered.error = error
        begin()
        return await taken()

    assert asyncio.run(run()) == (None, [])
    assert gathered.begun == 1


def test_one_that_is_forgotten_ends_and_is_not_taken(gathered: Gathered) -> None:
    async def run() -> tuple[Any, ...]:
        gathered.gate = asyncio.Event()
        begin()
        await until(lambda: gathered.begun == 1)
        forget_early(ID)
        await until(lambda: gathered.ended == ["cancelled"])
        return await taken()

    assert asyncio.run(run()) == (None, [])


def test_one_that_is_cancelled_before_it_has_begun_is_not_waited_for(gathered: Gathered) -> None:
    async def run() -> tuple[Any, ...]:
        begin()
        gathering._early[ID].task.cancel()
        return await taken()

    assert asyncio.run(run()) == (None, [])
    assert gathered.begun == 0


def test_a_run_that_is_given_up_leaves_the_gathering_to_itself(gathered: Gathered) -> None:
    async def run() -> list[str]:
        gathered.gate = asyncio.Event()
        begin()
        task = gathering._early[ID].task
        taking = asyncio.create_task(taken())
        await until(lambda: ID not in gathering._early)
        taking.cancel()
        await asyncio.wait([taking])
        gathered.gate.set()
        await task
        return gathered.ended

    assert asyncio.run(run()) == []


def test_a_run_in_another_loop_takes_it_too(gathered: Gathered) -> None:
    async def run() -> list[Any]:
        gathered.gate = asyncio.Event()
        begin()
        found: list[Any] = []
        other = threading.Thread(target=lambda: found.append(asyncio.run(taken())))
        other.start()
        await until(lambda: ID not in gathering._early)
        gathered.gate.set()
        await asyncio.to_thread(other.join)
        return found

    assert asyncio.run(run()) == [(facts_of(1), ["line 1"])]


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [({}, True), ({"text": "the same in other words"}, True), ({"principal": "bob"}, False), ({"ip": None}, False)],
)
def test_only_what_was_asked_alike_is_taken(change: dict[str, Any], is_taken: bool, gathered: Gathered) -> None:  # noqa: FBT001 - a column
    async def run() -> LoginFacts | None:
        begin()
        return (await taken(case_of(ALERT.model_copy(update=change))))[0]

    assert (asyncio.run(run()) is not None) == is_taken


@pytest.mark.parametrize(
    ("policy", "is_taken"), [(Policy(), True), (Policy(people=(Person(name="Li", principals=("alice",)),)), False)]
)
def test_facts_that_another_policy_asked_for_are_not_taken(
    policy: Policy,
    is_taken: bool,  # noqa: FBT001 - a column
    gathered: Gathered,
) -> None:
    async def run() -> LoginFacts | None:
        begin()
        return (await taken(case_of(ALERT).model_copy(update={"policy": policy})))[0]

    assert (asyncio.run(run()) is not None) == is_taken


def test_facts_that_have_grown_old_are_not_taken(gathered: Gathered) -> None:
    async def run() -> tuple[Any, ...]:
        begin(now=utc_now() - EARLY_FOR - timedelta(seconds=1))
        return await taken()

    assert asyncio.run(run()) == (None, [])


def test_no_more_are_remembered_than_there_is_room_for_and_old_ones_make_room(gathered: Gathered) -> None:
    async def run() -> tuple[int, int, bool]:
        gathered.gate = asyncio.Event()
        long_ago = utc_now() - EARLY_FOR
        for number in range(EARLY_MAX + 3):
            begin(f"inc-{number}", now=long_ago)
        begin("inc-0", now=long_ago)
        await until(lambda: gathered.begun == EARLY_MAX)
        full = len(gathering._early)
        begin("inc-new", now=long_ago + EARLY_FOR + timedelta(seconds=1))
        await until(lambda: len(gathered.ended) == EARLY_MAX)
        return full, len(gathering._early), "inc-new" in gathering._early

    assert asyncio.run(run()) == (EARLY_MAX, 1, True)
