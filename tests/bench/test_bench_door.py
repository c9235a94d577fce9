"""The bench of the door: strangers press as they should, and its table tells what became of proven alerts."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tasks.bench import door
from tasks.bench.door import DoorRow, bench_round, summary
from tasks.bench.serve import Serving
from tasks.bench.strangers import Done, Strangers, strangers_apart
from tasks.serving.crowd import Crowd
from tasks.serving.http_server import ended, listen, web
from tests.waiting import until

TOKEN = "example-token"


@contextmanager
def intake() -> Iterator[int]:
    """A server on a thread that takes what has the token; gives its port."""
    told, stop = threading.Event(), asyncio.Event()
    listener = listen("127.0.0.1", 0)
    loops = list[asyncio.AbstractEventLoop]()

    async def alerts(request: Request) -> JSONResponse:
        proven = request.headers.get("authorization") == f"Bearer {TOKEN}"
        return JSONResponse({}, 202 if proven else 401)

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        server = web([Route("/alerts/default", alerts, methods=["POST"])], crowd=Crowd())
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        told.set()
        await stop.wait()
        await ended(server, serving)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    told.wait()
    try:
        yield listener.getsockname()[1]
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()
        listener.close()


def test_strangers_press_in_all_three_ways_and_proven_alerts_are_taken_beside_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "PAUSE_S", 0.0)
    with intake() as port, strangers_apart(port, Strangers(half_open=3, endless=1, guesses=100)) as done:
        ours = Serving(port, TOKEN, Path(), os.getpid(), os.getpid(), "")
        until(lambda: done().opened >= 3 and done().poured > 0 and done().guessed > 3)

        row = bench_round(ours, {"ip": "203.0.113.7"}, 3, "strangers", done)
        wrong = bench_round(ours._replace(token="wrong"), {}, 2, "quiet", Done)

    assert (len(row.taken_s), row.lost) == (3, 0)
    assert (wrong.taken_s, wrong.lost, wrong.done) == ((), 2, Done())


def row(way: str, *taken_s: float, lost: int = 0) -> DoorRow:
    return DoorRow(way=way, taken_s=taken_s, lost=lost, done=Done(1200, 4_000_000, 3000, 7), seconds=2.0, cpu=0.5)


def test_a_row_tells_times_and_what_strangers_did() -> None:
    cells = row("strangers", 0.1, 0.2, 0.3, lost=1).line.split()

    assert cells == ["strangers", "3", "1", "200", "290", "300", "1200", "4.0", "1500", "7", "50"]


@pytest.mark.parametrize(("taken", "p95"), [((), 0.0), ((0.4,), 0.4), (tuple(n / 100 for n in range(1, 102)), 0.96)])
def test_the_95th_percentile_is_of_those_that_were_taken(taken: tuple[float, ...], p95: float) -> None:
    assert row("quiet", *taken).p95_s == pytest.approx(p95)


def test_rounds_are_summed_up_by_their_median_with_the_best_and_the_worst() -> None:
    rows = [row("quiet", 0.1), row("quiet", 0.3, lost=2), row("quiet", 0.2)]

    assert summary(rows) == ("quiet: p95 of 3 rounds: median 200 ms, from 100 to 300; 2 of 5 alerts not taken at once")
