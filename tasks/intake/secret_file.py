"""Files that hold a secret of our own."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile


def make_once(path: Path, content: Callable[[], bytes]) -> None:
    """Make the file where there is none, whole or not at all, for its owner's eyes.

    Of two processes that begin together one wins; both find what it made.

    Raises:
        OSError: it can't be made.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}-") as file:  # mode 0600
        file.write(content())
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
