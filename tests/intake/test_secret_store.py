"""Where the senders' secrets come from."""

import stat
from pathlib import Path

import pytest

from tasks.config.intake_file import load_intake
from tasks.errors import InputError, SettingsError
from tasks.intake.secret_store import secrets_of
from tasks.model.intake_file import IntakeFile, IntakeSource, Proof

GOOD = "example-9aca013ee66881da"


def config(**more: object) -> IntakeFile:
    return IntakeFile(sources=(IntakeSource.model_validate({"name": "phone"} | more),))


def test_secrets_come_from_the_environment_and_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{GOOD}\n", encoding="utf-8")

    found = secrets_of(config(secret_env="PHONE"), {"PHONE": f"{GOOD}\n"}, tmp_path)
    filed = secrets_of(config(secret_file="secret"), {}, tmp_path)
    absolute = secrets_of(config(secret_file=str(tmp_path / "secret")), {}, Path("elsewhere"))

    assert {one["phone"].get_secret_value() for one in (found, filed, absolute)} == {GOOD}
    assert GOOD not in repr(found)


@pytest.mark.parametrize(
    ("more", "environ", "says"),
    [
        ({"secret_env": "PHONE"}, {}, "source 'phone', PHONE: the secret is empty"),
        ({"secret_env": "PHONE"}, {"PHONE": "\n"}, "is empty"),
        ({"secret_env": "PHONE"}, {"PHONE": "short"}, "shorter than 16"),
        ({"secret_file": "missing"}, {}, "missing can't be read"),
        ({"secret_env": "PHONE", "proof": Proof.BASIC}, {"PHONE": GOOD}, "`name:password`"),
        ({"secret_env": "PHONE", "proof": Proof.BASIC}, {"PHONE": f":{GOOD}"}, "`name:password`"),
        ({"secret_env": "PHONE", "proof": Proof.HMAC}, {"PHONE": "whsec_%%%%%%%%%%%%%%"}, "not base64"),
    ],
)
def test_a_missing_or_weak_secret_is_refused_without_being_shown(
    more: dict[str, object], environ: dict[str, str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        secrets_of(config(**more), environ, tmp_path)

    assert "short" not in str(caught.value).replace("shorter", "")


@pytest.mark.parametrize(
    ("proof", "secret"),
    [
        (Proof.BEARER, "aaaaaaaaaaaaaaaa"),
        (Proof.BEARER, "abcabcabcabcabcabcabc"),
        (Proof.BEARER, "1234567890123456"),
        (Proof.BEARER, "0123456789abcdef"),
        (Proof.BEARER, "abcdefghijklmnopqrstuvwxyz"),
        (Proof.BEARER, "qwertyuiopasdfghjkl"),
        (Proof.BEARER, "passwordpassword"),
        (Proof.BEARER, "P@ssw0rd12345678"),
        (Proof.BEARER, "changeme-changeme"),
        (Proof.BEARER, "tencentcloud2024!"),
        (Proof.BEARER, "phone-secret-phone"),
        (Proof.BEARER, "runbooks-webhook-secret"),
        (Proof.BEARER, "deadbeefdeadbeef"),
        (Proof.BEARER, "20261128-20261128"),
        (Proof.BEARER, "阿里巴巴" * 5),
        (Proof.SIGN, "SECSECSECSECSECSEC"),
        (Proof.HMAC, "whsec_" + "A" * 32),
        (Proof.BASIC, "a-name-that-is-long-enough:secret"),
        (Proof.BASIC, "ops:aaaaaaaaaaaaaaaa"),
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_with_the_way_to_a_good_one(
    proof: Proof, secret: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="openssl rand -hex 32") as caught:
        secrets_of(config(secret_env="PHONE", proof=proof), {"PHONE": secret}, tmp_path)

    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("proof", "secret"),
    [
        (Proof.BEARER, "9aca013ee66881da"),
        (Proof.BEARER, "bcbd117b372f68f09ac7054ed0829b92"),
        (Proof.BEARER, "fd9cee01ff84522be0c7e23aee8488fa3b7776430a5ed7d9dca4ca12c42d11ee"),
        (Proof.BEARER, "vine-otter-crumb-lagoon"),
        (Proof.SIGN, "SECc658a2d3603f914dd75300ba64f5a0a024f7a"),
        (Proof.HMAC, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        (Proof.BASIC, "ops:xUaMnU0qpp8Y30SP"),
    ],
)
def test_a_secret_that_was_made_at_random_is_good(proof: Proof, secret: str, tmp_path: Path) -> None:
    found = secrets_of(config(secret_env="PHONE", proof=proof), {"PHONE": secret}, tmp_path)

    assert found["phone"].get_secret_value() == secret


def test_without_sources_one_token_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"

    first, second = (secrets_of(IntakeFile(), {}, home) for _ in range(2))

    assert first == second
    assert len(first["default"].get_secret_value()) >= 43
    assert stat.S_IMODE((home / "intake.token").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["intake.token"]


def test_of_two_that_make_the_token_at_once_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = secrets_of(IntakeFile(), {}, tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: False)

    assert secrets_of(IntakeFile(), {}, tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["intake.token"]


def test_the_intake_file_is_read_and_its_errors_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "intake.yaml"
    path.write_text(
        "sources:\n  - {name: phone, road: sms_forwarder, proof: sign, secret_env: PHONE}\n", encoding="utf-8"
    )
    good = load_intake(path)
    path.write_text("sources:\n  - name: phone\n    road: pigeon\n    secret_env: PHONE\n", encoding="utf-8")

    assert good.sources[0].proof is Proof.SIGN
    assert load_intake(None) == IntakeFile()
    with pytest.raises(InputError, match=r"RUNBOOKS_INTAKE sources\.0\.road: .* line 3"):
        load_intake(path)
