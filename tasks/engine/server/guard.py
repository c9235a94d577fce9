"""What stands before Prefect's application: it answers only who asked for this server, and is shown in no frame.

A page of a stranger reaches loopback by a name that resolves to it; the browser then says that name, and is refused.
"""

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.engine.server.secret import PROOF_PATH, SIGN_IN_PATH, proof

HOSTS: Final = ("127.0.0.1", "localhost")
NONCE_MAX = 200
SIGN_IN = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>runbooks</title>
<p id="said">登录中… Signing in…</p>
<script>
  const said = document.getElementById("said");
  const signIn = async () => {
    const password = btoa(decodeURIComponent(location.hash.slice(1)));
    history.replaceState(null, "", location.pathname);
    const answer = await fetch("/api/admin/version", {headers: {Authorization: "Basic " + password}});
    if (!answer.ok) throw new Error(answer.statusText);
    localStorage.setItem("prefect-password", password);
    location.replace("/runs");
  };
  signIn().catch(() => { said.textContent = "没有登录：请用完整的链接。 Not signed in: use the whole link."; });
</script>
"""

_SCRIPT: Final = SIGN_IN.partition("<script>")[2].partition("</script>")[0]
SIGN_IN_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode("ascii")
"""The one script that stands in a page; those of Prefect 3.9.1 are files, of which the graph of a run makes code."""


def policy_of(port: int) -> str:
    """Content-Security-Policy under which Prefect's pages work: from here alone, in nobody's frame."""
    here = " ".join(f"{scheme}://{host}:{port}" for scheme in ("http", "ws") for host in HOSTS)
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {here}",
            f"script-src 'self' 'sha256-{SIGN_IN_HASH}' 'unsafe-eval' blob:",
            "worker-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """The application, for whoever asks for this server.

    Args:
        app: Prefect's.
        port: where it listens.
        auth: the string that opens it.
    """

    def __init__(self, app: ASGIApp, *, port: int, auth: str) -> None:
        self._app = _by_name(app)
        self._origins = {f"http://{host}:{port}" for host in HOSTS}
        self._port, self._auth = port, auth
        self._added = {
            "X-Frame-Options": "DENY",
            "Content-Security-Policy": policy_of(port),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse, one request."""
        if scope["type"] == "http":
            await self._answer(scope, receive, self._adding(send))
        elif scope["type"] == "websocket" and not self._from_here(scope):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._from_here(scope):
            await PlainTextResponse("This server answers pages of its own only.", 403)(scope, receive, send)
        elif scope["path"] == PROOF_PATH:
            await _by_name(self._proof(scope))(scope, receive, send)
        elif scope["path"] == SIGN_IN_PATH:
            await _by_name(HTMLResponse(SIGN_IN))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _from_here(self, scope: Scope) -> bool:
        """Whether no page of another origin asks; programs say none."""
        origin = Headers(scope=scope).get("origin")
        return origin is None or origin in self._origins

    def _proof(self, scope: Scope) -> PlainTextResponse:
        nonce = parse_qs(scope["query_string"].decode("latin-1")).get("nonce", [""])[0]
        if not 0 < len(nonce) <= NONCE_MAX:
            return PlainTextResponse("A nonce is needed.", 400)
        return PlainTextResponse(proof(self._auth, self._port, nonce))

    def _adding(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._added)
            await send(message)

        return sending


def _by_name(app: ASGIApp) -> ASGIApp:
    """The application, for whoever calls this machine by one of its own names."""
    return TrustedHostMiddleware(app, allowed_hosts=list(HOSTS), www_redirect=False)


def same(one: str, other: str) -> bool:
    """Whether two proofs are the same, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
