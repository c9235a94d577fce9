"""`runbooks travel`: journeys are announced, shown and ended, and misuse is said in one sentence."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import ledger, utc_now, with_journeys
from tasks.errors import LedgerError
from tasks.ledger.rows import JourneyRow
from tasks.model.policy import Policy, Travel
from tasks.serving.policy import PolicyInForce
from tests import incidents
from tests.typed import Typed

NEXT_WEEK = f"{utc_now() + timedelta(days=7):%Y-%m-%d}"


@pytest.fixture
def run(in_english: Path, typed: Typed) -> Typed:
    """Run the command; its exit status, and what it printed to both streams."""
    (in_english / "policy.yaml").write_text("people: [{name: Li, principals: [alice]}] # ours\n", encoding="utf-8")
    return partial(typed, "travel")


def only() -> JourneyRow:
    (row,) = ledger().journeys()
    return row


def test_an_announced_journey_is_in_the_policy_of_new_cases_and_the_file_is_left_alone(run: Typed, home: Path) -> None:
    text = (home / "policy.yaml").read_text(encoding="utf-8")

    status, out, err = run("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li", "--why", "a fair")

    row, policy = only(), with_journeys(load_policy(settings().policy))
    assert (status, err) == (0, "")
    assert out.startswith(f"{row.id} · alice · 新加坡 · ")
    assert "announced by Li" in out
    assert [(one.principal, one.place, one.added_by, one.why, one.added_at) for one in policy.travel] == [
        ("alice", "新加坡", "Li", "a fair", row.added_at)
    ]
    assert (home / "policy.yaml").read_text(encoding="utf-8") == text


def test_a_day_alone_is_the_whole_day_in_the_vendors_zone(run: Typed) -> None:
    run("add", "alice", "新加坡", "--since", NEXT_WEEK, "--until", NEXT_WEEK, "--by", "Li")

    assert only().until - only().since == timedelta(days=1)
    assert f"{only().since:%H:%M}" == "16:00"


def test_the_list_shows_what_is_on_and_the_policy_files_own(run: Typed, home: Path) -> None:
    (home / "policy.yaml").write_text(
        "travel:\n  - {principal: bob, place: 北京, since: 2026-01-01T00:00:00Z, until: 2099-01-01T00:00:00Z}\n"
        "  - {principal: bob, place: 上海, since: 2025-01-01T00:00:00Z, until: 2025-01-02T00:00:00Z}\n",
        encoding="utf-8",
    )
    run("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li")
    run("add", "carol", "新加坡", "--until", NEXT_WEEK, "--by", "Li")
    row = next(row for row in ledger().journeys() if row.principal == "carol")
    run("end", row.id, "--by", "Wang")

    now, every = run("list"), run("list", "--all")

    assert [line.split(" · ")[1] for line in now[1].splitlines()] == ["alice", "bob"]
    assert [line.split(" · ")[1] for line in every[1].splitlines()] == ["alice", "carol", "bob", "bob"]
    assert "ended by Wang" in every[1]


def test_an_empty_list_says_so(run: Typed) -> None:
    assert run("list", "--lang", "zh")[:2] == (0, "没有报备的行程。\n")


def test_what_was_ended_counts_until_then(run: Typed) -> None:
    run("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li")

    status, _, _ = run("end", only().id, "--by", "Wang")

    (travel,) = with_journeys(Policy()).travel
    assert (status, travel.until) == (0, only().ended_at)


def test_what_was_ended_before_it_began_is_no_journey(run: Typed) -> None:
    run("add", "alice", "新加坡", "--since", NEXT_WEEK, "--until", NEXT_WEEK, "--by", "Li")
    run("end", only().id, "--by", "Li")

    assert with_journeys(Policy()).travel == ()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", " ", "新加坡", "--until", NEXT_WEEK, "--by", "Li"), "WHO"),
        (("add", "alice", "", "--until", NEXT_WEEK, "--by", "Li"), "PLACE"),
        (("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", " "), "--by"),
        (("add", "alice", "新加坡", "--until", "next week", "--by", "Li"), "is no time; write 2026-11-27"),
        (("add", "alice", "新加坡", "--until", "2026-13-01", "--by", "Li"), "is no time"),
        (("add", "alice", "新加坡", "--until", "2020-01-01", "--by", "Li", "--since", "2019-12-01"), "over already"),
        (("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li", "--since", "2099-01-01"), "not after"),
        (("add", "alice", "新加坡", "--until", "2099-01-01", "--by", "Li"), "usual_places"),
        (("add", "alice", "新加坡", "--by", "Li"), "--until"),
        (("end", "trip-0", "--by", "Li"), "travel list --all"),
    ],
)
def test_a_wrong_call_is_said_in_a_sentence_and_keeps_nothing(run: Typed, words: tuple[str, ...], says: str) -> None:
    status, _, err = run(*words)

    assert status == 2
    assert says in err
    assert len(err.splitlines()) == 1
    assert ledger().journeys() == ()


def test_a_journey_is_announced_once_and_ended_once(run: Typed) -> None:
    run("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li")
    again = run("add", "Alice", "新加坡", "--until", NEXT_WEEK, "--by", "Wang")
    run("end", only().id, "--by", "Li")
    ended = run("end", only().id, "--by", "Wang")

    assert (again[0], ended[0]) == (2, 2)
    assert f"announced already: {only().id}" in again[2]
    assert "was ended before" in ended[2]


@pytest.mark.parametrize(
    ("who", "place", "warned"),
    [("alice", "新加坡", ()), ("li", "Singapore", ()), ("alise", "新加坡", ("alise",)), ("alice", "夏恩", ("夏恩",))],
)
def test_names_that_may_be_misspelled_are_taken_with_a_warning(
    run: Typed, who: str, place: str, warned: tuple[str, ...]
) -> None:
    status, out, _ = run("add", who, place, "--until", NEXT_WEEK, "--by", "Li")

    notes = [line for line in out.splitlines() if line.startswith("Note:")]
    assert status == 0
    assert len(notes) == len(warned)
    assert all(name in note for name, note in zip(warned, notes, strict=True))


def test_an_open_incident_of_that_identity_is_told_and_settled_by_nothing(run: Typed) -> None:
    hers = incidents.opened(ledger(), utc_now(), alert={"principal": "alice"})
    incidents.opened(ledger(), utc_now(), alert={"principal": "bob"})

    _, out, _ = run("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li")

    entry = ledger().timeline(hers.id)[-1]
    assert f"{hers.id} is open: this came after its login" in out
    assert out.count(" is open:") == 1
    assert (entry.what, entry.who) == ("travel_announced", "Li")


def test_where_the_ledger_is_away_serve_goes_by_the_journeys_that_it_knew(
    run: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = Policy(
        travel=(Travel(principal="bob", place="北京", since=utc_now(), until=utc_now() + timedelta(days=1)),)
    )
    in_force = PolicyInForce(lambda: declared)
    run("add", "alice", "新加坡", "--until", NEXT_WEEK, "--by", "Li")
    before = in_force()

    def away(policy: Policy) -> Policy:
        raise LedgerError("away")

    monkeypatch.setattr("tasks.serving.policy.with_journeys", away)

    assert [one.principal for one in before.travel] == ["bob", "alice"]
    assert in_force() == before
