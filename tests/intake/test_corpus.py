"""What becomes of each message of the corpus: recall on logins of the account, and no wrong opening."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tasks.model.intake_file import Road
from tasks.runbooks.unusual_login.alert import LoginAlert
from tests.intake.corpus_of_messages import JSON, KEPT, PLAIN, Case, cases, known_ends, read, shown

CASES = cases()

# Of the messages of each file, how many are opened, are surely something else, and are kept as not understood.
TABLE = {
    "account_logins": (69, 0, 0),
    "codes_and_failures": (0, 19, 0),
    "facts_in_words": (39, 15, 7),
    "no_logins": (0, 28, 2),
    "not_understood": (0, 0, 18),
    "other_companies": (0, 29, 1),
    "other_products": (0, 22, 0),
    "phones": (76, 3, 1),
    "pushes": (25, 23, 6),
    "servers": (0, 30, 0),
    "unseen": (53, 39, 12),
    "variants": (64, 97, 14),
}


# As phones' templates paste a text: with single quotes, with a comma too many, cut at the end, with raw line feeds.
BROKEN = (
    "{'from': '10690000', 'content': 'TEXT'}",
    '{"content":"TEXT",}',
    '{"from":"10690000","text":"TEXT',
    '{\n  "from" : "10690000",\n  "msg" : "TEXT",\n  "sim" : sim1\n}',
)
TEXTS = [case for case in CASES if case.road is Road.TEXT and case.content_type == PLAIN and b"=E8" not in case.body]
TEXTS = [case for case in TEXTS if not case.body.startswith(b"Received:")]  # whole mails are no SMS


def pasted(template: str, case: Case) -> bytes:
    return template.encode().replace(b"TEXT", case.body)


def fields(case: Case, alerts: tuple[LoginAlert, ...]) -> list[dict[str, Any]]:
    return [shown(alert, one) for alert, one in zip(alerts, case.alerts, strict=False)]


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


@pytest.mark.parametrize("template", BROKEN)
def test_a_template_that_breaks_its_json_changes_nothing(template: str) -> None:
    """What is decided of a text is decided of it in a phone's template too, both ways."""
    broken = [replace(case, road=Road.SMS_FORWARDER, content_type=JSON, body=pasted(template, case)) for case in TEXTS]

    told = [(case, *read(case)) for case in broken]

    assert [str(case) for case, alerts, ends in told if case.alerts and fields(case, alerts) != list(case.alerts)] == []
    assert [str(case) for case, alerts, ends in told if not case.alerts and (alerts or ends - case.ends)] == []


def test_what_is_meant_as_an_alert_is_judged_by_the_same_words() -> None:
    """On the road of those who mean an alert, and from the command line: a login is one, something else is none."""
    texts = [case for case in TEXTS if not case.body.startswith(b"{")]  # JSON is an alert of our shape there, or none
    meant = [(case, read(replace(case, road=Road.GENERIC))[0]) for case in texts]

    assert [str(case) for case, alerts in meant if len(alerts) != len(case.alerts) and KEPT not in case.ends] == []


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
