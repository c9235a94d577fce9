"""Bytes as JSON, form or text."""

import pytest

from tasks.errors import InputError
from tasks.intake.body import DEPTH_MAX, opened

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'{"a": 1}', "", {"a": 1}),
        (b'{"a": 1}', FORM, {"a": 1}),
        (b"\xef\xbb\xbf[1]", "text/plain", [1]),
        (b"from=1&content=a%20b+c", FORM, {"from": "1", "content": "a b c"}),
        ("登录 203.0.113.7 a=b".encode(), FORM, "登录 203.0.113.7 a=b"),
        (b"a=b", "text/plain", "a=b"),
        (b"{not json", "text/plain", "not json"),
        (b"{not json", JSON, "not json"),
        (b"not json", JSON, "not json"),
        (b"NaN", JSON, "NaN"),
        (b'{"a": NaN}', JSON, "a: NaN"),
        (b'{"a": 1e999}', JSON, "a: 1e999"),
        (b'{"a": "b\nc\td"}', JSON, {"a": "b\nc\td"}),
        (b'"{\\"a\\": \\"b\\"}"', JSON, {"a": "b"}),
        (b'"just a text"', JSON, '"just a text"'),
        (b'""', JSON, '""'),
        (b"[label] text", JSON, "[label] text"),
        (b"from=1&content=%41%20b", JSON, {"from": "1", "content": "A b"}),
        (b"a=b&c=d", JSON, "a=b&c=d"),
        (b"&".join(b"a=%41" for _ in range(101)), FORM, "&".join("a=%41" for _ in range(101))),
        ("登录".encode()[:-1], JSON, "登"),
        ("登录".encode("gbk"), JSON, "登录"),
        ("登录".encode("utf-16"), JSON, "登录"),
        ("登录".encode("gbk"), "text/plain; charset=GBK", "登录"),
        (b'{"a": "\\ud83d\\u0000"}', "", {"a": "\ufffd\ufffd"}),
        (b'["' + b"9" * 5_000 + b'"]', "", ["9" * 5_000]),
        (b"[" * DEPTH_MAX + b"]" * DEPTH_MAX, "", eval("[" * DEPTH_MAX + "]" * DEPTH_MAX)),
    ],
)
def test_a_body_is_opened_by_what_it_is(body: bytes, content_type: str, expected: object) -> None:
    assert opened(body, content_type) == expected


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b"\xff", "not UTF-8"),
        (b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1), "nested too deeply"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deeply"),
    ],
)
def test_what_is_no_text_or_too_deep_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        opened(body, JSON)
