"""What carries the SDK's signed requests where no proxy stands between: `urllib3` by itself.

The SDK sends by way of `requests`, which spends more on a call than the call itself does, makes a new set of trusted
certificates for each of its clients, follows redirects and writes the signed headers into the debug log.
"""

import ssl
from functools import cache
from http.client import HTTPException
from typing import Any, NamedTuple

import certifi
import urllib3
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from urllib3.exceptions import HTTPError

ENCODINGS = "gzip, deflate"


class HttpReply(NamedTuple):
    """As much of an answer as the SDK looks at.

    Args:
        headers: left empty, so that the SDK does not read the body for an error, for we read it anyway.
    """

    status_code: int
    content: bytes
    headers: dict[str, str]


class Transport:
    """One kept connection to one host; takes the place of the SDK's `ApiRequest`, and serves one caller at a time."""

    def __init__(self, base_url: str, timeout_s: float) -> None:
        secure = {"ssl_context": _trusted()} if base_url.startswith("https:") else {}
        self._pool = urllib3.connection_from_url(base_url, timeout=timeout_s, maxsize=1, retries=False, **secure)

    def send_request(self, request: Any) -> HttpReply:
        """Send a request of the SDK, and read the whole answer.

        Raises:
            TencentCloudSDKException: as the SDK itself reports that there was no answer.
        """
        headers = {**request.header, "Accept-Encoding": ENCODINGS}
        try:
            answer = self._pool.urlopen(request.method, request.uri, request.data, headers, redirect=False)
        except (HTTPError, HTTPException, OSError, ValueError) as exc:
            raise TencentCloudSDKException("ClientNetworkError", f"{type(exc).__name__}: {exc}") from exc
        return HttpReply(answer.status, answer.data, {})


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that `requests` trusts, read once, for that takes longer than a call."""
    return ssl.create_default_context(cafile=certifi.where())
