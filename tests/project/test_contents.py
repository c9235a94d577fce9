"""What no file of the repository may hold."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
# Written in two parts, so that this file holds none of them either.
REGISTRIES = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")))
INDEX = re.compile(
    r"(?i)--(?:extra-)?index" + r"-url|(?<![a-z])index" + r"[-_]url\s*=|_INDEX" + r"_URL|registry\s*=\s*[\"']?https?:"
)
FOLDERS = re.compile(r"(?<![\w.}~$*/-])/(?:work|tmp)" + r"/")


@cache
def tracked() -> dict[str, str]:
    """Every tracked file that is text, as it lies here; what is packed is looked into where it is unpacked."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name and not name.endswith(".tar.xz")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths if path.is_file()}


def here() -> set[str]:
    """Hosts of the registry that this machine installs from, which is nobody's business."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    words = [*re.findall(r"https?://[^\s'\"]+", listed.stdout), os.environ.get("UV_DEFAULT_INDEX", "")]
    return {host for word in words if (host := urlsplit(word).hostname)}


def test_there_are_files_to_look_into() -> None:
    assert {"README.md", "constraints.txt", ".ci/run", "prefect.yaml", "tests/project/test_contents.py"} <= set(
        tracked()
    )


def test_no_file_names_a_registry() -> None:
    hosts = {*REGISTRIES, *here()}
    found = {name for name, text in tracked().items() if INDEX.search(text) or any(host in text for host in hosts)}

    assert found == set()


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert {name for name, text in tracked().items() if FOLDERS.search(text)} == set()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("open('/" + "tmp/x')", True),
        ("see /" + "work/notes.md", True),
        ("Path(tmp)/'x', var/" + "tmp/x", False),
        ("https://example.com/" + "work/item", False),
    ],
)
def test_a_folder_of_one_machine_is_told_from_others(text: str, named: bool) -> None:  # noqa: FBT001 - pytest passes it
    assert bool(FOLDERS.search(text)) is named
