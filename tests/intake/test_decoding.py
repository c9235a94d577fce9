"""What was coded once too often, and what only looks as if it was."""

import base64

import pytest

from tasks.intake.decoding import decoded

LONG = "您的账号在 203.0.113.7 异地登录，时间 2026-11-23 02:10:00"


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ("=E7=99=BB=E5=BD=95 =3D'x'", "登录 ='x'"),
        ("%E7%99%BB%E5%BD%95+1", "登录+1"),
        ("\\u767b\\u5f55\\uff0c", "登录，"),
        (base64.b64encode(LONG.encode()).decode(), LONG),
        (base64.encodebytes(LONG.encode() * 3).decode(), LONG * 3),
    ],
)
def test_a_code_is_undone(coded: str, text: str) -> None:
    assert decoded(coded) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        LONG,
        "a=E7 b",
        "up 50%AB of",
        "C:\\u1234 \\u1235",
        "x" * 60,
        base64.b64encode(bytes(range(200))).decode(),
        base64.b64encode(b"\x01\x02 text that holds controls, which no message does").decode(),
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert decoded(text) == text
