"""The string by which the embedded server knows us and its people, and by which it proves to us that it is ours."""

import hashlib
import hmac
import secrets
from pathlib import Path

from tasks.engine.server.note import read_note, server_folder
from tasks.errors import EngineError
from tasks.intake.secret_file import make_once

FILE_NAME = "auth"
USER = "runbooks"
BYTES = 32
"""256 bits: nobody guesses it."""
PROOF_PATH = "/runbooks/proof"
SIGN_IN_PATH = "/sign-in"


def secret_file(home: Path) -> Path:
    """Where the string lies, readable by its owner only."""
    return server_folder(home) / FILE_NAME


def auth_string(home: Path) -> str:
    """The string of a home's server, such as Prefect takes it: a name, a colon and a password; made once.

    Raises:
        EngineError: it can't be read or made.
    """
    path = secret_file(home)
    try:
        make_once(path, lambda: f"{USER}:{secrets.token_urlsafe(BYTES)}\n".encode("ascii"))
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise EngineError(f"The string that opens Prefect's server can't be read from {path}: {error}") from error


def auth_of(home: Path, api_url: str) -> str | None:
    """The string for the server at an address, where that is the home's own; nothing is given to another one."""
    note = read_note(home)
    ours = note is not None and api_url.rstrip("/") == f"http://127.0.0.1:{note.port}/api"
    return auth_string(home) if ours else None


def proof(auth: str, port: int, nonce: str) -> str:
    """What only who knows the string can say of a nonce; of this port, so that nobody passes another one's on."""
    return hmac.new(auth.encode("ascii"), f"{port} {nonce}".encode(), hashlib.sha256).hexdigest()


def sign_in_url(home: Path, ui_url: str) -> str | None:
    """A link that signs a browser in; the string stands behind the #, which no browser sends to anybody.

    None where the server is not the home's own.
    """
    auth = auth_of(home, f"{ui_url}/api")
    return f"{ui_url}{SIGN_IN_PATH}#{auth}" if auth else None
