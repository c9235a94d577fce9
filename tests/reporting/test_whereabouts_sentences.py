"""Where an address is, in words: each source by itself, and how sure it is."""

import pytest

from tasks.model.whereabouts import Certainty, Whereabouts
from tasks.reporting.whereabouts_sentences import CERTAINTY, whereabouts
from tests.reporting.samples import WHEREABOUTS


def test_the_place_its_certainty_the_network_and_each_source() -> None:
    assert [line.en for line in whereabouts(WHEREABOUTS)] == [
        "Germany, Saxony, Dresden (one source only)",
        "network: AS64496 ExampleHost",
        "ip2region 2024-09-01 (too old): place unknown",
        "DB-IP 2026-09-01: Germany, Saxony, Dresden",
    ]
    assert [line.zh for line in whereabouts(WHEREABOUTS)] == [
        "Germany, Saxony, Dresden（仅一个来源）",
        "网络：AS64496 ExampleHost",
        "ip2region 2024-09-01（数据过旧）：地点未知",
        "DB-IP 2026-09-01：Germany, Saxony, Dresden",
    ]


def test_of_an_address_that_nobody_knows_it_says_so() -> None:
    assert [line.en for line in whereabouts(Whereabouts(ip="203.0.113.7"))] == ["place unknown (no source knows)"]


@pytest.mark.parametrize("certainty", Certainty)
def test_each_certainty_has_words_of_its_own(certainty: Certainty) -> None:
    words = CERTAINTY[certainty]

    assert words.zh
    assert words.en
    assert [each for each in CERTAINTY.values() if each == words] == [words]
