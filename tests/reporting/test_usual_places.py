"""The places of past logins are counted by place, not by spelling."""

from datetime import timedelta

import pytest

from tasks.ipinfo.places import place_of
from tasks.model.facts import History, PastLogin
from tasks.reporting.fact_sentences import history, usual_places
from tests.people import ALICE
from tests.scene import AT


def logins(*raws: str) -> list[PastLogin]:
    return [
        PastLogin(at=AT - timedelta(days=days), principal=ALICE, ip="198.51.100.10", place=place_of(raw))
        for days, raw in enumerate(raws)
    ]


def test_one_place_in_several_spellings_is_counted_once_in_the_newest_words() -> None:
    past = logins(
        "中国 江苏省 苏州市", "中国 重庆 重庆", "中国 重庆市 重庆市 中国电信", "Chongqing", "中国 安徽省 宿州市"
    )

    assert usual_places(past) == (("中国 重庆 重庆", 3), ("中国 江苏省 苏州市", 1), ("中国 安徽省 宿州市", 1))


def test_places_that_are_not_known_are_counted_by_their_words_or_not_at_all() -> None:
    assert usual_places(logins("中国电信", "", "中国电信", "中国移动")) == (("中国电信", 2), ("中国移动", 1))


@pytest.mark.parametrize(("barred_by", "said"), [("", []), ("inc-7", ["2 (inc-7)"])])
def test_logins_that_make_nothing_usual_are_told_with_their_incident(barred_by: str, said: list[str]) -> None:
    past = PastLogin(at=AT, principal=ALICE, ip="192.0.2.1", barred_by=barred_by)

    lines = history(History(days=90, logins=(past, past)))

    assert [line.en.partition("no habit: ")[2] for line in lines if "no habit" in line.en] == said
    assert all(line.zh for line in lines)
