"""Leads are read at once, and what can't be read is said."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tasks.decide.hunt.attack_chain import Lead
from tasks.errors import Denied, Silent
from tasks.lookup.hunt import Reader, hunt
from tasks.model.audit import AuditEvent
from tasks.model.facts import Trail
from tests.decide.hunt.audit_log import BAD_IP, END, START, done, reader
from tests.people import ALICE, BOB, SVC_BACKUP

STORY = [
    done(ALICE, "account:ConsoleLogin", 1, ip=BAD_IP),
    done(ALICE, "cam:AddUser", 2, ip=BAD_IP, created=(SVC_BACKUP.uin,), targets=(SVC_BACKUP.name,)),
    done(SVC_BACKUP, "cam:CreateAccessKey", 3, ip=BAD_IP, created=("AKIDexampleMade",)),
    done(SVC_BACKUP, "cvm:RunInstances", 4, access_key="AKIDexampleMade", created=("ins-example1",)),
    done(BOB, "cvm:StopInstances", 5),
]


def hunted(
    read: Reader, *, budget_s: float = 20.0, ip: str | None = BAD_IP, clock: Callable[[], float] = time.monotonic
) -> Trail:
    return hunt(read, suspect=ALICE, ip=ip, since=START, until=END, budget_s=budget_s, clock=clock)


def test_a_hunt_finds_the_whole_chain() -> None:
    trail = hunted(reader(STORY))

    assert [actor.principal for actor in trail.actors] == [ALICE, SVC_BACKUP]
    assert [found.event.name for found in trail.sensitive] == ["AddUser", "CreateAccessKey", "RunInstances"]
    assert "ins-example1" in {touched.resource.name for touched in trail.resources}
    assert (trail.since, trail.until, trail.events, trail.closed, trail.gaps) == (START, END, 4, True, ())


@pytest.mark.parametrize(
    "error", [Denied("cloudaudit:DescribeEvents", "Refused"), Silent("cloudaudit:DescribeEvents", "X")]
)
def test_a_lead_that_the_cloud_refuses_leaves_a_gap_and_the_rest(error: Exception) -> None:
    def read(lead: Lead) -> Iterator[AuditEvent]:
        yield from reader(STORY)(lead)
        if lead.kind == "address":
            raise error

    trail = hunted(read)

    assert trail.events == 4
    assert not trail.closed
    assert [BAD_IP in gap.en and "cloudaudit:DescribeEvents" in gap.zh for gap in trail.gaps] == [True]


def test_a_defect_in_the_reader_is_not_hidden() -> None:
    def read(lead: Lead) -> list[AuditEvent]:
        raise ZeroDivisionError(lead.value)

    with pytest.raises(ZeroDivisionError):
        hunted(read)


def test_leads_of_one_round_are_read_at_the_same_time() -> None:
    both = threading.Barrier(2)

    def read(lead: Lead) -> list[AuditEvent]:
        if lead in (Lead(kind="principal", value=ALICE.uin), Lead(kind="address", value=BAD_IP)):
            both.wait()
        return reader(STORY)(lead)

    assert hunted(read).events == 4


def test_more_leads_than_workers_are_all_read() -> None:
    users = [f"1000000010{number:02}" for number in range(9)]
    story = [done(ALICE, "cam:AddUser", number, created=(uin,)) for number, uin in enumerate(users)]
    asked: list[str] = []

    def read(lead: Lead) -> list[AuditEvent]:
        asked.append(lead.value)
        return reader(story)(lead)

    trail = hunt(read, suspect=ALICE, ip=None, since=START, until=END, workers=2)

    assert sorted(asked) == [ALICE.uin, *users]
    assert trail.closed


def test_a_read_that_hangs_does_not_hang_the_hunt() -> None:
    ended = threading.Event()

    def read(lead: Lead) -> list[AuditEvent]:
        if lead.kind == "address":
            ended.wait()
        return reader(STORY)(lead)

    trail = hunted(read, budget_s=1.0)
    ended.set()

    assert not trail.closed
    assert BAD_IP in trail.gaps[0].en
    assert "AddUser" in [found.event.name for found in trail.sensitive]


def test_a_log_without_end_is_cut_by_the_budget() -> None:
    def read(lead: Lead) -> Iterator[AuditEvent]:
        number = 0
        while True:
            number += 1
            yield STORY[1].model_copy(update={"id": f"{lead.value}-{number}", "at": START + timedelta(seconds=number)})

    ticks = iter([0.0] * 4)  # when it begins, and before each of three batches

    trail = hunted(read, clock=lambda: next(ticks, 21.0))

    assert not trail.closed
    assert trail.events > 0


def test_no_time_at_all_reads_nothing_and_says_so() -> None:
    trail = hunted(reader(STORY), budget_s=0)

    assert (trail.events, trail.closed, len(trail.gaps)) == (0, False, 2)
