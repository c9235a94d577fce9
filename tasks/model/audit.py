"""CloudAudit records, parsed and masked."""

from tasks.model.address import Ip
from tasks.model.base import Line, Moment, Value
from tasks.model.place import Place
from tasks.model.principal import Principal


class ResourceRef(Value):
    """A cloud resource that an event names.

    Args:
        kind: the audit log's resource type, such as `cvm`.
        name: its id or name.
    """

    kind: Line
    name: Line
    region: Line = ""


class AuditEvent(Value):
    """One CloudAudit record without its secrets.

    Args:
        service: the audit log's resource type of the called product, such as `cam`; lower case.
        name: the event's name as logged; console names differ from API names.
        title: the event's Chinese name.
        actor: who called; `account` is the main uin.
        access_key: SecretId that signed the call (temporary ones too), empty for none.
        console: whether the call came through the web console (else API).
        write: whether it changes anything; None where the record does not say.
        sensitive: whether Tencent itself marks it as sensitive.
        succeeded: False where the record says that it was refused or failed.
        error: the error code where it failed.
        mfa: whether the session had passed multi-factor authentication; None where unknown.
        created: ids that the answer names as made by the call: users, keys, roles, policies, instances.
        targets: ids and names of users, roles, keys and policies that the request names.
        session: sha256 (first 16 hex) of the session token, to tell sessions apart; empty where none.
        parsed: False where the inner record could not be read and only the outer fields are here.
    """

    id: str
    at: Moment
    service: str
    name: Line
    title: Line = ""
    actor: Principal
    account: str = ""
    ip: Ip = ""
    place: Place | None = None
    region: Line = ""
    access_key: str = ""
    console: bool | None = None
    write: bool | None = None
    sensitive: bool = False
    succeeded: bool = True
    error: Line = ""
    mfa: bool | None = None
    resources: tuple[ResourceRef, ...] = ()
    created: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    session: str = ""
    user_agent: Line = ""
    request_id: str = ""
    parsed: bool = True
