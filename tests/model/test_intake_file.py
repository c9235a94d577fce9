"""The intake file: what is refused when it is read, and how that is said."""

from pathlib import Path

import pytest

from tasks.config.intake_file import load_intake
from tasks.errors import InputError


def read(tmp_path: Path, text: str) -> str:
    """What is wrong with a file of this text; empty where nothing is."""
    path = tmp_path / "intake.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load_intake(path)
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://runbooks.example.com", ""),
        ("https://example.com:8443/runbooks/", ""),
        ("http://127.0.0.1:8642", ""),
        ("http://localhost:8642", ""),
        ("http://[::1]:8642", ""),
        ("http://runbooks.example.com", "write https"),
        ("http://10.0.0.5:8642", "write https"),
        ("http://localhost.example.com", "write https"),
        ("https://ops:secret@runbooks.example.com", "leave them out"),
        ("https://ops@runbooks.example.com", "leave them out"),
        ("https://runbooks.example.com/?next=", "end it before"),
        ("https://runbooks.example.com/?", "end it before"),
        ("https://runbooks.example.com/#links", "end it before"),
        ("ftp://runbooks.example.com", "http"),
    ],
)
def test_what_links_begin_with_hides_them_on_their_way(url: str, says: str, tmp_path: Path) -> None:
    told = read(tmp_path, f"sources: []\npublic_url: '{url}'\n")

    assert (says in told, bool(told)) == (True, bool(says))
    assert ("RUNBOOKS_INTAKE public_url" in told, "line 2" in told) == (bool(says), bool(says))
    assert "secret" not in told


@pytest.mark.parametrize(
    ("network", "refused"),
    [
        ("127.0.0.1/32", False),
        ("192.0.2.0/24", False),
        ("10.0.0.0/8", False),
        ("2001:db8::/32", False),
        ("fc00::/7", False),
        ("0.0.0.0/0", True),
        ("::/0", True),
        ("0.0.0.0/1", True),
        ("128.0.0.0/1", True),
        ("8.0.0.0/7", True),
        ("2000::/3", True),
        ("fe00::/7", True),
    ],
)
def test_nobody_believes_the_whole_world(network: str, *, refused: bool, tmp_path: Path) -> None:
    told = read(tmp_path, f"trusted_proxies: ['192.0.2.1', '{network}']\n")

    assert (bool(told), "RUNBOOKS_INTAKE trusted_proxies.1" in told, "name theirs" in told) == (refused,) * 3
