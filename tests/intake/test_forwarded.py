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
        (["short (id 12", "34) y"], ("short (id 1234) y",)),
        (["short (id 12", "34 y"], ("short (id 12", "34 y")),
        (["【腾讯云】a", "b"], ("【腾讯云】ab",)),
        (["【腾讯云】登录", "b"], ("【腾讯云】登录", "b")),
        (["【x】a", "b"], ("【x】a", "b")),
        (["(1/2)a", "(2/2)b"], ("ab",)),
        (["b[2/3]", "c(3/3)", "a (1/3)"], ("abc",)),
        (["(2/3)a", "(3/3)b"], ("(2/3)a", "(3/3)b")),
        (["1/2 a", "2/2 b"], ("1/2 a", "2/2 b")),
        ({"parts": ["a.", "b"]}, ("a.b",)),
        ({"messages": ["a.", "b"]}, ("a.", "b")),
        ({"2": "b", "1": "a"}, ("ab",)),
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
