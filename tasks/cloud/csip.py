"""Cloud Security Center: what it knows of the main account, and the alarms that it raised itself."""

from datetime import datetime
from typing import Any, NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.flags import switch
from tasks.cloud.mask import opened
from tasks.cloud.parse import PlaceOf
from tasks.cloud.products import CSIP
from tasks.cloud.users import LastLogin
from tasks.cloud.values import beijing, beijing_or_unix, line, rows, text
from tasks.model.facts import Alarm, Switch
from tasks.model.place import Place

ALARMS_MAX = 100  # of one call; the vendor's definition names no most


class RootState(NamedTuple):
    """The main account's last login and protections; nothing else tells them to a sub-user's credential."""

    last: LastLogin
    place: Place | None
    login: Switch
    operation: Switch


def root_state(cloud: Api, account: str, *, place_of: PlaceOf) -> RootState:
    """What is known of the main account; refused where the product is not switched on."""
    answer = cloud.call(Call(CSIP, "DescribeAccessKeyUserDetail", {"SubUin": account}, require=("User",)))
    user = answer.body["User"] if isinstance(answer.body["User"], dict) else {}
    where = " ".join(filter(None, (line(user.get("LoginLocation")).replace("-", " "), line(user.get("ISP")))))
    return RootState(
        LastLogin(beijing_or_unix(user.get("LoginTime")), text(user.get("LoginIP")) or None),
        place_of(where) if where else None,
        switch(user.get("LoginFlag")),
        switch(user.get("ActionFlag")),
    )


def alarms(cloud: Api, *, since: datetime, until: datetime) -> list[Alarm]:
    """Alarms on accounts and keys within the span, newest first, at most 100."""
    span = {"StartTime": beijing(since), "EndTime": beijing(until), "Limit": ALARMS_MAX, "Offset": 0}
    answer = cloud.call(Call(CSIP, "DescribeAccessKeyAlarm", {"Filter": span}, require=("Data",)))
    return [_alarm(row) for row in rows(answer.body, "Data")]


def _alarm(row: dict[str, Any]) -> Alarm:
    login = _login_of(row.get("Evidence"))
    when = row.get("LastAlarmTimestamp") or row.get("LastAlarmTime")
    return Alarm(
        id=text(row.get("ID")),
        rule=line(row.get("RuleKey") or row.get("Name")),
        level=row["Level"] if isinstance(row.get("Level"), int) else 0,
        ip=text(login.get("Ip")),
        at=beijing_or_unix(login.get("LoginTime")) or beijing_or_unix(when),
    )


def _login_of(evidence: Any) -> dict[str, Any]:
    """The login in an AbnormalLogin alarm's evidence, which is JSON in a string."""
    found = opened(evidence) if isinstance(evidence, str) else evidence
    logins = rows(found, "Login") if isinstance(found, dict) else []
    return logins[0] if logins else {}
