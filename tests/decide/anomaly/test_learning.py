"""What the watcher's baseline learns as logins grow old and cases are closed."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.anomaly.baseline import baseline_of, grown, key_of, supporting, with_login
from tasks.decide.anomaly.detect import anomalies
from tasks.decide.anomaly.learning import learned, overlooked, relearned
from tasks.decide.anomaly.proof import is_proven
from tasks.model.record import Record, RecordedAnswer
from tasks.model.watch import AnomalyKind, Baseline, Habit, Profile, Standing
from tests.decide.anomaly.logins_in_words import NOW, baseline, login, place, policy, principal, reputation
from tests.reporting.samples import bare_record
from tests.scene import AT

ALICE = key_of(principal("alice"))
WEEK = timedelta(days=7)
OFFICE = "alice office 20 60-8"
OUTCOMES = [
    (Standing.NONE, True),
    (Standing.HARMLESS, True),
    (Standing.PROVEN, True),
    (Standing.OPEN, False),
    (Standing.REFUSED, False),
]


def after(known: Baseline, *logins: str, **standings: Standing) -> Baseline:
    """The baseline after alice's logins of nine days ago, and a look at what became of each."""
    for number, text in enumerate(logins):
        at = NOW - timedelta(days=9, minutes=-number)
        profile = known.profiles.get(ALICE) or Profile(principal=principal("alice"))
        event = login(text, at=at, id=f"event{number}")
        known = grown(known, {ALICE: with_login(profile, event, at=at)}, account="")
    return learned(known, standings, NOW)


def reasons(text: str, known: Baseline, kinds: list[str] | None = None, **declared: Any) -> list[AnomalyKind]:
    found = anomalies(login(text), known, policy(declared), reputation(kinds or []), now=NOW)
    return [each.kind for each in found]


@pytest.mark.parametrize(("standing", "counts"), OUTCOMES)
def test_a_login_becomes_a_habit_unless_its_incident_is_open_or_was_not_closed_as_harmless(
    standing: Standing,
    counts: bool,  # noqa: FBT001 - a column
) -> None:
    known = after(baseline([OFFICE]), "alice hotel", "alice hotel", event0=standing, event1=standing)

    assert reasons("alice hotel", known) == ([] if counts else [AnomalyKind.NEW_PLACE])


@pytest.mark.parametrize(("standing", "counts"), OUTCOMES)
def test_so_it_is_where_the_baseline_is_learned_from_the_audit_log(
    standing: Standing,
    counts: bool,  # noqa: FBT001 - a column
) -> None:
    made = [login("alice office", at=NOW - timedelta(days=day), id=f"o{day}") for day in range(8, 28)]
    made += [login("alice hotel", at=NOW - timedelta(days=day), id=f"h{day}") for day in (8, 9)]

    known = baseline_of(made, whole=True, now=NOW, standings={"h8": standing, "h9": standing})

    assert reasons("alice hotel", known) == ([] if counts else [AnomalyKind.NEW_PLACE])


def test_a_login_counts_from_the_moment_when_it_is_a_week_older() -> None:
    known = baseline([OFFICE])
    for number in (0, 1):
        event = login("alice hotel", at=NOW - WEEK, id=str(number))
        known = grown(known, {ALICE: with_login(known.profiles[ALICE], event, at=event.at)}, account="")
    early = anomalies(login("alice hotel", at=NOW - timedelta(seconds=1)), known, policy({}), reputation([]), now=NOW)

    assert [each.kind for each in early] == [AnomalyKind.NEW_PLACE]
    assert reasons("alice hotel", known) == []


def test_what_is_open_longer_than_a_week_counts_once_it_is_closed_as_harmless() -> None:
    waiting = after(baseline([OFFICE]), "alice hotel", "alice hotel", event0=Standing.OPEN, event1=Standing.OPEN)

    closed = learned(waiting, {"event0": Standing.HARMLESS, "event1": Standing.HARMLESS}, NOW)

    assert reasons("alice hotel", waiting) == [AnomalyKind.NEW_PLACE]
    assert reasons("alice hotel", closed) == []


def test_a_record_that_is_read_twice_counts_once() -> None:
    profile, event = Profile(principal=principal("alice")), login("alice hotel", id="event0")

    once = with_login(profile, event, at=event.at)

    assert with_login(once, event, at=event.at) == once


def proven(text: str) -> Baseline:
    """Alice at the office, and one login of yesterday's that proved to be harmless."""
    known = baseline([OFFICE])
    event = login(text, at=NOW - timedelta(days=1), id="event0")
    known = grown(known, {ALICE: with_login(known.profiles[ALICE], event, at=event.at)}, account="")
    return learned(known, {"event0": Standing.PROVEN}, NOW)


@pytest.mark.parametrize(
    ("text", "kinds", "expected"),
    [
        ("alice hotel", [], []),
        ("alice hotel-next-door", [], []),
        ("alice sanya-cable", [], [AnomalyKind.NEW_PLACE]),
        ("alice amsterdam", [], [AnomalyKind.NEW_COUNTRY]),
        ("bob hotel", [], [AnomalyKind.NEW_PLACE]),
        ("alice hotel", ["vpn"], []),
        ("alice hotel-next-door", ["vpn"], [AnomalyKind.NETWORK_KIND]),
        ("alice hotel", ["tor"], [AnomalyKind.NETWORK_KIND]),
    ],
    ids=[
        "the very address",
        "another address of that place and operator",
        "another operator of that place",
        "another place",
        "another person",
        "the very address, of a VPN",
        "another address of that place, of a VPN",
        "a Tor exit",
    ],
)
def test_what_proved_to_be_harmless_lapses_the_raise_for_that_person_place_and_operator(
    text: str, kinds: list[str], expected: list[AnomalyKind]
) -> None:
    known = grown(proven("alice hotel"), baseline(["bob office 20 60-8"]).profiles, account="")

    assert reasons(text, known, kinds) == expected


def test_it_does_not_lapse_what_was_done_at_the_door() -> None:
    known = proven("alice hotel mfa")
    habits = baseline(["alice office 20 60-8 mfa"]).profiles[ALICE].habits
    known = grown(known, {ALICE: known.profiles[ALICE].model_copy(update={"habits": habits})}, account="")

    assert reasons("alice hotel no-mfa", known) == [AnomalyKind.WITHOUT_MFA]


def test_a_lapse_ends_after_ninety_days() -> None:
    days, found = (88, 90), []
    for day in days:
        later = login("alice hotel", at=NOW + timedelta(days=day))
        lately = baseline_of(
            [login("alice office", at=later.at - timedelta(days=9 + n)) for n in range(9)], whole=True, now=later.at
        )
        known = grown(
            lately,
            {
                ALICE: lately.profiles[ALICE].model_copy(
                    update={"vouched": proven("alice hotel").profiles[ALICE].vouched}
                )
            },
            account="",
        )
        found.append([each.kind for each in anomalies(later, known, policy({}), reputation([]), now=later.at)])

    assert found == [[], [AnomalyKind.NEW_PLACE]]


@pytest.mark.parametrize("standing", [Standing.HARMLESS, Standing.REFUSED, Standing.OPEN])
def test_somebodys_word_alone_and_a_declined_plan_lapse_nothing(standing: Standing) -> None:
    known = baseline([OFFICE])
    event = login("alice hotel", at=NOW - timedelta(days=1), id="event0")
    known = grown(known, {ALICE: with_login(known.profiles[ALICE], event, at=event.at)}, account="")

    assert reasons("alice hotel", learned(known, {"event0": standing}, NOW)) == [AnomalyKind.NEW_PLACE]


def test_a_look_at_which_there_is_nothing_to_learn_changes_nothing() -> None:
    known = after(baseline([OFFICE]), "alice hotel", event0=Standing.OPEN)

    assert learned(known, {"event0": Standing.OPEN}, NOW) is known


@pytest.mark.parametrize(
    ("standing", "found"),
    [(Standing.OPEN, True), (Standing.REFUSED, True), (Standing.HARMLESS, False), (Standing.PROVEN, False)],
)
def test_an_incident_of_a_login_that_is_a_habit_already_is_noticed_once(
    standing: Standing,
    found: bool,  # noqa: FBT001 - a column
) -> None:
    known, late = baseline([OFFICE]), {"event9": standing}

    again = relearned(known, baseline_of([], whole=True, now=NOW, standings=late), NOW)

    assert overlooked(known, late) == (frozenset({"event9"}) if found else frozenset())
    assert overlooked(again, late) == frozenset()


def test_what_is_learned_anew_keeps_what_the_audit_log_shows_no_more() -> None:
    old = Baseline(
        profiles={
            ALICE: Profile(principal=principal("alice"), habits=(habit(9, 1), habit(300, 100))),
            "gone": Profile(principal=principal("bob"), habits=(habit(300, 100),)),
        }
    )
    read = baseline_of([login("alice office", at=NOW - timedelta(days=8))], whole=True, now=NOW)

    found = relearned(old, read, NOW)

    assert [one.first for one in found.profiles[ALICE].habits] == [NOW - timedelta(days=8), NOW - timedelta(days=300)]
    assert found.profiles["gone"].habits == old.profiles["gone"].habits
    assert (old.version, found.version) == (1, 2)


def habit(first: int, last: int) -> Habit:
    return Habit(place=place("hotel"), first=NOW - timedelta(days=first), last=NOW - timedelta(days=last))


def test_a_baseline_of_an_older_version_is_read() -> None:
    kept = {
        "account": "100000000001",
        "whole": True,
        "profiles": {
            ALICE: {
                "principal": {"kind": "sub_user", "uin": ALICE, "name": "alice"},
                "whole": True,
                "habits": [
                    {
                        "place": place("office").model_dump(mode="json"),
                        "mfa": None,
                        "usual": True,
                        "addresses": ["198.51.100.10"],
                        "first": (NOW - timedelta(days=60)).isoformat(),
                        "last": (NOW - timedelta(days=1)).isoformat(),
                        "count": 40,
                    }
                ],
            }
        },
    }

    known = Baseline.model_validate(kept)

    assert reasons("alice office-renamed", known) == []
    assert len(supporting(known.profiles[ALICE], NOW)) == 1


def answer(value: str, source: str = "person", by: str = "Wang") -> RecordedAnswer:
    return RecordedAnswer.model_validate(
        {"value": value, "source": source, "by": by, "at": AT, "why": {"zh": "如此", "en": "so it is"}}
    )


def closed(verdict: str, **answers: RecordedAnswer) -> Record:
    return bare_record(verdict, "en").model_copy(update={"answers": answers, "path": tuple(answers)})


PROOFS = {
    "facts": (closed("ignored", own_login=answer("yes"), usual_place=answer("yes", "fact", "history")), True),
    "the policy": (closed("ignored", co_user=answer("bob"), co_user_away=answer("yes", "policy", "travel")), True),
    "a check-in": (closed("ignored", own_login=answer("no"), known_egress=answer("yes", "fact", "checkin")), True),
    "a second person": (closed("ignored", own_login=answer("yes"), confirm=answer("yes", by="Li")), True),
    "one person": (closed("ignored", own_login=answer("yes"), usual_place=answer("yes")), False),
    "one person under two spellings": (
        closed("ignored", own_login=answer("yes"), usual_place=answer("yes", by=" WANG ")),
        False,
    ),
    "a second person who said no to something": (
        closed("ignored", own_login=answer("no", by="Li"), known_egress=answer("yes")),
        False,
    ),
    "a declined plan": (closed("declined", own_login=answer("no"), known_egress=answer("no", "fact", "x")), False),
    "a containment": (closed("contained", own_login=answer("no"), known_egress=answer("no")), False),
    "a record without answers": (closed("ignored"), False),
}


@pytest.mark.parametrize("case", PROOFS)
def test_more_than_one_persons_word_proves_that_it_was_harmless(case: str) -> None:
    record, expected = PROOFS[case]

    assert is_proven(record) is expected
