"""Logins that are made, what is told of them and by whom, and what a run would make of it; all on a real ledger."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tasks.decide.same_login import NEAR, ROUNDED, against, seen_of
from tasks.intake.alerts import recognised
from tasks.ledger.canonical import digest
from tasks.ledger.rows import DUPLICATE, IncidentStatus
from tasks.ledger.store import Ledger
from tasks.lookup.login import best_match
from tasks.model.audit import AuditEvent
from tasks.model.delivery import Delivery, Receipt
from tasks.model.message import Message
from tasks.model.policy import Policy
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import correlation_of, recognisers
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.correlation import belongs
from tasks.runbooks.unusual_login.gather import reported
from tasks.runbooks.unusual_login.login import sighting
from tasks.watch.raise_alert import Raising
from tests.people import ACCOUNT, ALICE, BOB, ROOT

WHO = {"alice": ALICE, "bob": BOB, "root": ROOT}
ADDRESSES = ("203.0.113.7", "203.0.113.8", "198.51.100.10")
OTHER_ZONE = timedelta(hours=8)


class Told(NamedTuple):
    """One report, and the id of the login that it truly tells of; empty for a forged one."""

    message: Message
    login_id: str = ""

    @property
    def alert(self) -> LoginAlert:
        (found,) = self.given
        assert isinstance(found.alert, LoginAlert)
        return found.alert

    @property
    def given(self) -> Any:
        return recognised(self.message, recognisers())


@dataclass
class House:
    """A ledger with the logins of an account, and what the runs of its incidents see of them.

    Args:
        logins: by id.
        seen_at: when each stands in the audit log.
        told: which report is kept under which digest and source.
        decided: which login each incident was decided on that is closed; None where none was known.
    """

    ledger: Ledger
    logins: dict[str, AuditEvent] = field(default_factory=dict)
    seen_at: dict[str, datetime] = field(default_factory=dict)
    told: dict[tuple[str, str], list[Told]] = field(default_factory=dict)
    decided: dict[str, str | None] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)

    def report(self, told: Told) -> Receipt:
        """A message comes in by its road; the same words are the same bytes."""
        words = {name: value for name, value in told.message.model_dump(mode="json").items() if name != "at"}
        delivery = Delivery(
            source=told.message.source,
            road="generic",
            sha256=digest(words),
            body=words,
            alerts=told.given,
            at=told.message.at,
        )
        self.told.setdefault((delivery.sha256, delivery.source), []).append(told)
        (receipt,) = self.ledger.take_delivery(delivery, correlation_of, mode="approve", endpoint="", lang="en")
        return receipt

    def find(self, event: AuditEvent, now: datetime) -> Receipt | None:
        """The watcher finds a login in the audit log."""
        self.found.add(event.id)
        return Raising(self.ledger, Policy(), "", "en", now).login(event, [])

    def look_up(self, incident_id: str, now: datetime) -> str | None:
        """What a run finds in the log and claims; its incident ends as a duplicate where another answers that login."""
        alert = alert_of(self.ledger.incident(incident_id))
        assert isinstance(alert, LoginAlert)
        alert = alert.model_copy(update={"event_id": alert.event_id or self.ledger.event_of(incident_id)})
        visible = [event for event in self.logins.values() if self.seen_at[event.id] <= now]
        best = best_match(visible, reported(alert), now=now)
        if not isinstance(best, AuditEvent):
            return None
        owner = self.ledger.claim_event(incident_id, best.id, endpoint="", at=now, seen=seen_of(best), belongs=belongs)
        if owner != incident_id and self.ledger.event_of(incident_id) is None and self.answers(owner, best.id):
            self.decided[incident_id] = best.id
            self.ledger.close_incident(incident_id, DUPLICATE, now)
        return best.id

    def answers(self, incident_id: str, event_id: str) -> bool:
        """Whether an incident answers this login: it is open, or was decided on it."""
        still = self.ledger.incident(incident_id).status is IncidentStatus.OPEN
        return still or self.decided.get(incident_id) == event_id

    def close(self, incident_id: str, verdict: str, now: datetime) -> None:
        """People and facts decide by what the log shows now."""
        seen = self.look_up(incident_id, now)
        if self.ledger.incident(incident_id).status is IncidentStatus.OPEN:
            self.decided[incident_id] = seen
            self.ledger.close_incident(incident_id, verdict, now)

    def open_ones(self) -> list[str]:
        return [each.id for each in self.ledger.incidents(IncidentStatus.OPEN)]


def login_event(number: int, who: str, ip: str, at: datetime) -> AuditEvent:
    return AuditEvent(
        id=f"event-{number}", at=at, service="account", name="ConsoleLogin", actor=WHO[who], account=ACCOUNT, ip=ip
    )


def hidden(house: House) -> list[str]:
    """Logins that were truly reported, or found, and are neither being answered nor were decided on."""
    true = {told.login_id for every in house.told.values() for told in every} - {""}
    return sorted(each for each in true | house.found if not _is_answered(house, house.logins[each]))


def _is_answered(house: House, login: AuditEvent) -> bool:
    if house.ledger.incident_of_event(login.id, endpoint="") is not None:
        return True
    if login.id in house.found:  # a find is a claim
        return False
    reports = [told for every in house.told.values() for told in every if told.login_id == login.id]
    return any(_answers(house, incident_id, told, login) for told in reports for incident_id in _homes(house, told))


def _homes(house: House, told: Told) -> list[str]:
    """Incidents that hold a report, or the very message that it repeats."""
    kept = [(each.id, row) for each in house.ledger.incidents() for row in house.ledger.alerts_of(each.id)]
    return [home for home, row in kept if told in house.told.get((row.sha256, row.source), [])]


def _answers(house: House, incident_id: str, told: Told, login: AuditEvent) -> bool:
    """Whether an incident is open, or was closed on this login, on one that the report fits too, or on the report."""
    incident = house.ledger.incident(incident_id)
    if incident.closed_at is None:
        return True
    decided = house.ledger.event_of(incident_id) or house.decided[incident_id]
    if decided is not None:
        return _is_one(told.alert, login, house.logins[decided])
    mine = house.ledger.alerts_of(incident_id)
    every = [each for row in mine for each in house.told[row.sha256, row.source]]
    asked = told.message.at <= incident.closed_at and _asks_for(LoginAlert.model_validate(mine[0].alert), told.alert)
    return asked and all(each.login_id == login.id or _agrees(each, login) for each in every)


def _is_one(alert: LoginAlert, login: AuditEvent, other: AuditEvent) -> bool:
    """Whether nobody could tell the two by the report: it names the address, and the person or the moment."""
    if login.ip != other.ip or alert.ip is None:
        return False
    if alert.principal is not None and login.actor != other.actor:
        return False
    slack = NEAR if alert.principal else ROUNDED
    return alert.login_time is None or abs(login.at - other.at) <= slack + ROUNDED


def _agrees(told: Told, login: AuditEvent) -> bool:
    said = sighting(told.alert, "", told.message.at)
    return against(said, seen_of(login), within=NEAR + ROUNDED) is None


def _asks_for(opener: LoginAlert, alert: LoginAlert) -> bool:
    """Whether people were asked about no less than a report says."""
    return (alert.ip, alert.principal) == (opener.ip, opener.principal)
