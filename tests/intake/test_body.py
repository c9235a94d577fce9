"""Bytes as JSON, form or text."""

import pytest

from tasks.errors import InputError
from tasks.intake.body import DEPTH_MAX, opened

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'{"a": 1}', "", {"a": 1}),
        (b'{"a": 1}', FORM, {"a": 1}),
        (b"\xef\xbb\xbf[1]", "text/plain", [1]),
        (b"from=1&content=a%20b+c", FORM, {"from": "1", "content": "a b c"}),
        ("登录 203.0.113.7 a=b".encode(), FORM, "登录 203.0.113.7 a=b"),
        (b"a=b", "text/plain", "a=b"),
        (b"{not json", "text/plain", "{not json"),
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
        (b"NaN", "is not JSON"),
        (b'{"a": NaN}', "is not JSON"),
        (b'{"a": 1e999}', "is not JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "is not JSON"),
        (b"{not json", "is not JSON"),
    ],
)
def test_what_is_no_json_or_too_deep_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        opened(body, "application/json")
