"""Console sessions that begin by assuming a role: what the audit log says of them.

Whoever switches to a role in the console, of this account or from another one, or comes by single sign-on, gets there
by an operation of STS, and three of those are audited (Tencent Cloud, page product/629/96532, read 2026-11-28). A
record says whether the call came from the console or from a program (`eventType`, tencentcloud.com 1021/40499), and
only the former is somebody's session. No page says how a switch is written down; one that stands there as a program's
call can't be told from one. A session that has a `ConsoleLogin` of its own, as of the role, is a login like any other.
"""

from tasks.model.audit import AuditEvent
from tasks.model.principal import Principal, PrincipalKind

ROLE_SESSIONS = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
"""Names of the operations, as the audit log has them."""


def is_role_session(event: AuditEvent) -> bool:
    """Whether a record is a console session that began by a role."""
    return event.name in ROLE_SESSIONS and event.console is True and event.succeeded


def role_of(event: AuditEvent) -> str:
    """The role that was assumed, as the request names it; empty where the record does not say."""
    return next((name.rpartition("/")[2] or name for name in event.targets), "")


def with_actor(event: AuditEvent) -> AuditEvent:
    """The record as of its role, where it names nobody: who comes by single sign-on has no identity of the account."""
    if event.actor.uin or event.actor.name:
        return event
    role = Principal(kind=PrincipalKind.ROLE, uin="", name=role_of(event))
    return event.model_copy(update={"actor": role})
