"""The check-in page: GET shows a button and decides nothing; POST records the address that it was pressed from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from typing import Protocol

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tasks.checkin.guard import TOKEN, UNKNOWN_PER_MINUTE, headers_for, is_form, is_own_form, language
from tasks.errors import LedgerError
from tasks.intake.client_address import client_of, device_of
from tasks.intake.limits import TooMuch, body_of, check_headers
from tasks.intake.wrong_tries import WrongTries
from tasks.model.address import is_internal, parse_address
from tasks.model.base import Lang
from tasks.model.checkin import CheckedIn, CheckInPage, CheckInView
from tasks.model.intake_file import IntakeFile

BODY_MAX = 1024
"""Bytes; a button sends none."""
RETRY_S = 5
"""Seconds after which a ledger that was busy may be tried again."""
JSON = "application/json"

Render = Callable[[CheckInView, Lang], str]
STATUS = {"recorded": HTTPStatus.OK, "used": HTTPStatus.GONE, "gone": HTTPStatus.NOT_FOUND}


class CheckInDesk(Protocol):
    """What keeps the links."""

    async def show(self, token: str) -> CheckInPage | None:
        """What the holder may see; None for a link that does not work, whatever the reason."""

    async def check_in(self, token: str, address: str, at: datetime, *, again: bool) -> CheckedIn:
        """Record the first use of a link; with `again` also give a link for the other address family."""

    async def follow(self, token: str) -> None:
        """Tell the run that waits; called after the holder was answered, and raises nothing."""


@dataclass
class _Counter:
    """One intake's check-in."""

    config: IntakeFile
    desk: CheckInDesk
    render: Render
    tries: WrongTries = field(default_factory=lambda: WrongTries(UNKNOWN_PER_MINUTE))

    def address(self, request: Request) -> str:
        """Where the request came from, behind declared proxies only."""
        return client_of(self.config, request)

    @property
    def origin(self) -> str | None:
        """Scheme and host that people reach us by."""
        url = self.config.public_url
        if url is None:
            return None
        default = {"http": 80, "https": 443}.get(url.scheme)
        return f"{url.scheme}://{url.host}" + ("" if url.port in (None, default) else f":{url.port}")

    def page(
        self,
        request: Request,
        view: CheckInView,
        status: HTTPStatus,
        *,
        after: BackgroundTask | None = None,
        wait_s: float = 0,
    ) -> Response:
        """A page in the reader's language, with headers that allow it nothing."""
        lang = language(request)
        if view.state == "ask":
            view = view.model_copy(update={"other": "?lang=zh" if lang == "en" else "?lang=en"})
        html = self.render(view, lang)
        retry = {"Retry-After": str(ceil(wait_s))} if wait_s else {}
        return HTMLResponse(html, status, headers_for(html) | {"Content-Language": lang} | retry, background=after)

    async def show(self, request: Request) -> Response:
        """GET and HEAD: nothing changes, however often a scanner or a preview comes."""
        token = request.path_params["token"]
        try:
            page = await self.desk.show(token) if TOKEN.match(token) else None
        except LedgerError:
            return self.busy(request, HTTPStatus.SERVICE_UNAVAILABLE, RETRY_S)
        if page is None:
            return self.no_link(request) or self.page(request, CheckInView(state="gone"), HTTPStatus.NOT_FOUND)
        if page.used:
            return self.page(request, CheckInView(state="used"), HTTPStatus.GONE)
        return self.page(request, CheckInView(state="ask", page=page), HTTPStatus.OK)

    async def press(self, request: Request) -> Response:
        """POST: the address is recorded, once."""
        refused = await self._refused(request)
        if refused is not None:
            return self.page(request, CheckInView(state="refused"), refused)
        try:
            return await self._pressed(request, request.path_params["token"])
        except LedgerError:
            return self.busy(request, HTTPStatus.SERVICE_UNAVAILABLE, RETRY_S)

    async def _refused(self, request: Request) -> HTTPStatus | None:
        """Why a POST is not even looked at; None where it is."""
        try:
            check_headers(request)
            if len(await body_of(request)) > BODY_MAX:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except TooMuch as exc:
            return exc.status
        if not is_own_form(request, self.origin):
            return HTTPStatus.FORBIDDEN
        if not is_form(request):
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return None if self.address(request) else HTTPStatus.BAD_REQUEST

    async def _pressed(self, request: Request, token: str) -> Response:
        by_program = request.headers.get("accept", "").strip() == JSON
        done = CheckedIn(outcome="gone")
        if TOKEN.match(token):
            device = device_of(self.config, request)
            done = await self.desk.check_in(token, device, datetime.now(UTC), again=by_program)
        if done.outcome == "gone" and (wait := self.no_link(request)) is not None:
            return wait
        after = BackgroundTask(self.desk.follow, token) if done.outcome == "recorded" else None
        if by_program:
            told = done.model_dump(exclude_none=True)
            return JSONResponse(told, STATUS[done.outcome], headers_for(""), background=after)
        view = CheckInView(state=done.outcome, address=_public(done.address))
        return self.page(request, view, STATUS[done.outcome], after=after)

    def no_link(self, request: Request) -> Response | None:
        """Count a link that does not exist; what is said where there were too many of them, None where there were not.

        Only then: behind the same address there may be somebody whose link is right.
        """
        address = self.address(request)
        wait_s = self.tries.wait_s(address)
        self.tries.note(address)
        return self.busy(request, HTTPStatus.TOO_MANY_REQUESTS, wait_s) if wait_s else None

    def busy(self, request: Request, status: HTTPStatus, wait_s: float) -> Response:
        """The page that asks to come again."""
        return self.page(request, CheckInView(state="busy"), status, wait_s=wait_s)


def _public(address: str) -> str:
    """The address, if the world knows a device by it; else nothing."""
    found = parse_address(address)
    return "" if found is None or is_internal(found) else address


def checkin_routes(config: IntakeFile, desk: CheckInDesk, render: Render) -> list[Route]:
    """Routes for `GET` and `POST /checkin/{token}`.

    Args:
        config: the intake file: whose `X-Forwarded-For` is believed, and what people reach us by.
        desk: keeps the links.
        render: prints a page.
    """
    counter = _Counter(config, desk, render)
    return [
        Route("/checkin/{token}", counter.show, methods=["GET"], name="checkin"),
        Route("/checkin/{token}", counter.press, methods=["POST"], name="check_in"),
    ]
