"""What time it is in the cloud, by the Date of an answer to an unsigned request."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from tasks.cloud.client import LOOPBACK, ROOT_DOMAIN, TIMEOUT_S, Cloud
from tasks.errors import Silent

NAME = "sts:Date"  # no action: it names the call in an error


def cloud_time(cloud: Cloud) -> datetime:
    """The cloud's time, to the second; nothing is signed, so that a wrong clock is no reason to be refused.

    Raises:
        Silent: no answer, or none with a date.
    """
    url = cloud.endpoint or f"https://sts.{ROOT_DOMAIN[cloud.site]}"
    try:
        with requests.Session() as session:
            session.trust_env = not any(host in url for host in LOOPBACK)
            answer = session.get(url, timeout=TIMEOUT_S, allow_redirects=False)
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (requests.RequestException, KeyError, ValueError) as exc:
        raise Silent(NAME, "NoDate", type(exc).__name__) from exc
