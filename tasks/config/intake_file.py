"""The intake file of a process."""

from pathlib import Path

from tasks.config.yaml_file import load_yaml
from tasks.model.intake_file import IntakeFile


def load_intake(path: Path | None) -> IntakeFile:
    """Read who may bring alerts; without a path there is the default sender only.

    Raises:
        InputError: the file can't be read or is wrong; names the line.
    """
    return IntakeFile() if path is None else load_yaml(path.expanduser(), IntakeFile, what="RUNBOOKS_INTAKE")
