"""What the watcher of logins remembers, and what it says."""

from enum import StrEnum

from pydantic import Field

from tasks.model.base import Line, Moment, Sentence, Value
from tasks.model.delivery import Receipt
from tasks.model.place import Place
from tasks.model.principal import Principal


class AnomalyKind(StrEnum):
    """Why a login is not usual."""

    NEW_COUNTRY = "new_country"
    NEW_PLACE = "new_place"
    UNKNOWN_PLACE = "unknown_place"
    NEW_OPERATOR = "new_operator"
    FIRST_LOGIN = "first_login"
    NETWORK_KIND = "network_kind"
    AFTER_QUIET = "after_quiet"
    AFTER_FAILURES = "after_failures"
    WITHOUT_MFA = "without_mfa"


class Anomaly(Value):
    """One way in which a login is not usual, and the sentence that says it."""

    kind: AnomalyKind
    why: Sentence


class Habit(Value):
    """Logins of one principal that are alike in place, operator and multi-factor authentication.

    Args:
        mfa: whether they passed multi-factor authentication; None where the records do not say.
        usual: what an older version noted; nothing reads it any more.
        addresses: networks that they came from, the newest first: an IPv4 address, or an IPv6 address's /64.
        uses: how many came from each of these; an older version did not count.
        first, last: the oldest and the newest of them.
    """

    place: Place | None = None
    mfa: bool | None = None
    usual: bool = False
    addresses: tuple[str, ...] = ()
    uses: tuple[int, ...] = ()
    first: Moment
    last: Moment
    count: int = 1


class Standing(StrEnum):
    """What became of the incident that a login belongs to.

    `none`: it belongs to none. `open`: it is not closed. `refused`: it was contained, or was to be, or stayed open to
    its end. `harmless`: closed as harmless by somebody's word alone. `proven`: by facts, the policy, a check-in or a
    second person.
    """

    NONE = "none"
    OPEN = "open"
    REFUSED = "refused"
    HARMLESS = "harmless"
    PROVEN = "proven"


class Recent(Value):
    """A login that is no habit yet, for it is not old enough, or its incident is open.

    Args:
        event_id: the audit log's id of it.
        network: where it came from, as in a habit's addresses; empty where the record does not say.
    """

    event_id: str
    at: Moment
    place: Place | None = None
    mfa: bool | None = None
    network: str = ""
    standing: Standing = Standing.NONE


class Vouched(Value):
    """A login that proved to be harmless: what is like it in place and operator, or network, is not raised again."""

    place: Place | None = None
    network: str = ""
    at: Moment


class Profile(Value):
    """The habits of one principal.

    Args:
        recent: logins that are no habits yet, oldest first.
        vouched: logins that proved to be harmless.
        whole: whether all logins of 90 days were read; else a limit cut some off.
    """

    principal: Principal
    habits: tuple[Habit, ...] = ()
    recent: tuple[Recent, ...] = ()
    vouched: tuple[Vouched, ...] = ()
    whole: bool = True


class Baseline(Value):
    """The habits of everybody in an account, by uin (by name where a record has no uin).

    Args:
        account: uin of the main account; empty before any login was read.
        whole: whether a principal that is not here did not log in for 90 days; else a limit may have cut it off.
        version: 1 where logins of the last week stand in the habits already; it is learned anew then.
        accounted: events with an incident of which the profiles know, or which the audit log does not show as logins.
    """

    account: str = ""
    whole: bool = True
    version: int = 1
    accounted: tuple[str, ...] = ()
    profiles: dict[str, Profile] = Field(default_factory=dict)


class Failure(Value):
    """A failed login: by whom, from which network."""

    at: Moment
    who: Line
    network: str


class Seen(Value):
    """A record that was read."""

    id: str
    at: Moment


class Position(Value):
    """Where the watcher was.

    Args:
        through: up to here all was read that the audit log showed by then.
        deep_at: when it last looked far back for records that came late.
        seen: records of the last hours, so that reading them again raises nothing.
        failures: failed logins of the last day.
        alarms: ids of the security centre's alarms that were seen.
        alarms_from: since when alarms count; those before are older than the watcher.
        no_alarms_until: until when the security centre is not asked, for it refused.
        roles_cut_at: when it was said that not all sessions by a role could be read.
    """

    through: Moment
    deep_at: Moment
    seen: tuple[Seen, ...] = ()
    failures: tuple[Failure, ...] = ()
    alarms: tuple[str, ...] = ()
    alarms_from: Moment
    no_alarms_until: Moment | None = None
    roles_cut_at: Moment | None = None


class Polled(Value):
    """What one look brought.

    Args:
        through: up to here all was read.
        logins, failed: successful and failed logins that had not been seen before.
        raised: what became of the unusual ones: incidents that were opened or joined.
        behind: whether there is more to catch up with; the next look goes on.
        overtaken: whether another process looked at the same time and was first.
        notes: what went less well, one sentence each.
    """

    through: Moment
    logins: int = 0
    failed: int = 0
    raised: tuple[Receipt, ...] = ()
    behind: bool = False
    overtaken: bool = False
    notes: tuple[Sentence, ...] = ()
