"""No secret survives, at any depth, in any wrapping."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cloud.mask import DEPTH_MAX, HIDDEN, fingerprint, is_secret, mask

TOKEN = "Zq7dXvw3EBEXWNcJljzbZeJeoIrQx9gafWtHV1Lg9zu7h"
PASSWORD = "Correct-Horse-9"


@pytest.mark.parametrize(
    "key",
    [
        *("Token", "token", "X-TC-Token", "SessionToken", "securityToken", "Password", "NewPassword", "passwd", "pwd"),
        *("SecretKey", "TmpSecretKey", "secret_key", "SecretAccessKey", "PrivateKey", "Authorization", "Signature"),
        *("Cookie", "skey", "SecretString", "Plaintext", "ClientSecret", "Kubeconfig", "VerifyCode"),
    ],
)
def test_keys_of_secrets_are_known(key: str) -> None:
    assert is_secret(key)


@pytest.mark.parametrize(
    "key", ["SecretId", "TmpSecretId", "AccessKeyId", "NextToken", "PromptTrust", "UserName", "ua", "KeyIds"]
)
def test_identifiers_are_no_secrets(key: str) -> None:
    assert not is_secret(key)


def test_a_token_leaves_a_fingerprint_that_tells_sessions_apart() -> None:
    assert mask({"token": TOKEN}) == {"token": fingerprint(TOKEN)}
    assert fingerprint(TOKEN) != fingerprint(TOKEN + "x")


def test_a_password_leaves_nothing_to_guess_by() -> None:
    assert mask({"Password": PASSWORD}) == {"Password": HIDDEN}


def test_flags_called_token_keep_their_meaning() -> None:
    flags = {"LoginFlag": {"Token": 0, "Stoken": 1, "U2FToken": None, "Phone": 1}}

    assert mask(flags) == flags


def test_a_one_time_code_called_token_is_hidden() -> None:
    assert mask({"Token": 123456, "tokens": ["a"], "Cookie": {"skey": "x"}}) == {
        "Token": HIDDEN,
        "tokens": ["a"],
        "Cookie": HIDDEN,
    }


def test_a_paging_token_and_key_ids_stay_as_they_are() -> None:
    body = {"NextToken": 16805138109322956, "SecretId": "AKIDexample", "Marker": "m"}

    assert mask(body) == body


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"https://example.com/?a=1&Token={TOKEN}&b=2", "a=1"),
        (f"Authorization: Bearer {TOKEN}", "Authorization"),
        (f'{{"broken: "Token":"{TOKEN}","EndTime":"1"', "EndTime"),
        (f'{{\\"token\\": \\"{TOKEN}\\", \\"mfa\\": 1', "mfa"),
        (f"{{'password': '{TOKEN}'", "password"),
        (f'{{"cut off in the middle": 1, "token": "{TOKEN}', "cut off"),
        (f'[{{"token": {{"deep": "{TOKEN}"', "token"),
    ],
)
def test_secrets_in_text_that_is_no_json_go_and_the_rest_stays(text: str, kept: str) -> None:
    masked = mask(text)

    assert TOKEN not in masked
    assert kept in masked


def test_text_without_secrets_is_not_touched() -> None:
    texts = ["name/sts:GetFederationToken", "2026-11-23 10:00:00", '{"a": 1}', "[1, 2]", "key = value", "", "令牌: 无"]

    assert [mask(text) for text in texts] == texts


def test_json_in_a_string_stays_a_string_unless_it_is_unfolded() -> None:
    wrapped = {"extraInfo": json.dumps({"token": TOKEN, "n": 1})}

    assert json.loads(mask(wrapped)["extraInfo"]) == {"token": fingerprint(TOKEN), "n": 1}
    assert mask(wrapped, unfold=True) == {"extraInfo": {"token": fingerprint(TOKEN), "n": 1}}


def test_masking_twice_is_masking_once() -> None:
    once = mask({"a": json.dumps({"token": TOKEN, "Password": PASSWORD})}, unfold=True)

    assert mask(once, unfold=True) == once
    assert mask(mask({"a": json.dumps({"token": TOKEN})})) == mask({"a": json.dumps({"token": TOKEN})})


def test_what_lies_too_deep_is_hidden_as_a_whole() -> None:
    deep: Any = {"token": TOKEN}
    for _ in range(DEPTH_MAX * 3):
        deep = {"a": deep}

    assert TOKEN not in json.dumps(mask(deep))


def test_json_nested_beyond_what_python_reads_is_no_way_round() -> None:
    assert TOKEN not in mask("[" * 100_000 + f'{{"token": "{TOKEN}"')


def test_half_characters_do_not_reach_the_ledger() -> None:
    masked = mask({"name\ud800": "x\udfff", "inner": '{"a": "\\ud800"}'}, unfold=True)

    assert json.dumps(masked, ensure_ascii=False).encode()


SECRET_KEYS = st.sampled_from(
    ["Token", "sessionToken", "Password", "SecretKey", "TmpSecretKey", "Authorization", "x-tc-token"]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
WRAPPED = st.recursive(
    st.tuples(SECRET_KEYS, st.just(TOKEN) | st.just({"v": TOKEN}) | st.just([TOKEN])).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    lambda inner: (
        inner.map(json.dumps)
        | st.tuples(st.text(max_size=6).filter(lambda key: not is_secret(key)), inner).map(
            lambda pair: {pair[0]: pair[1]}
        )
        | st.tuples(PLAIN, inner).map(list)
    ),
    max_leaves=6,
)


@given(value=WRAPPED, unfold=st.booleans())
def test_no_secret_survives_any_wrapping(value: Any, *, unfold: bool) -> None:
    assert TOKEN not in json.dumps(mask(value, unfold=unfold))


ANYTHING = st.recursive(
    PLAIN | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@given(value=ANYTHING, unfold=st.booleans())
def test_nothing_makes_it_fail(value: Any, *, unfold: bool) -> None:
    mask(value, unfold=unfold)


@given(st.dictionaries(st.sampled_from(["Name", "Uin", "ids"]), st.integers() | st.booleans() | st.none(), max_size=4))
def test_what_holds_no_secret_stays_the_same(value: dict[str, Any]) -> None:
    assert mask(value) == value


def test_numbers_beyond_64_bits_and_no_numbers_are_kept() -> None:
    opened_number = mask('{"id": 18446744073709551616}', unfold=True)
    kept = mask('{"rate": NaN, "id": 16805138109322956}', unfold=True)

    assert opened_number == {"id": 18446744073709551616}
    assert str(kept) == "{'rate': nan, 'id': 16805138109322956}"
