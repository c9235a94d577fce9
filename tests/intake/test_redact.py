"""Messages are kept without their secrets."""

import json

import pytest

from tasks.intake.redact import redact, redact_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("验证码 123456，5 分钟内有效", "验证码 ***，5 分钟内有效"),
        ("【腾讯云】123456是您的登录验证码", "【腾讯云】***是您的登录验证码"),
        ("123456 is your Tencent Cloud verification code", "*** is your Tencent Cloud verification code"),
        ("Your verification code is 123456.", "Your verification code is ***."),
        ("短信验证码登录，时间 2026-11-23", "短信验证码登录，时间 2026-11-23"),
        ("https://ops:hunter2@example.com/x", "https://***@example.com/x"),
        ("https://example.com/?key=abc&sign=d%3D&x=1", "https://example.com/?key=***&sign=***&x=1"),
        ("Authorization: Bearer abcdefghij", "Authorization: ***"),
        ("got Bearer abcdefghij", "got Bearer ***"),
        ("SecretId=AKIDexample SecretKey=hunter2", "SecretId=AKIDexample SecretKey=***"),
        ("密码：hunter2。", "密码：***。"),
        ("keyboard: red, design: x", "keyboard: red, design: x"),
    ],
)
def test_secrets_in_a_text_are_hidden_and_nothing_else(text: str, expected: str) -> None:
    assert redact_text(text) == expected
    assert redact_text(expected) == expected


def test_secrets_in_json_are_hidden_wherever_they_lie() -> None:
    session = json.dumps({"token": "t0", "userIp": "203.0.113.7", "inner": json.dumps({"password": "p w"})})
    message = {
        "sign": "s",
        "from": "x",
        "list": [{"Access-Token": 1234}],
        "session": session,
        "pwd": "",
        "broken": '{"token": "t1',
    }

    masked = json.dumps(redact(message))

    assert not [secret for secret in ("t0", "p w", '"s"', "1234", "t1") if secret in masked]
    assert "203.0.113.7" in masked
    assert redact(message)["pwd"] == ""  # type: ignore[index, call-overload] # it is the object that went in


@pytest.mark.parametrize("text", ['{"a":' * 40 + '"t0"' + "}" * 40, "[" * 50_000])
def test_json_in_a_string_that_is_too_deep_is_hidden_as_a_whole(text: str) -> None:
    assert redact([text]) == ["***"]


def test_json_in_json_is_opened_only_so_often() -> None:
    text = '{"token": "t0"}'
    for _ in range(10):
        text = json.dumps([text])

    assert "t0" not in str(redact(text))


def test_a_message_without_secrets_is_unchanged() -> None:
    message = {"ip": "203.0.113.7", "n": [1, None, True, 1.5], "json": '{"a":  1}', "secretId": "AKIDexample"}

    assert redact(message) == message
