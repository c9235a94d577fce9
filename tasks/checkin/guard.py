"""What a check-in page demands of a request, and what it tells the browser to demand."""

import base64
import hashlib
import re
from urllib.parse import urlsplit

from starlette.requests import Request

from tasks.model.base import Lang

LANGS: dict[str, Lang] = {"zh": "zh", "en": "en"}

TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$")
"""256 bits in base64url; what is not that never was a link, and is not looked for."""

UNKNOWN_PER_MINUTE = 10
"""Links that don't exist, from one subscriber; a person mistypes once, a scanner never stops."""
FORM = "application/x-www-form-urlencoded"
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

HEADERS = {
    "Cache-Control": "no-store",
    # Not `no-referrer`: with that a browser writes `Origin: null` on our own form. Other sites get nothing either way.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Language",
}


def headers_for(page: str) -> dict[str, str]:
    """The headers of a page: nothing is loaded or run, and only its own style is applied."""
    style = STYLE.search(page)
    digest = base64.b64encode(hashlib.sha256((style[1] if style else "").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return HEADERS | {"Content-Security-Policy": policy}


def is_own_form(request: Request, public_origin: str | None) -> bool:
    """Whether the button was pressed on our own page, or by a program, and not by another site's page.

    Args:
        public_origin: what people reach the intake by, where a reverse proxy rewrites `Host`.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    if origin is None:
        return True  # every browser names the origin of a form; a program has no other site's page in it
    return origin == public_origin or _host_of(origin) == request.headers.get("host")


def _host_of(origin: str) -> str:
    """Host and port of an origin; empty where it is none, as `http://[` is not."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def is_form(request: Request) -> bool:
    """Whether the request says that it carries a form, as a browser's button does."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def language(request: Request) -> Lang:
    """The page's language: as the address says, else as the browser asks, else Chinese."""
    if (asked := LANGS.get(request.query_params.get("lang", ""))) is not None:
        return asked
    wishes = [_wish(part) for part in request.headers.get("accept-language", "").split(",")[:20]]
    fitting: list[tuple[float, Lang]] = [(weight, lang) for weight, lang in wishes if lang is not None and weight > 0]
    return max(fitting, key=lambda one: one[0])[1] if fitting else "zh"


def _wish(part: str) -> tuple[float, Lang | None]:
    tag, _, weight = part.strip().lower().partition(";")
    found = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", weight)
    return float(found[1]) if found else 1.0, LANGS.get(tag.partition("-")[0].strip())
