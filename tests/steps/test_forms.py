"""The forms that people fill: what stands beside the choices."""

import pytest

from tasks.model.answer import Ask, Choice
from tasks.model.base import Lang, Sentence
from tasks.model.policy import Policy
from tasks.steps.forms import question_form


def choice(value: str, zh: str, en: str) -> Choice:
    return Choice(value=value, label=Sentence(zh=zh, en=en))


CHOICES = (
    choice("cut_now", "立即禁用", "cut it now"),
    choice("alice", "alice (100000000011)，最近登录：昨天", "alice (100000000011), last login yesterday"),
    choice("100000000012", "bob (100000000012)", "bob (100000000012)"),
    choice("unknown", "不清楚", "I don't know"),
)


@pytest.mark.parametrize(
    ("lang", "explained"),
    [
        ("zh", "cut_now = 立即禁用; 100000000012 = bob (100000000012); unknown = 不清楚"),
        ("en", "cut_now = cut it now; 100000000012 = bob (100000000012); unknown = I don't know"),
    ],
)
def test_each_choice_is_explained_but_where_it_is_a_name(lang: Lang, explained: str) -> None:
    ask = Ask(question="how", key="how", text=Sentence(zh="怎么办？", en="What now?"), choices=CHOICES)

    answer = question_form(ask, Policy(), lang).model_json_schema()["properties"]["answer"]

    assert answer["enum"] == [one.value for one in CHOICES]
    assert answer["description"] == explained
