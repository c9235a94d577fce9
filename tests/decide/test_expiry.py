"""Facts and answers lapse after the policy's hours, and not before."""

from datetime import timedelta

import pytest

from tasks.decide.expiry import gathered_anew, has_lapsed, oldest, still_good
from tasks.model.answer import Statement
from tasks.model.case import Case
from tasks.model.policy import Policy
from tasks.model.progress import Gathered
from tasks.runbooks.unusual_login.login import suspect_of
from tests.decide import build

DAY = 24.0
NEVER = Policy(answers_good_for_hours=None)
SHORT = Policy(answers_good_for_hours=0.5)


def heard(hours: float | None, *said: float, policy: Policy | None = None, lapses: bool = True) -> Gathered:
    """A case whose facts are of hour 0, with words and the last answer of these hours."""
    facts = build.facts()
    case = Case(
        incident_id="inc-1",
        run_id="run-1",
        run_url="",
        runbook="unusual_login",
        alert=build.ALERT,
        policy=policy or Policy(),
        mode="approve",
        lang="zh",
        site="cn",
        endpoint="",
        opened_at=facts.gathered_at,
        begun_at=facts.gathered_at,
        answers_lapse=lapses,
    )
    words = tuple(Statement(question=str(at), value="no", by="Li", at=facts.gathered_at + hour(at)) for at in said)
    return Gathered(
        case=case,
        facts=facts,
        suspect=suspect_of(build.ALERT, facts),
        words=words,
        heard_at=None if hours is None else facts.gathered_at + hour(hours),
    )


def hour(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("progress", "lapsed"),
    [
        (heard(None), False),
        (heard(1, 1), False),
        (heard(DAY, 1), False),
        (heard(DAY + 0.01, 1), True),
        (heard(72), True),
        (heard(72, policy=NEVER), False),
        (heard(0.4, policy=SHORT), False),
        (heard(0.6, policy=SHORT), True),
        (heard(72, lapses=False), False),
        (heard(1, -23.5), True),
        (heard(1, -22.5), False),
    ],
)
def test_it_lapses_by_the_oldest_of_what_it_rests_on(progress: Gathered, lapsed: bool) -> None:  # noqa: FBT001 - a column
    assert has_lapsed(progress) is lapsed


def test_words_lapse_one_by_one() -> None:
    progress = heard(30, 1, 5.9, 6, 29)
    at = progress.heard_at
    assert at is not None

    assert [word.question for word in still_good(progress.words, at, Policy())] == ["6", "29"]
    assert still_good(progress.words, at, NEVER) == progress.words


def test_it_is_said_how_old_it_was_and_whether_anything_is_asked_again() -> None:
    progress = heard(30, -1)
    at = progress.heard_at
    assert at is not None

    told = gathered_anew(oldest(progress), at, Policy(), 1)
    silent = gathered_anew(oldest(progress), at, Policy(), 0)
    assert "31.0 hours old, the policy allows 24 " in told.en
    assert ("asked again" in told.en, "重新询问" in told.zh) == (True, True)
    assert ("asked again" in silent.en, "重新询问" in silent.zh) == (False, False)


@pytest.mark.parametrize("hours", [0, -1])
def test_no_time_at_all_is_refused(hours: float) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        Policy(answers_good_for_hours=hours)
