"""What the audit log shows of a person's steps in the web console."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.cloud.api import Api
from tasks.cloud.audit import ADDRESS, Attributes, Search, read
from tasks.errors import CloudError, Endless
from tasks.model.audit import AuditEvent
from tasks.model.place import Place

LONGEST_SESSION = timedelta(hours=48)
"""How long a console session lives at most: 设置登录保持时间 in tencentyun/qcloud-documents, noted November 2026."""

MAX_PAGES = 20
"""Pages read for one question, 50 events each."""


@dataclass(frozen=True)
class AuditCheck:
    """The audit log since a person was asked to do something.

    Args:
        suspect_ip: the address of the login in question; None where it is not known.
    """

    cloud: Api
    since: datetime
    until: datetime
    suspect_ip: str | None

    def done(self, uin: str, *names: str) -> list[AuditEvent] | CloudError:
        """Return what the principal did of these names, since, successfully."""
        found = self._read(self.since, ("PrincipalId", uin), *(("EventName", name) for name in names))
        return found if isinstance(found, CloudError) else [each for each in found if each.succeeded]

    def key_used(self, key_id: str) -> list[AuditEvent] | CloudError:
        """Return calls that the key signed since, and that were let in."""
        found = self._read(self.since, ("AccessKeyId", key_id))
        return found if isinstance(found, CloudError) else [each for each in found if each.succeeded]

    def still_in(self, uin: str) -> list[AuditEvent] | CloudError:
        """Return the principal's calls since from the suspect's address, or in a session that was used from there."""
        calls = self._read(self.since, ("PrincipalId", uin))
        if isinstance(calls, CloudError) or self.suspect_ip is None:
            return calls if isinstance(calls, CloudError) else []
        sessions = self._suspect_sessions(uin)
        if isinstance(sessions, CloudError):
            return sessions
        return [each for each in calls if each.ip == self.suspect_ip or each.session in sessions]

    def fresh_logins(self, uin: str) -> list[AuditEvent] | CloudError:
        """Return the principal's logins since from another address than the suspect's."""
        found = self.done(uin, "ConsoleLogin")
        return found if isinstance(found, CloudError) else [each for each in found if each.ip != self.suspect_ip]

    def _suspect_sessions(self, uin: str) -> set[str] | CloudError:
        found = self._read(self.since - LONGEST_SESSION, ("PrincipalId", uin), (ADDRESS, str(self.suspect_ip)))
        return found if isinstance(found, CloudError) else {each.session for each in found if each.session}

    def _read(self, since: datetime, *attributes: tuple[str, str]) -> list[AuditEvent] | CloudError:
        wanted: Attributes = attributes
        search = Search(since=since, until=self.until, attributes=wanted, location=False, max_pages=MAX_PAGES)
        try:
            found = read(self.cloud, search, place_of=lambda raw: Place(raw=raw), now=self.until)
        except CloudError as error:
            return error
        return list(found.events) if found.whole else Endless("cloudaudit:DescribeEvents", "TooMany")
