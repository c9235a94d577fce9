"""What becomes of each message of the corpus: recall on logins of the account, and no wrong opening."""

from collections import Counter

import pytest

from tests.intake.corpus_of_messages import KEPT, Case, cases, known_ends, read, shown

CASES = cases()

# Of the messages of each file, how many are opened, are surely something else, and are kept as not understood.
TABLE = {
    "account_logins": (69, 0, 0),
    "codes_and_failures": (0, 19, 0),
    "no_logins": (0, 28, 2),
    "not_understood": (0, 0, 18),
    "other_companies": (0, 29, 1),
    "other_products": (0, 22, 0),
    "phones": (38, 3, 1),
    "pushes": (20, 18, 6),
    "servers": (0, 30, 0),
    "variants": (47, 72, 12),
}


def outcome(case: Case) -> str:
    alerts, ends = read(case)
    if alerts:
        return "opened"
    return "kept" if KEPT in ends else "something else"


@pytest.mark.parametrize("case", [case for case in CASES if case.alerts], ids=str)
def test_a_login_of_the_account_is_opened_with_what_it_says(case: Case) -> None:
    alerts, _ = read(case)

    assert [shown(alert, one) for alert, one in zip(alerts, case.alerts, strict=True)] == list(case.alerts)


@pytest.mark.parametrize("case", [case for case in CASES if not case.alerts], ids=str)
def test_what_is_no_login_of_the_account_opens_nothing_and_says_what_it_is(case: Case) -> None:
    alerts, ends = read(case)

    assert (alerts, len(ends), ends - case.ends) == ((), 1, frozenset())


def test_the_table_of_what_becomes_of_the_corpus() -> None:
    counted = Counter((case.group, outcome(case)) for case in CASES)

    found = {
        group: tuple(counted[group, end] for end in ("opened", "something else", "kept"))
        for group in sorted({case.group for case in CASES})
    }
    assert found == TABLE


def test_recall_is_complete_and_nothing_is_opened_wrongly() -> None:
    ends = [(bool(case.alerts), outcome(case)) for case in CASES]

    assert [end for is_login, end in ends if is_login and end != "opened"] == []
    assert [end for is_login, end in ends if not is_login and end == "opened"] == []


def test_the_corpus_is_large_sourced_and_has_no_message_twice() -> None:
    messages = Counter((case.road, case.body) for case in CASES)

    assert len(CASES) >= 400
    assert [str(case) for case in CASES if not case.source.strip()] == []
    assert [road for (road, _), count in messages.items() if count > 1] == []
    assert frozenset().union(*(case.ends for case in CASES)) - known_ends() == frozenset()
