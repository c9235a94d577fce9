"""The senders' secrets: from the environment, from files, or one token that is made here."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from tasks.errors import SettingsError
from tasks.intake.secret_file import make_once
from tasks.intake.secret_strength import is_guessable
from tasks.intake.signatures import webhook_key
from tasks.model.intake_file import IntakeFile, IntakeSource, Proof

SECRET_MIN = 16  # characters; a shorter one can be tried out
MAKE = "make one with `openssl rand -hex 32`"
TOKEN_BYTES = 32
TOKEN_FILE = "intake.token"  # noqa: S105 - a file's name
DEFAULT = IntakeSource(name="default", secret_file=Path(TOKEN_FILE))
"""The one sender that is known without an intake file: generic alerts, bearer token."""


def sources_of(config: IntakeFile) -> tuple[IntakeSource, ...]:
    """The senders that the file names; without any, the default one."""
    return config.sources or (DEFAULT,)


def secrets_of(config: IntakeFile, environ: Mapping[str, str], home: Path) -> dict[str, SecretStr]:
    """Read the secret of each sender, by the sender's name; the default sender's token is made if there is none.

    Args:
        config: the intake file.
        environ: the environment's variables.
        home: folder of our own files; paths in the file that are not absolute begin there.

    Raises:
        SettingsError: a secret is missing, too short, can be guessed or is not what its proof needs; the field and the
            mend are named.
    """
    if not config.sources:
        make_once(home / TOKEN_FILE, _new_token)
    return {source.name: SecretStr(_checked(source, _read(source, environ, home))) for source in sources_of(config)}


def _read(source: IntakeSource, environ: Mapping[str, str], home: Path) -> str:
    if source.secret_env is not None:
        return environ.get(source.secret_env, "").strip()
    path = home / (source.secret_file or Path(TOKEN_FILE)).expanduser()
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(_field(source), f"{path} can't be read; name a readable text file") from exc


def _checked(source: IntakeSource, secret: str) -> str:
    if not secret:
        raise SettingsError(_field(source), "the secret is empty or not set; set it")
    if len(secret) < SECRET_MIN:
        raise SettingsError(_field(source), f"the secret is shorter than {SECRET_MIN} characters; {MAKE}")
    if source.proof is Proof.BASIC and not all(secret.partition(":")):
        raise SettingsError(_field(source), "for basic the secret is `name:password`; write both")
    if source.proof is Proof.HMAC and webhook_key(secret) is None:
        raise SettingsError(_field(source), "what follows `whsec_` is not base64; copy the secret again")
    if is_guessable(secret.rpartition(":")[2] if source.proof is Proof.BASIC else secret, source.name):
        raise SettingsError(_field(source), f"the secret can be guessed; {MAKE}")
    return secret


def _field(source: IntakeSource) -> str:
    where = source.secret_env or f"secret_file {source.secret_file}"
    return f"RUNBOOKS_INTAKE source {source.name!r}, {where}"


def _new_token() -> bytes:
    return f"{secrets.token_urlsafe(TOKEN_BYTES)}\n".encode()
