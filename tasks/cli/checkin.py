"""Checking in from a laptop: the button of a check-in link, pressed by a program."""

import re
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx

from tasks.cli.terminal import complain, tell
from tasks.errors import InputError

LINK = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/checkin/[A-Za-z0-9_-]{43}")
TIMEOUT_S = 10.0
FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
FAMILIES = {"IPv4": (socket.AF_INET, "0.0.0.0"), "IPv6": (socket.AF_INET6, "::")}  # noqa: S104 - where calls come from
"""Of each address family: the socket's, and what a connection of it begins at."""

RECORDED, NOT_RECORDED = 0, 3
SAID = {
    "used": "链接已经用过，没有改变什么 · the link was used already, nothing was changed",
    "gone": "链接不可用 · the link does not work",
}


def check_link(url: str) -> str:
    """The link, if it is one.

    Raises:
        InputError: it is none.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise InputError("URL", "is no address; give the check-in link as you got it") from exc
    if parts.scheme not in ("http", "https") or not host or parts.username or not LINK.fullmatch(parts.path):
        raise InputError("URL", "is no check-in link; it looks like https://…/checkin/… with 43 characters at its end")
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def families_of(url: str) -> tuple[str, ...]:
    """The address families that the link's host has; both are tried where its name can't be looked up here."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = {info[0] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except OSError:
        return tuple(FAMILIES)
    return tuple(name for name, (family, _) in FAMILIES.items() if family in found)


def press(url: str, family: str) -> dict[str, Any]:
    """Press the button over one address family; follows no redirect, for the link is only its host's to know.

    Raises:
        httpx.HTTPError: nobody answered.
    """
    with httpx.Client(
        transport=httpx.HTTPTransport(local_address=FAMILIES[family][1]), timeout=TIMEOUT_S, follow_redirects=False
    ) as client:
        answered = client.post(url, headers=FORM, content=b"")
    if not answered.headers.get("content-type", "").startswith("application/json"):
        return {"outcome": f"HTTP {answered.status_code}"}
    said = answered.json()
    return said if isinstance(said, dict) else {"outcome": f"HTTP {answered.status_code}"}


def check_in(url: str) -> int:
    """Check in over IPv4 and IPv6, as far as there are both; returns the exit status."""
    link, recorded = check_link(url), False
    for family in families_of(link):
        try:
            said = press(link, family)
        except httpx.HTTPError as exc:
            complain(f"{family}: {type(exc).__name__}")
            continue
        if said.get("outcome") != "recorded":
            complain(SAID.get(str(said.get("outcome")), f"没有记录 · not recorded: {said.get('outcome')}"))
            break
        recorded = True
        tell(f"已记录 · recorded: {family} {said.get('address', '')}")
        if not said.get("again"):
            break
        link = f"{link.rpartition('/')[0]}/{said['again']}"
    return RECORDED if recorded else NOT_RECORDED
