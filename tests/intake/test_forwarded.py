"""The texts inside what phones post, put together from their parts."""

from typing import Any

import pytest

from tasks.intake.broken_json import without_marks
from tasks.intake.forwarded import texts_of

LONG = "x" * 60


@pytest.mark.parametrize(
    ("found", "texts"),
    [
        ("a text", ("a text",)),
        ({"content": "a", "msg": "b"}, ("a",)),
        ({"content": " ", "msg": "b"}, ("b",)),
        ({"Content": "a"}, ("a",)),
        ({"title": "t", "content": "a"}, ("t\na",)),
        ({"title": "a", "content": "a b"}, ("a b",)),
        ({"data": {"sms": {"body": "a"}}}, ("a",)),
        ({"data": '{"text": "a"}'}, ("a",)),
        ({"unknown": "a", "from": "1"}, ("unknown: a\nfrom: 1",)),
        ({"from": "1", "sim": "2"}, ()),
        ({}, ()),
        ([], ()),
        (7, ()),
        ([{"text": LONG}, {"text": "y"}], (LONG + "y",)),
        ([{"text": LONG, "part": 2}, {"text": "y" * 60, "part": 1}], ("y" * 60 + LONG,)),
        ([{"text": LONG + "。"}, {"text": "y"}], (LONG + "。", "y")),
        ([{"text": LONG}, {"text": "【y】"}], (LONG, "【y】")),
        ([{"text": "short"}, {"text": "y"}], ("short", "y")),
    ],
)
def test_each_message_is_one_text(found: Any, texts: tuple[str, ...]) -> None:
    assert texts_of(found) == texts


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ('{"from":"1","text":"a "b" c","sim":"s"}', 'from: 1\na "b" c\nsim: s'),
        ('{"a":1,"text":"b"c"}', 'a: 1\nb"c'),
        ('{"text":{"content":"a"b"}}', 'a"b'),
        ('{"text":"cut', "cut"),
        ("{'text': 'a',}", "a"),
        (r'{"text":"\u767b\"\n"x"}', '登"\n"x'),
        ('[{"text":"a"b"},{"text":"c"}]', 'a"b"},\nc'),
        ("{", ""),
    ],
)
def test_broken_json_is_its_lines_and_loses_nothing(broken: str, text: str) -> None:
    assert without_marks(broken) == text
