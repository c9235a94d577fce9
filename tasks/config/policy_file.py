"""The policy file of an account."""

import logging
from pathlib import Path

from tasks.config.yaml_file import load_yaml
from tasks.errors import InputError
from tasks.model.policy import Policy

log = logging.getLogger("runbooks.policy")


def load_policy(path: Path | None) -> Policy:
    """Read the policy; without a path the safe defaults hold.

    Raises:
        InputError: the file can't be read or is wrong; names the line.
    """
    return Policy() if path is None else load_yaml(path.expanduser(), Policy, what="RUNBOOKS_POLICY")


class CurrentPolicy:
    """The policy file, read again when it changes; a wrong one leaves the last good one in force."""

    def __init__(self, path: Path | None) -> None:
        self._path = path.expanduser() if path else None
        self._stamp = self._changed()
        self._policy = load_policy(self._path)

    def __call__(self) -> Policy:
        """The policy in force now."""
        stamp = self._changed()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._policy = load_policy(self._path)
                log.warning("the policy file was read again")
            except InputError as error:
                log.error("the policy file was changed and is wrong; the last good one stays in force: %s", error)  # noqa: TRY400 - one line
        return self._policy

    def _changed(self) -> int:
        return self._path.stat().st_mtime_ns if self._path is not None and self._path.exists() else 0
