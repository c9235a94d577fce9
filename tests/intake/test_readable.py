"""What is kept of a body that nobody understood: text for a person, without secrets, however it is written."""

import json
from urllib.parse import quote, urlencode

import pytest

from tasks.intake.readable import readable

SECRETS = ("ExampleKeyOf32Characters0000000", "hunter2-example", "135790")
TEXT = (
    f"提醒：SecretId AKIDexample，SecretKey={SECRETS[0]}，密码：{SECRETS[1]}；您的验证码 {SECRETS[2]}，5 分钟内有效。"
)
FIELDS = {"content": TEXT, "sign": "example-sign", "secretKey": SECRETS[0]}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "application/json"),
        (TEXT.encode("gb18030"), ""),
        (TEXT.encode("gb18030"), "text/plain; charset=gbk"),
        (TEXT.encode("utf-16"), ""),
        (b"\xef\xbb\xbf" + TEXT.encode(), ""),
        (TEXT.encode() + b"\xff", ""),
        (json.dumps(FIELDS).encode(), "application/json"),
        (json.dumps(FIELDS, ensure_ascii=False).encode(), ""),
        (json.dumps({"data": json.dumps(json.dumps(FIELDS))}).encode(), "application/json"),
        (json.dumps({"content": quote(TEXT)}).encode(), "application/json"),
        (json.dumps(FIELDS)[:-1].encode(), "application/json"),
        (f'{{"content": "{TEXT}\n", "secretKey": "{SECRETS[0]}"}}'.encode(), "application/json"),
        (json.dumps(FIELDS).replace('": "', '":\n "').encode()[:-2], "application/json"),
        (urlencode(FIELDS).encode(), "application/x-www-form-urlencoded"),
        (urlencode(FIELDS).encode(), "text/plain"),
        (urlencode(FIELDS).encode(), "application/json"),
        ("".join(f"&#{ord(each)};" for each in TEXT).encode(), "text/html"),
    ],
)
def test_secrets_are_out_however_they_are_written(body: bytes, content_type: str) -> None:
    kept = readable(body, content_type)

    assert [secret for secret in (*SECRETS, "example-sign") if secret in kept] == []
    assert "***" in kept
    assert "AKIDexample" in kept  # an identifier, by which a person finds whose it is


def test_what_is_not_understood_is_legible() -> None:
    assert readable("登录？".encode("gb18030")) == "登录？"
    assert readable(b'{"a": "\\u767b\\u5f55"') == '{"a": "登录"'
    assert readable(b"%E7%99%BB%E5%BD%95+1") == "登录+1"
    assert readable(b'{"a": "\\u767b\\u5f55 &quot;x&quot;"}') == '{"a": "登录 &quot;x&quot;"}'


@pytest.mark.parametrize("body", [b"", b" \n", b"\0\0", b"\xff\xfe", b"\xff\xfe\x00", b"[" * 60_000, b"%" * 60_000])
def test_whatever_it_is_it_can_be_kept(body: bytes) -> None:
    kept = readable(body, "application/json")

    assert b"\0" not in kept.encode()
