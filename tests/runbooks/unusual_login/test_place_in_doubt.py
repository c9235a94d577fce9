"""A place that sources dispute, or that only old data name, settles nothing and accuses nobody."""

import pytest

from tasks.decide.agreement import agreed, vendor_voice
from tasks.ipinfo.places import place_of
from tasks.model.fact import Known, Unknown
from tasks.model.facts import NOT_GATHERED
from tasks.model.policy import Policy
from tasks.model.whereabouts import Role, Voice, Whereabouts
from tasks.runbooks.unusual_login.answers_by_facts import by_facts
from tasks.runbooks.unusual_login.contradictions import contradictions
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import Situation, suspect_of
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE
from tests.scene import STRANGER

NANJING, FRANKFURT = build.NANJING, build.FRANKFURT
AT_HOME = build.history(*(build.past(ALICE, NANJING, days=days) for days in (10, 20, 30)))
FAR_AWAY = build.history(build.past(ALICE, FRANKFURT, days=0.02))


def voice(role: Role, place: str, *, stale: bool = False) -> Voice:
    return Voice(name=role.value, role=role, place=place_of(place), stale=stale)


def heard(*voices: Voice, ip: str = STRANGER, to_province: bool = False) -> Known[Whereabouts]:
    """The record says Nanjing; others say this."""
    return Known(value=agreed(ip, (*voices, *vendor_voice(NANJING)), to_province=to_province))


AGREED = heard(voice(Role.CHINA, "中国|江苏省|南京市"))
DISPUTED = heard(voice(Role.CHINA, "中国|四川省|成都市"))
OTHER_COUNTRY = heard(voice(Role.WORLD, "Singapore"))
OLD_AND_OTHER = heard(voice(Role.CHINA, "中国|四川省|成都市", stale=True))
HUB = heard(voice(Role.CHINA, "中国|江苏省|南京市"), to_province=True)


def answer(question: Question, facts: LoginFacts, policy: Policy = build.POLICY) -> str | None:
    """The answer that facts and policy give by themselves."""
    login = suspect_of(build.ALERT, facts)
    situation = Situation(alert=build.ALERT, facts=facts, statements=(), policy=policy, now=build.NOW, login=login)
    found = by_facts(question, situation, (build.said(Question.CO_USER, "alice"),))
    return found.value if found else None


@pytest.mark.parametrize("whereabouts", [AGREED, NOT_GATHERED], ids=["agreed", "before there were libraries"])
def test_a_usual_place_that_sources_agree_on_is_one(whereabouts: Known[Whereabouts] | Unknown) -> None:
    facts = build.facts(history=AT_HOME, whereabouts=whereabouts)

    assert answer(Question.USUAL_PLACE, facts) == "yes"
    assert answer(Question.USUAL_PLACE, build.facts(whereabouts=whereabouts), build.usual("南京")) == "yes"
    assert answer(Question.CO_USER_AWAY, facts, build.travel(place="江苏省")) == "yes"


@pytest.mark.parametrize(
    "whereabouts", [DISPUTED, OTHER_COUNTRY, OLD_AND_OTHER], ids=["province", "country", "by old data"]
)
def test_a_disputed_place_is_nobodys_usual_one(whereabouts: Known[Whereabouts]) -> None:
    facts = build.facts(history=AT_HOME, whereabouts=whereabouts)

    assert answer(Question.USUAL_PLACE, facts) != "yes"
    assert answer(Question.USUAL_PLACE, facts, build.usual("南京")) != "yes"
    assert answer(Question.CO_USER_AWAY, facts, build.travel(place="江苏省")) is None


@pytest.mark.parametrize(
    ("whereabouts", "told"),
    [(AGREED, 1), (NOT_GATHERED, 1), (DISPUTED, 0), (OTHER_COUNTRY, 0), (OLD_AND_OTHER, 0)],
    ids=["agreed", "before there were libraries", "province", "country", "by old data"],
)
def test_a_disputed_place_is_no_journey(whereabouts: Known[Whereabouts] | Unknown, told: int) -> None:
    facts = build.facts(history=FAR_AWAY, whereabouts=whereabouts)
    login = suspect_of(build.ALERT, facts)

    found = contradictions(login, facts, (), build.POLICY)

    assert len([each for each in found if "travels that fast" in each.en]) == told


def test_a_carriers_hub_is_known_down_to_its_province() -> None:
    place = suspect_of(build.ALERT, build.facts(whereabouts=HUB)).place

    assert place is not None
    assert (place.country, place.province, place.city, place.latitude) == ("中国", "江苏省", "", None)


def test_what_was_heard_of_another_address_says_nothing_of_this_one() -> None:
    other = heard(voice(Role.CHINA, "中国|四川省|成都市"), ip="198.51.100.9")

    assert suspect_of(build.ALERT, build.facts(whereabouts=other)).place == NANJING
    assert suspect_of(build.ALERT, build.facts(whereabouts=DISPUTED)).place is None


def test_a_record_that_turned_up_after_the_libraries_were_asked_is_heard() -> None:
    alone = Known[Whereabouts](value=agreed(STRANGER, (voice(Role.CHINA, "中国|四川省|成都市"),)))
    nobody = Known[Whereabouts](value=agreed(STRANGER, ()))

    assert suspect_of(build.ALERT, build.facts(whereabouts=alone)).place is None
    assert suspect_of(build.ALERT, build.facts(whereabouts=nobody)).place == NANJING
    assert suspect_of(build.ALERT, build.facts(whereabouts=alone, login=build.NOT_READ)).place is None
