"""Every refusal is a clear sentence in both languages, and names what mends it."""

import pytest

from tasks.contain.messages import KNOWN, refused, unread
from tasks.errors import BadCredential, CloudError, CloudRefused, Denied, NotFound, Silent, Throttled

CASES = (
    (Denied("cam:UpdateUser", "UnauthorizedOperation"), "cam:UpdateUser", "grant it"),
    (BadCredential("cam:UpdateUser", "AuthFailure.SecretIdNotFound"), "AuthFailure.SecretIdNotFound", "credential"),
    (NotFound("cam:UpdateAccessKey", "ResourceNotFound.SecretNotExist"), "ResourceNotFound.SecretNotExist", "deleted"),
    (Throttled("cam:UpdateUser", "RequestLimitExceeded"), "cam:UpdateUser", "throttling"),
    (CloudRefused("cam:UpdateUser", "InvalidParameter.Odd"), "InvalidParameter.Odd", "refused"),
)


@pytest.mark.parametrize(("error", "named", "word"), CASES)
def test_a_refusal_names_the_call_or_its_code(error: CloudError, named: str, word: str) -> None:
    sentence = refused(error)

    assert named in sentence.en
    assert named in sentence.zh
    assert word in sentence.en


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_a_code_with_a_meaning_of_its_own_says_that(code: str) -> None:
    assert refused(CloudRefused("cam:Any", code)) == KNOWN[code]


@pytest.mark.parametrize("error", [Denied("cam:GetUser", "UnauthorizedOperation"), Silent("cam:GetUser", "Cut")])
def test_an_unread_state_names_the_call(error: CloudError) -> None:
    assert "cam:GetUser" in unread(error).en
    assert "cam:GetUser" in unread(error).zh


def test_the_vendors_own_words_are_never_repeated() -> None:
    assert "<img" not in refused(CloudRefused("cam:Any", "Odd", "<img src=x>")).model_dump_json()
