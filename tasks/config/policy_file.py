"""The policy file of an account."""

from pathlib import Path

from tasks.config.yaml_file import load_yaml
from tasks.model.policy import Policy


def load_policy(path: Path | None) -> Policy:
    """Read the policy; without a path the safe defaults hold.

    Raises:
        InputError: the file can't be read or is wrong; names the line.
    """
    return Policy() if path is None else load_yaml(path.expanduser(), Policy, what="RUNBOOKS_POLICY")
