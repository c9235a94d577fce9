"""The state file: the whole cloud, written anew after each write."""

import os
import tempfile
from pathlib import Path

from tasks.sandbox.world import World


def save(world: World, path: Path) -> None:
    """Write the state so that a reader sees the old or the new, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(world.model_dump_json())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path) -> World | None:
    """Read the state, if there is one."""
    return World.model_validate_json(path.read_text("utf-8")) if path.exists() else None
