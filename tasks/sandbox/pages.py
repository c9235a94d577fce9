"""The pages for people: a stand-in for the web console, where the steps that have no API are done by hand."""

import hmac
import html
import secrets
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from tasks.sandbox.acts import press
from tasks.sandbox.engine import Engine
from tasks.sandbox.find import root

FORM_MAX = 4096  # bytes; a token and a name fit in a tenth of it
LABELS = {
    "change_password": ("修改登录密码", "Change the password"),
    "enable_offsite_protection": ("开启异地登录保护", "Turn off-site login protection on"),
    "enable_login_protection": ("开启登录保护", "Turn login protection on"),
    "enable_operation_protection": ("开启操作保护", "Turn operation protection on"),
    "log_out_sessions": ("下线所有登录状态", "Log out all sessions"),
    "disable_access_key": ("禁用全部 API 密钥", "Disable all access keys"),
}
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>控制台 · Console (sandbox)</title>
<style>body{{font:16px sans-serif;max-width:40em;margin:2em auto}}button{{margin:.2em 0;padding:.4em 1em}}</style>
<h1>控制台（沙箱） · Console (sandbox)</h1>
<p>主账号 {uin} 的安全设置。这里没有真实的云。<br>Security settings of main account {uin}. No real cloud is here.</p>
<p>异地登录保护 · off-site protection: <b>{offsite}</b>; 登录保护 · login: <b>{login}</b>;
操作保护 · operation: <b>{operation}</b></p>
<p>{done}</p>
{forms}</html>
"""
FORM = """<form method="post" action="/console/{step}"><input type="hidden" name="token" value="{token}">
<input type="hidden" name="principal" value="root"><button>{zh} · {en}</button></form>"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Console:
    """The console's page and its buttons, which only this very page can press."""

    def __init__(self, engine: Engine, origin: Callable[[], str]) -> None:
        self._engine = engine
        self._origin = origin
        self._token = secrets.token_urlsafe(32)

    async def show(self, request: Request) -> Response:
        """Show the page."""
        person, cloud = root(self._engine.world.cloud), self._engine.world.cloud
        done = LABELS.get(request.query_params.get("done", ""))
        text = PAGE.format(
            uin=cloud.uin,
            offsite=_state(on=cloud.offsite.verify),
            login=_state(on=bool(person.login_check)),
            operation=_state(on=bool(person.action_check)),
            done=html.escape(f"✓ {done[0]} · {done[1]}") if done else "",
            forms="\n".join(
                FORM.format(step=step, token=self._token, zh=zh, en=en) for step, (zh, en) in LABELS.items()
            ),
        )
        return HTMLResponse(text, headers=HEADERS)

    async def press(self, request: Request) -> Response:
        """Do one step, if the page itself asks for it."""
        body = await request.body()
        form = parse_qs(body.decode("utf-8", "replace")) if len(body) <= FORM_MAX else {}
        given = form.get("token", [""])[0]
        if not self._same_origin(request) or not hmac.compare_digest(given.encode(), self._token.encode()):
            return PlainTextResponse("This button can be pressed only from /console itself.", 403)
        step = request.path_params["step"]
        try:
            press(self._engine, step, form.get("principal", ["root"])[0])
        except LookupError as error:
            return PlainTextResponse(str(error.args[0]), 404)
        return RedirectResponse(f"/console?done={step}", 303)

    def _same_origin(self, request: Request) -> bool:
        """Compare with what we listen on, never with the Host header, which a rebound name could choose."""
        sent = request.headers.get("Origin") or request.headers.get("Referer", "")
        try:
            parts = urlsplit(sent)
        except ValueError:
            return False
        return f"{parts.scheme}://{parts.netloc}" == self._origin()


def _state(*, on: bool) -> str:
    return "已开启 on" if on else "未开启 off"
