"""The judge: nothing to say of what went well, and the right word for each thing that did not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.chaos.judge import Breach, judge
from tasks.chaos.plan import Course
from tasks.chaos.recovery import Progress, Recovery, quantile
from tasks.chaos.seen import Act, Answered, Deed, Row, Seen, Taken

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ALICE, BOB = "100000000011", "100000000012"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def row(**parts: Any) -> Row:
    plain = {"id": "inc-1", "victim": ALICE, "closed": True, "verdict": "contained", "opened_at": at(0)}
    return Row(**plain | {"closed_at": at(60), "answers": frozenset({"own-login-0"})} | parts)


def taken(**parts: Any) -> Taken:
    return Taken(**{"victim": ALICE, "incident": "inc-1", "new": True, "at": at(0)} | parts)


def deed(**parts: Any) -> Deed:
    plain = {"what": "key AKID1 Inactive", "victim": ALICE, "early": True, "undoes": False, "at": at(40)}
    return Deed(**plain | parts)


def act(**parts: Any) -> Act:
    plain = {"incident": "inc-1", "name": "disable_access_key:AKID1", "status": "done", "deed": "key AKID1 Inactive"}
    return Act(**plain | parts)


def seen(**parts: Any) -> Seen:
    plain: dict[str, Any] = {
        "auto": False,
        "courses": {ALICE: Course.STOLEN, BOB: Course.SILENT},
        "taken": (taken(),),
        "unsent": (),
        "answered": (Answered(incident="inc-1", key="own-login-0", at=at(20)),),
        "approved": {"inc-1": at(30)},
        "rows": (row(),),
        "deeds": (deed(),),
        "acts": (act(),),
        "standing": {},
    }
    return Seen(**plain | parts)


OPEN = row(closed=False, closed_at=None, verdict="")
AGAIN = row(id="inc-2", opened_at=at(100), closed_at=at(160))


@pytest.mark.parametrize(
    "well",
    [
        seen(),
        seen(rows=(OPEN,), standing={"inc-1": "form"}),
        seen(rows=(OPEN,), standing={"inc-1": "told"}),
        seen(rows=(row(), AGAIN), taken=(taken(), taken(incident="inc-2"))),
        seen(
            rows=(row(), row(id="inc-2", opened_at=at(9), verdict="duplicate")),
            taken=(taken(), taken(incident="inc-2")),
        ),
        seen(auto=True, approved={}),
        seen(courses={ALICE: Course.HARMLESS}, auto=True, deeds=(deed(), deed(what="key AKID1 Active", undoes=True))),
        seen(deeds=(deed(), deed()), acts=(act(told_twice=True),)),
        seen(acts=(act(status="failed"),), deeds=(), rows=(row(failed={"a"}, recorded={"a"}),)),
        seen(answered=(Answered(incident="inc-1", key="lost-0", at=at(1)),), meddled={"inc-1"}),
        seen(deeds=(deed(), deed(what="CreatePolicy {}", victim=""))),
        seen(
            answered=(Answered(incident="inc-1", key="stopped-1-2", at=at(1)),),
            rows=(row(answers=frozenset({"stopped-1"})),),
        ),
    ],
)
def test_nothing_is_said_of_what_went_well(well: Seen) -> None:
    assert judge(well) == ()


@pytest.mark.parametrize(
    ("badly", "breach", "whom"),
    [
        (seen(unsent=(BOB,)), Breach.LOST, BOB),
        (seen(taken=(taken(), taken(incident="inc-9"))), Breach.LOST, "inc-9"),
        (seen(answered=(Answered(incident="inc-1", key="co-user-0", at=at(1)),)), Breach.LOST, "inc-1"),
        (seen(taken=(taken(), taken(victim=BOB))), Breach.JOINED, "inc-1"),
        (seen(rows=(row(), AGAIN)), Breach.JOINED, "inc-2"),
        (
            seen(rows=(row(), row(id="inc-2", opened_at=at(9))), taken=(taken(), taken(incident="inc-2"))),
            Breach.JOINED,
            "inc-2",
        ),
        (seen(deeds=(deed(), deed())), Breach.DOUBLED, ALICE),
        (seen(deeds=()), Breach.MISSING, "inc-1"),
        (seen(acts=(act(status="claimed"),)), Breach.MISSING, "inc-1"),
        (seen(approved={}), Breach.UNASKED, ALICE),
        (seen(approved={"inc-1": at(50)}), Breach.UNASKED, ALICE),
        (seen(auto=True, approved={}, deeds=(deed(), deed(what="password", early=False))), Breach.UNASKED, ALICE),
        (seen(deeds=(deed(), deed(what="key AKID1 Active", undoes=True))), Breach.UNASKED, ALICE),
        (seen(rows=(OPEN,)), Breach.STUCK, "inc-1"),
        (seen(rows=(row(chain="entry 3: it is missing"),)), Breach.CHAIN, "inc-1"),
        (seen(rows=(row(failed={"a", "b"}, recorded={"a"}),)), Breach.UNTOLD, "inc-1"),
        (seen(unwell=("serve-0 ended by itself",)), Breach.UNWELL, ""),
    ],
)
def test_what_must_never_be_is_named(badly: Seen, breach: Breach, whom: str) -> None:
    assert [(found.breach, found.whom) for found in judge(badly)] == [(breach, whom)]


def progress(closed: tuple[str, ...] = (), leased: dict[str, str] | None = None, **entries: int) -> Progress:
    return Progress(entries=entries, closed=frozenset(closed), leased=leased or {})


def test_what_was_at_work_at_a_fault_is_driven_again_with_its_next_entry_or_its_end() -> None:
    recovery = Recovery()
    recovery.began(0, progress(a=5, b=7, c=1, leased={"a": "host:1:9:1", "b": "host:1:9:1"}), at_s=10)
    recovery.seen(progress(a=5, b=8, c=2), at_s=12)
    recovery.seen(progress(closed=("a",), a=5, b=9), at_s=15)

    assert [(one.incident, one.seconds) for one in recovery.samples] == [("b", 2), ("a", 5)]
    assert recovery.waiting == 0


def test_only_what_the_befallen_process_drove_is_waited_for() -> None:
    recovery = Recovery()
    recovery.began(3, progress(a=5, b=7, leased={"a": "host:1:9:1", "b": "host:1:8:1"}), at_s=0, owner=":8:")
    recovery.seen(progress(a=6, b=8), at_s=1)

    assert [one.incident for one in recovery.samples] == ["b"]


def test_a_quantile_is_one_of_the_values() -> None:
    assert [quantile([5, 1, 3], share) for share in (0.5, 0.95, 1.0)] == [3, 5, 5]
    assert quantile([], 0.5) != quantile([], 0.5)
