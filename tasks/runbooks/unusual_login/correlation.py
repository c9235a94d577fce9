"""Correlation: what a report of a login is to the incidents that there are. A second victim never joins the first.

A decision about an incident answers every report that joined it, so a report joins only what people are asked about
anyway: it says who and from where as the report that opened the incident does, or as the login that the incident has
claimed in the audit log, and no other report of the incident speaks against it. What says less than an address opens an
incident of its own; once both have found their record, its id tells whether they are one.

A closed incident takes no report, for whatever it was closed on, its people had not seen this one. Two do not count as
new: the very record that it claimed, and a sender's retry (see `_is_retry`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tasks.decide.same_login import NEAR, against, is_identified, names, time_apart
from tasks.model.sighting import Correlated, Sighted, Sighting

NAMED_WINDOW = NEAR
"""How far apart two reports of one person's login from one address may be: as far as one may be off the login."""

UNNAMED_WINDOW = timedelta(seconds=60)
"""How far they may be apart where a report names nobody: two people may share an address, so only the moment counts."""

UNDATED_WINDOW = timedelta(hours=1)
"""How long a report without a login's time means the one that is known already: messages come within minutes."""

REPEATED = timedelta(hours=24)
"""How long the very same message about the very same moment is the sender's, who sends it again."""

RETRIED = timedelta(hours=1)
"""How long senders try again who got no answer; a text that names no moment is repeated by chance later."""


def joins(new: Sighting, known: Sequence[Sighted]) -> Correlated:
    """What a new report is to incidents that share something with it.

    Args:
        new: the report.
        known: the incidents, each with all that was reported of it.
    """
    repeated = next((one.incident_id for one in known if _is_same_event(new, one) or _is_retry(new, one)), None)
    if repeated is not None:
        return Correlated(joins=repeated)
    told = [one for one in known if one.reports]
    fitting = [one for one in told if one.open and _is_about(new, one)]
    if fitting and (new.principal or len(fitting) == 1):  # which of several a nameless one means would be a guess
        return Correlated(joins=_nearest(new, fitting))
    return Correlated(resembles=_nearest(new, [one for one in told if _may_be(new, one)]))


def belongs(report: Sighting, opener: Sighting, claimed: Sighting) -> bool:
    """Whether a report may be of the login that its incident turned out to be about."""
    other = bool(report.event_id) and report.event_id != claimed.event_id
    return not other and against(_by_name_of(report, opener), claimed, within=NEAR) is None


def _is_same_event(new: Sighting, one: Sighted) -> bool:
    return bool(new.event_id) and new.event_id in _events(one)


def _events(one: Sighted) -> set[str]:
    """Ids of the record that an incident claimed, and of those that its reports are."""
    return {each.event_id for each in (*one.reports, *((one.claimed,) if one.claimed else ()))} - {""}


def _is_retry(new: Sighting, one: Sighted) -> bool:
    """Whether the sender sends again what is here already.

    An open incident takes every copy: its people are asked about exactly this. What is closed takes a copy only if it
    claimed a login of the audit log that the copy names whole. A forged message that tells of a login beforehand is
    closed without one, so the true reminder, even if every byte is the same, opens an incident again.
    """
    copies = [each for each in one.reports if new.sha256 and each.sha256 == new.sha256 and _what(each) == _what(new)]
    if not copies or new.at - copies[0].at > (REPEATED if new.happened_at else RETRIED):
        return False
    login = _login_of(one)
    if login is None:
        return one.open
    if not (belongs(new, one.reports[0], login) and is_identified(new, login)):
        return False
    whole = bool(new.principal and new.ip and new.happened_at)
    by_the_same = any(each.source == new.source for each in copies)
    return one.open or (whole and by_the_same and new.at - copies[0].at <= RETRIED)


def _what(one: Sighting) -> tuple[object, ...]:
    return one.account, one.principal, one.ip, one.happened_at, one.event_id


def _is_about(new: Sighting, one: Sighted) -> bool:
    """Whether people who are asked about an open incident are asked about this report as well."""
    events, login, opener = _events(one), _login_of(one), one.reports[0]
    if not new.ip or (new.event_id and events - {new.event_id}):
        return False
    if not all(_agree(new, each) for each in one.reports):
        return False
    if login is not None:
        within = NEAR if new.principal else UNNAMED_WINDOW
        told = _by_name_of(new, opener)
        return new.ip == login.ip and against(told, login, within=within) is None and _is_soon(new, login)
    same = new.ip == opener.ip and bool(new.principal) == bool(opener.principal)
    return same and _is_soon(new, opener)


def _agree(new: Sighting, one: Sighting) -> bool:
    """Whether two reports may be of one login."""
    within = NAMED_WINDOW if new.principal and one.principal else UNNAMED_WINDOW
    return against(new, one, within=within) is None


def _is_soon(new: Sighting, other: Sighting) -> bool:
    """Whether a report that names no moment, or whose counterpart names none, came soon enough to mean it."""
    return time_apart(new, other) is not None or abs(_moment(new) - _moment(other)) <= UNDATED_WINDOW


def _may_be(new: Sighting, one: Sighted) -> bool:
    """Whether nothing tells a report and an incident apart, and something says that they are about one login."""
    login, told = _login_of(one), one.reports + ((one.claimed,) if one.claimed else ())
    if new.event_id and _events(one) - {new.event_id}:
        return False
    if not all(against(new, each, within=NAMED_WINDOW) is None for each in one.reports):
        return False
    if login is not None and not belongs(new, one.reports[0], login):
        return False
    shares = any(new.ip == each.ip != "" or names(new) & names(each) or _is_copy(new, each) for each in told)
    return shares and min(abs(_moment(new) - _moment(each)) for each in told) <= REPEATED


def _is_copy(new: Sighting, each: Sighting) -> bool:
    return new.sha256 == each.sha256 != ""


def _login_of(one: Sighted) -> Sighting | None:
    """The login that an incident claimed; None where that says nothing, as claims of earlier versions do."""
    claimed = one.claimed
    return claimed if claimed is not None and (claimed.ip or claimed.principal) else None


def _by_name_of(report: Sighting, opener: Sighting) -> Sighting:
    """The report without the name that opened the incident: whoever goes by that was found in the audit log."""
    return report.model_copy(update={"principal": ""}) if report.principal == opener.principal else report


def _moment(one: Sighting) -> datetime:
    return one.happened_at or one.at


def _nearest(new: Sighting, found: Iterable[Sighted]) -> str | None:
    """The incident whose login was nearest in time; of equal ones that which came first."""

    def apart(one: Sighted) -> timedelta:
        return abs(_moment(new) - _moment(_login_of(one) or one.reports[0]))

    nearest = min(found, key=apart, default=None)
    return nearest.incident_id if nearest else None
