"""What strangers do to the server of the intake: real sockets, in one process."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tasks.intake.limits import TooMuch, body_of
from tasks.serving import guarded_protocol, http_server
from tasks.serving.crowd import Crowd
from tasks.serving.http_server import ended, listen, web

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /alerts/x HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n" % 16_384 + b"x" * 16_384 + b"\r\n"
SOME = 16 * 1024 * 1024  # what is read of an unwanted body is far less; the rest is what the system's buffers hold


class Door(NamedTuple):
    """A server, and what came through to its application.

    Args:
        asked: the path of each request.
        answering: set by the application, which answers `/slow` only once `go` is.
    """

    port: int
    crowd: Crowd
    asked: list[str]
    answering: asyncio.Event
    go: asyncio.Event
    early: socket.socket

    async def say(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        return reader, writer

    async def pour(self, begin: bytes, more: bytes) -> int:
        """Write on and on, and read nothing, until the connection is cut; return how much was written."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1)
        writer.write(begin)
        sent = 0
        with suppress(ConnectionError):
            while True:
                writer.write(more)
                await writer.drain()
                sent += len(more)
        writer.close()
        return sent

    async def heard(self, data: bytes) -> bytes:
        """All that is said until the connection ends."""
        reader, writer = await self.say(data)
        try:
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def door(
    crowd: Crowd | None = None, *, first: bytes = b"", others: Sequence[socket.socket] = ()
) -> AsyncIterator[Door]:
    """A server; what `early` says first, and others who say nothing, are there before it begins."""
    listener = listen("127.0.0.1", 0)
    early = socket.create_connection(listener.getsockname())
    early.sendall(first)
    for one in others:
        one.connect(listener.getsockname())
    made = Door(
        listener.getsockname()[1], Crowd() if crowd is None else crowd, [], asyncio.Event(), asyncio.Event(), early
    )

    async def healthz(request: Request) -> JSONResponse:
        made.asked.append(request.url.path)
        return JSONResponse({"x": "x" * 1000})

    async def slow(_: Request) -> JSONResponse:
        made.answering.set()
        await made.go.wait()
        return JSONResponse({})

    async def alerts(request: Request) -> JSONResponse:
        made.asked.append(request.url.path)
        if "refused" in request.headers:
            return JSONResponse({"error": "no"}, int(request.headers["refused"]))
        try:
            return JSONResponse({"got": len(await body_of(request))}, 202)
        except TooMuch as exc:
            return JSONResponse({"error": exc.reason}, exc.status)

    routes = [Route("/healthz", healthz), Route("/slow", slow), Route("/alerts/x", alerts, methods=["POST"])]
    server = web(routes, crowd=made.crowd)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield made
    finally:
        made.go.set()
        for one in (early, *others):
            one.close()
        await ended(server, serving)
        listener.close()


def at_the_door(play: Callable[[Door], Awaitable[None]], crowd: Crowd | None = None) -> None:
    async def whole() -> None:
        async with door(crowd) as made:
            await play(made)

    asyncio.run(whole())


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", b""),
        (b"POST /alerts/x HT", b"408"),
        (POST, b"408"),
        (POST + b"a: b\r\n" * 20, b"408"),
        (GET + b"GET", b"200"),
    ],
)
def test_a_half_open_request_is_ended(sent: bytes, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_protocol, "HEADERS_S", 0.05)
    monkeypatch.setattr(http_server, "KEPT_S", 0)

    async def whole() -> bytes:
        async with door(first=sent) as made:
            reader, writer = await asyncio.open_connection(sock=made.early)
            try:
                return await reader.read()
            finally:
                writer.close()

    answer = asyncio.run(whole())

    assert answer.rpartition(b"HTTP/1.1 ")[2][:3] == said
    assert (b"Connection: close" in answer) == (said == b"408")


def test_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_protocol, "ANSWERED_S", 0.2)

    async def play(door: Door) -> None:
        assert await door.pour(b"", GET * 100) > 0

    at_the_door(play)


@pytest.mark.parametrize("refused", [400, 401, 403, 404, 408, 413, 429, 431, 503])
def test_a_refusal_ends_the_connection_and_what_stands_behind_it_is_not_answered(refused: int) -> None:
    async def play(door: Door) -> None:
        head = POST + f"refused: {refused}\r\n".encode()
        answers = [
            await door.heard(head + b"Content-Length: 4\r\n\r\nbody" + GET),
            await door.heard(head + b"\r\n" + GET),
        ]

        assert [status(one) for one in answers] == [refused] * 2
        assert [one.lower().count(b"connection: close") for one in answers] == [1, 1]
        assert [one.count(b"HTTP/1.1 ") for one in answers] == [1, 1]
        assert door.asked == ["/alerts/x", "/alerts/x"]

    at_the_door(play)


def test_what_is_taken_leaves_the_connection_open() -> None:
    async def play(door: Door) -> None:
        last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        answer = await door.heard(POST + b"Content-Length: 4\r\n\r\nbody" + GET + last)

        assert answer.count(b"HTTP/1.1 ") == 3
        assert door.asked == ["/alerts/x", "/healthz", "/healthz"]

    at_the_door(play)


def test_an_endless_body_is_not_read_on() -> None:
    async def play(door: Door) -> None:
        sent = await door.pour(POST + CHUNKED, CHUNK)

        assert sent < SOME

    at_the_door(play)


def test_who_sends_too_much_may_read_so_before_the_connection_ends() -> None:
    async def play(door: Door) -> None:
        answer = await door.heard(POST + b"Content-Length: 180000\r\n\r\n" + b"x" * 180_000)

        assert status(answer) == 413
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"].startswith("body: send at most")

    at_the_door(play)


@pytest.mark.parametrize(
    "sent",
    [
        POST + b"Content-Length: 4\r\n" + CHUNKED + b"0\r\n\r\n" + GET,
        POST + b"Content-Length: 0\r\n" + CHUNKED + b"4\r\nbody\r\n0\r\n\r\n" + GET,
        POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody" + GET,
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + GET,
        POST + b"Host : y\r\n\r\n" + GET,
        POST + b"Host: y\r\n\r\n" + GET,
        b"\x16\x03\x01\x02" + GET,
    ],
)
def test_a_message_whose_end_is_in_doubt_is_refused_with_all_that_follows(sent: bytes) -> None:
    async def play(door: Door) -> None:
        answer = await door.heard(sent)

        assert (status(answer) in (400, 501), answer.count(b"HTTP/1.1 ")) == (True, 1)
        assert (b"connection: close" in answer.lower(), door.asked) == (True, [])

    at_the_door(play)


def test_rubbish_behind_an_answer_ends_the_connection_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    async def play(door: Door) -> None:
        answer = await door.heard(POST + b"refused: 401\r\n" + CHUNKED + CHUNK + b"no size\r\n")

        assert (status(answer) in (400, 401), answer.count(b"HTTP/1.1 ")) == (True, 1)

    at_the_door(play)

    assert caplog.text == ""


def test_half_open_connections_keep_nobody_out() -> None:
    async def play(door: Door) -> None:
        silent = [await door.say(b"" if n % 2 else POST + b"Content-Length: 9\r\n\r\n") for n in range(12)]
        answer = await door.heard(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        cut = [await silent[n][0].read() for n in range(9)]

        assert (status(answer), len(cut)) == (200, 9)
        for _, writer in silent:
            writer.close()

    at_the_door(play, Crowd(most=20, each=4))


def test_a_whole_request_is_read_before_others_that_came_with_it_take_its_place() -> None:
    """All have come before the server looks: asyncio would take hundreds of connections before it read one of them."""

    async def whole() -> bytes:
        async with door(Crowd(most=100, each=64), first=GET, others=[socket.socket() for _ in range(400)]) as made:
            reader, writer = await asyncio.open_connection(sock=made.early)
            try:
                return await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.close()

    assert status(asyncio.run(whole())) == 200


def test_where_every_place_is_being_answered_a_newcomer_is_told_to_come_again() -> None:
    async def play(door: Door) -> None:
        slow = await door.say(GET.replace(b"/healthz", b"/slow"))
        await door.answering.wait()
        refused = await door.heard(GET)
        door.go.set()
        answered = await slow[0].readuntil(b"\r\n\r\n")
        slow[1].close()

        assert (status(refused), status(answered)) == (503, 200)

    at_the_door(play, Crowd(most=1))
