"""Where the senders' secrets come from."""

import stat
from pathlib import Path

import pytest

from tasks.config.intake_file import load_intake
from tasks.errors import InputError, SettingsError
from tasks.intake.secret_store import secrets_of
from tasks.model.intake_file import IntakeFile, IntakeSource, Proof

GOOD = "example-secret-0123"


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
