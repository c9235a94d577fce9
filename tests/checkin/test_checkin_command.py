"""`runbooks checkin` and `runbooks links`: the button from a laptop, and the links for the operator."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

from tasks.checkin.page import routes
from tasks.cli.checkin import check_in, check_link, press
from tasks.cli.links import show_links
from tasks.config.settings import settings
from tasks.errors import InputError, SettingsError
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.intake_file import IntakeFile
from tests.checkin.checkin_samples import given

GOOD = "A" * 43
AWAY = RedirectResponse(f"http://198.51.100.1/checkin/{GOOD}", 307)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.fixture
def intake(ledger: Ledger) -> Iterator[int]:
    """The page on a real port of both loopback addresses; every other link leads elsewhere."""
    away = Route("/away/checkin/{token}", lambda _: AWAY, methods=["POST"])
    app = Starlette(routes=[*routes(IntakeFile()), away])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    first = socket.create_server(("127.0.0.1", 0))
    port: int = first.getsockname()[1]
    sockets = [first]
    if has_ipv6():
        sockets.append(socket.create_server(("::1", port), family=socket.AF_INET6))
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no address",
        f"ftp://runbooks.example.com/checkin/{GOOD}",
        f"file:///checkin/{GOOD}",
        f"https:///checkin/{GOOD}",
        "https://runbooks.example.com/checkin/short",
        "https://runbooks.example.com/",
        f"https://runbooks.example.com/alerts/{GOOD}",
        f"https://name:word@runbooks.example.com/checkin/{GOOD}",
        f"https://runbooks.example.com:port/checkin/{GOOD}",
        f"https://[::1/checkin/{GOOD}",
    ],
)
def test_what_is_no_check_in_link_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InputError) as refused:
        check_link(url)

    assert GOOD not in str(refused.value)


def test_a_link_is_taken_without_what_the_page_adds_to_it() -> None:
    assert check_link(f" https://runbooks.example.com/checkin/{GOOD}?lang=en#top ") == (
        f"https://runbooks.example.com/checkin/{GOOD}"
    )
    assert check_link(f"https://example.com/run/books/checkin/{GOOD}").endswith(f"/run/books/checkin/{GOOD}")


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 at all")
def test_a_laptop_checks_in_over_both_families_where_the_host_has_both(
    intake: int, ledger: Ledger, home: Path, incident: Incident, now: datetime, capsys: Any, monkeypatch: Any
) -> None:
    token, _ = given(ledger, home, incident.id, now)
    looked_up = socket.getaddrinfo

    def both(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        names = ("::1", "127.0.0.1") if host == "both.example.com" else (host,)
        return [info for name in names for info in looked_up(name, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    status = check_in(f"http://both.example.com:{intake}/checkin/{token}")

    said = capsys.readouterr().out
    assert (status, {one.address for one in ledger.checkin_links(incident.id)}) == (0, {"127.0.0.1", "::1"})
    assert ("recorded: IPv4 127.0.0.1" in said, "recorded: IPv6 ::1" in said) == (True, True)


def test_a_link_that_was_used_and_one_that_never_was_are_told(
    intake: int, ledger: Ledger, home: Path, incident: Incident, now: datetime, capsys: Any
) -> None:
    token, _ = given(ledger, home, incident.id, now)
    base = f"http://127.0.0.1:{intake}/checkin"

    statuses = [check_in(f"{base}/{token}"), check_in(f"{base}/{token}"), check_in(f"{base}/{GOOD}")]

    said = capsys.readouterr()
    assert statuses == [0, 3, 3]
    assert "recorded: IPv4 127.0.0.1" in said.out
    assert ("was used already" in said.err, "does not work" in said.err) == (True, True)
    assert token not in said.out + said.err


def test_a_redirect_to_another_host_is_not_followed(intake: int, home: Path, capsys: Any) -> None:
    said = press(f"http://127.0.0.1:{intake}/away/checkin/{GOOD}", "IPv4")

    assert said == {"outcome": "HTTP 307"}


def test_a_host_that_is_not_there_is_told(home: Path, capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    assert check_in(f"http://127.0.0.1:{port}/checkin/{GOOD}") == 3
    assert "ConnectError" in capsys.readouterr().err


def test_links_are_shown_to_the_operator_with_what_was_seen(
    ledger: Ledger, home: Path, incident: Incident, now: datetime, capsys: Any, monkeypatch: Any
) -> None:
    (home / "intake.yaml").write_text("public_url: https://runbooks.example.com\n", encoding="utf-8")
    monkeypatch.setenv("RUNBOOKS_INTAKE", str(home / "intake.yaml"))
    settings.cache_clear()
    ledger.bind_run(incident.id, "run-1", now)
    _, used = given(ledger, home, incident.id, now, "Li")
    given(ledger, home, incident.id, now, "")
    ledger.use_checkin(used.token_hash, address="2001:db8::7", at=now)

    status = show_links(incident.id, lang="en")

    lines = capsys.readouterr().out.splitlines()
    links = [line.strip() for line in lines if "https://runbooks.example.com/checkin/" in line]
    assert (status, len(set(links))) == (0, 2)
    assert any(line.strip().startswith("The holder of the unnamed link · until") for line in lines)
    assert any("Li checked in" in line and line.endswith("2001:db8::7") for line in lines)


def test_links_that_can_not_be_are_refused_with_the_mend(
    ledger: Ledger, home: Path, incident: Incident, now: datetime, monkeypatch: Any
) -> None:
    ledger.bind_run(incident.id, "run-1", now)

    with pytest.raises(SettingsError, match="names no public_url"):
        show_links(incident.id, lang="en")
    (home / "intake.yaml").write_text("public_url: https://runbooks.example.com\n", encoding="utf-8")
    monkeypatch.setenv("RUNBOOKS_INTAKE", str(home / "intake.yaml"))
    settings.cache_clear()
    with pytest.raises(InputError, match="has no links yet"):
        show_links(incident.id, lang="en")
    ledger.close_incident(incident.id, "ignored", now)
    with pytest.raises(InputError, match="is closed"):
        show_links(incident.id, lang="en")
