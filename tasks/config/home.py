"""The folder in which everything of ours is kept."""

import os
from pathlib import Path

from tasks.config.settings import settings
from tasks.errors import SettingsError


def home() -> Path:
    """`RUNBOOKS_HOME`, absolute."""
    return settings().home.expanduser().absolute()


def make_home() -> Path:
    """`RUNBOOKS_HOME`, there to be written.

    Raises:
        SettingsError: it can't be.
    """
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as exc:
        raise SettingsError(
            "RUNBOOKS_HOME", f"{folder} can't be made ({exc.strerror}); name a folder of yours"
        ) from exc
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise SettingsError("RUNBOOKS_HOME", f"{folder} can't be written; name a folder of yours")
    return folder
