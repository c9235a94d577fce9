"""Messages that nobody understood: each kept once, in bounds, until a person has handled it."""

import signal
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tasks.ledger import kept_messages
from tasks.ledger.errors import AlreadySettled, UnknownRow
from tasks.ledger.kept_messages import BODY_MAX, HANDLED_FOR, KEPT_FOR, MOST
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger, open_ledger
from tasks.model.base import Sentence
from tasks.model.delivery import Unread

WHY = Sentence(zh="看不懂。", en="It is not clear.")
KEEP = """
from tasks.model.base import Sentence
from tasks.model.delivery import Unread

ledger = open_ledger(URL)
wait_for_the_others()
said = dict(source="phone", road="text", content_type="", why=Sentence(zh="x", en="x"), at=AT)
for number in range(20):
    ledger.keep_message(Unread(sha256=f"{number:064}", body="x", **said))
print("done")
"""

KEPT_AND_KILLED = """
from tasks.model.base import Sentence
from tasks.model.delivery import Unread

ledger = open_ledger(URL)
said = dict(source="phone", road="text", content_type="", why=Sentence(zh="x", en="x"), at=AT)
print(ledger.keep_message(Unread(sha256="a".ljust(64, "0"), body="a", **said)).id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def unread(at: datetime, name: str = "a", **more: Any) -> Unread:
    said = {"source": "phone", "road": "text", "content_type": "text/plain", "body": name, "why": WHY}
    return Unread.model_validate(said | {"sha256": name.ljust(64, "0"), "at": at} | more)


def bodies(ledger: Ledger, *, handled: bool = False) -> list[str]:
    return [one.body for one in ledger.kept_messages(handled=handled)]


def test_what_is_kept_is_there_after_a_restart_word_for_word(ledger: Ledger, at: datetime, ledger_url: str) -> None:
    kept = ledger.keep_message(unread(at, body="登录?\n\x1b[31m{{ 7*7 }}"))
    ledger.close()
    reopened = open_ledger(ledger_url)
    (found,) = reopened.kept_messages()
    reopened.close()

    assert (kept.new, found.id, found.body) == (True, kept.id, "登录?\n\x1b[31m{{ 7*7 }}")
    assert (found.source, found.road, found.content_type, found.why) == ("phone", "text", "text/plain", WHY)
    assert (found.count, found.first_at, found.last_at, found.handled_at) == (1, at, at, None)


def test_one_that_comes_again_is_counted_and_not_kept_twice(ledger: Ledger, at: datetime) -> None:
    first = ledger.keep_message(unread(at))
    again = ledger.keep_message(unread(at + timedelta(minutes=1)))
    other = ledger.keep_message(unread(at, source="mail"))

    assert (again.id, again.new, other.new) == (first.id, False, True)
    assert ledger.kept_message(first.id).count == 2
    assert ledger.kept_message(first.id).last_at == at + timedelta(minutes=1)
    assert ledger.count_kept_messages() == 2


def test_one_whose_keeper_was_killed_before_it_could_answer_is_kept_and_comes_again_as_the_same(
    start: Callable[[str], "subprocess.Popen[str]"], ledger_url: str, at: datetime
) -> None:
    process = start(KEPT_AND_KILLED)
    printed = process.communicate()[0].strip()
    ledger = open_ledger(ledger_url)
    again = ledger.keep_message(unread(at))
    (found,) = ledger.kept_messages()
    ledger.close()

    assert process.returncode == -signal.SIGKILL
    assert (again.id, again.new, found.id, found.count) == (printed, False, printed, 2)


def test_of_processes_that_keep_the_same_at_once_each_message_is_kept_once(
    race: Callable[[str, int], list[str]], ledger_url: str
) -> None:
    assert race(KEEP, 3) == ["done"] * 3
    ledger = open_ledger(ledger_url)
    counts = [one.count for one in ledger.kept_messages()]
    ledger.close()

    assert counts == [3] * 20


def test_one_that_comes_again_after_it_was_handled_is_kept_anew(ledger: Ledger, at: datetime) -> None:
    first = ledger.keep_message(unread(at))
    ledger.handle_message(first.id, by="alice", at=at)
    again = ledger.keep_message(unread(at + timedelta(minutes=1)))

    assert again.new
    assert [one.id for one in ledger.kept_messages()] == [again.id]
    assert [one.id for one in ledger.kept_messages(handled=True)] == [again.id, first.id]


def test_who_handled_it_stands_beside_it_and_the_first_word_stands(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    kept = ledger.keep_message(unread(at))
    ledger.handle_message(kept.id, by="alice", at=at, incident_id=incident.id)

    with pytest.raises(AlreadySettled, match=f"{kept.id} is handled already"):
        ledger.handle_message(kept.id, by="bob", at=at)
    found = ledger.kept_message(kept.id)
    assert (found.handled_by, found.handled_at, found.incident_id) == ("alice", at, incident.id)
    assert ledger.count_kept_messages() == 0


def test_one_that_was_about_nothing_can_still_be_opened_but_not_the_other_way_round(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    kept = ledger.keep_message(unread(at))
    ledger.handle_message(kept.id, by="alice", at=at)
    ledger.handle_message(kept.id, by="bob", at=at, incident_id=incident.id)

    for opened in (None, incident.id):
        with pytest.raises(AlreadySettled):
            ledger.handle_message(kept.id, by="carol", at=at, incident_id=opened)
    assert (ledger.kept_message(kept.id).handled_by, ledger.kept_message(kept.id).incident_id) == ("bob", incident.id)


def test_one_that_is_not_there_is_not_known(ledger: Ledger, at: datetime) -> None:
    with pytest.raises(UnknownRow, match="keeps no message msg-1"):
        ledger.kept_message("msg-1")
    with pytest.raises(AlreadySettled, match="kept no more"):
        ledger.handle_message("msg-1", by="alice", at=at)


def test_the_newest_stand_first(ledger: Ledger, at: datetime) -> None:
    for number, name in enumerate("bca"):
        ledger.keep_message(unread(at + timedelta(seconds=number), name))

    assert bodies(ledger) == ["a", "c", "b"]


def test_a_body_is_cut_where_it_would_fill_the_disk(ledger: Ledger, at: datetime) -> None:
    fits, longer = (ledger.keep_message(unread(at, body="登" * size, source=str(size))) for size in (BODY_MAX, 65_536))

    assert ledger.kept_message(fits.id).body == "登" * BODY_MAX
    assert ledger.kept_message(longer.id).body == "登" * (BODY_MAX - 2) + " …"


def test_a_flood_of_one_source_takes_only_its_own_oldest_away_and_tells_how_many(
    ledger: Ledger, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_messages, "MOST", 3)
    ledger.keep_message(unread(at, "z", source="mail"))
    told = [ledger.keep_message(unread(at + timedelta(seconds=n), str(n))).dropped for n in range(5)]

    assert told == [0, 0, 0, 1, 1]
    assert bodies(ledger) == ["4", "3", "2", "z"]


def test_what_a_person_handled_makes_room_first_and_is_no_loss(
    ledger: Ledger, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_messages, "MOST", 3)
    kept = [ledger.keep_message(unread(at + timedelta(seconds=n), str(n))) for n in range(3)]
    ledger.handle_message(kept[2].id, by="alice", at=at)
    told = ledger.keep_message(unread(at + timedelta(seconds=9), "9"))

    assert told.dropped == 0
    assert bodies(ledger, handled=True) == ["9", "1", "0"]


def test_the_newest_is_kept_though_the_clock_was_set_back(
    ledger: Ledger, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_messages, "MOST", 1)
    ledger.keep_message(unread(at))
    told = ledger.keep_message(unread(at - timedelta(days=1), "b"))

    assert (bodies(ledger), told.dropped) == (["b"], 1)


def test_what_is_old_goes_a_handled_one_sooner(ledger: Ledger, at: datetime) -> None:
    handled = ledger.keep_message(unread(at, "a"))
    ledger.keep_message(unread(at, "b"))
    ledger.handle_message(handled.id, by="alice", at=at)

    ledger.keep_message(unread(at + HANDLED_FOR, "c", source="mail"))
    both = bodies(ledger, handled=True)
    ledger.keep_message(unread(at + HANDLED_FOR + timedelta(seconds=1), "d", source="mail"))
    one = bodies(ledger, handled=True)
    told = ledger.keep_message(unread(at + KEPT_FOR + timedelta(seconds=1), "e", source="mail"))

    assert (sorted(both), sorted(one), told.dropped) == (["a", "b", "c"], ["b", "c", "d"], 1)
    assert bodies(ledger) == ["e", "d", "c"]


def test_the_bounds_are_what_the_disk_can_bear() -> None:
    assert MOST * BODY_MAX * 4 < 8 * 1024 * 1024
