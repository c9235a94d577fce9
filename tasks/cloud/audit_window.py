"""One span of the audit log, as short as the API takes it, page by page."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tasks.cloud.api import Answer, Api, Call
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.cloud.mask import mask_answer
from tasks.cloud.products import CLOUDAUDIT


def read_window(
    cloud: Api, start: datetime, end: datetime, attributes: Sequence[tuple[str, str]], *, location: bool
) -> Iterator[tuple[Answer, bool]]:
    """The answers, masked, each with whether it is the last one.

    Args:
        location: whether the vendor's place of the address is wanted.
    """
    params: dict[str, Any] = {
        "StartTime": int(start.timestamp()),
        "EndTime": int(end.timestamp()),
        "MaxResults": EVENTS_PER_PAGE,
        "IsReturnLocation": int(location),
    }
    if attributes:
        params["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value} for key, value in attributes]
    call = Call(CLOUDAUDIT, "DescribeEvents", params, require=("Events", "ListOver"))
    token: int | None = None
    while True:
        answer = cloud.call(call if token is None else call.with_params({"NextToken": token}))
        following = answer.body.get("NextToken")
        over = bool(answer.body["ListOver"]) or following in (None, 0, "", token)
        yield mask_answer(answer), over
        if over:
            return
        token = int(following)  # type: ignore[arg-type]  # it passes 2^53, so it is never a float
