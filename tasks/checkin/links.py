"""Check-in links of an incident: offered while the run waits, shown to the operator, and what was seen by them."""

from datetime import datetime
from typing import NamedTuple

from tasks.checkin.tokens import hash_of, is_again, key_of, new_link, token_of
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.engine.step import say, step
from tasks.errors import SettingsError
from tasks.ledger.off_loop import in_thread
from tasks.model.base import Line, Value
from tasks.model.case import Case
from tasks.model.checkin import CheckIn, CheckInLink
from tasks.model.decision import Decision
from tasks.model.fact import Known
from tasks.model.facts import Facts
from tasks.model.suspect import Suspect
from tasks.runbooks.registry import runbook_of

NOBODY = ""
"""The person of a link that is nobody's by name."""
CHECKIN = "checkin"
"""The source of evidence and of answers that check-ins gave."""
ANSWERS = "checkin_answers"
"""The entry in the timeline that a check-in is about to answer a question."""

Seen = Known[tuple[CheckIn, ...]]


class Offer(Value):
    """Who was given links, and what was seen by earlier ones."""

    people: tuple[Line, ...] = ()
    seen: Seen = Seen(value=())


class ShownLink(NamedTuple):
    """A link for the operator's eyes; a plain tuple, so that nothing takes it for a value to keep."""

    person: str
    url: str
    expires_at: datetime


@step("check-in links · 签到链接", name="offer", distinct=("people",))
@in_thread
def offer(incident_id: str, people: tuple[str, ...]) -> Offer:
    """Make the links once a run."""
    return make_offer(incident_id, people)


def make_offer(incident_id: str, people: tuple[str, ...]) -> Offer:
    """Make a link for each person, and read what was seen by links of an earlier run; the incident goes on without."""
    try:
        at, key = utc_now(), key_of(settings().home.expanduser().absolute())
    except SettingsError as exc:
        say("%s: %s", "没有签到链接 no check-in links", exc)
        return Offer(seen=read_checkins(incident_id))
    for person in people:
        ledger().offer_checkin(new_link(key, incident_id=incident_id, person=person, at=at))
    say("%s · %s", "签到链接 check-in links", f"runbooks links {incident_id}")
    return Offer(people=people, seen=read_checkins(incident_id))


async def offered(case: Case, suspect: Suspect, facts: Facts, decision: Decision) -> Offer:
    """Offer links to those whom it concerns, one that is nobody's where none is declared; once a run."""
    checkins = runbook_of(case.runbook).checkins
    question = decision.ask.question if decision.ask else None
    if checkins is None or question != checkins.question or not case.checkin_url:
        return Offer()
    people = checkins.concerned(suspect, facts, decision.answers, case.policy) or (NOBODY,)
    return await offer(case.incident_id, people)


def read_checkins(incident_id: str) -> Seen:
    """The check-ins so far, oldest first, each kept as evidence."""
    made = sorted((link for link in ledger().checkin_links(incident_id) if link.checkin), key=_when)
    checkins = tuple(link.checkin for link in made if link.checkin)
    return Seen(value=checkins, evidence=tuple(_evidence(link) for link in made))


def with_checkins(runbook: str, facts: Facts, seen: Seen) -> Facts:
    """The facts with these check-ins, where the runbook has a use for them."""
    checkins = runbook_of(runbook).checkins
    return checkins.shown(facts, seen) if checkins else facts


def spoke_for(incident_id: str, key: str, by: str) -> bool:
    """Whether it was a check-in that answered for this person."""
    return any(
        entry.what == ANSWERS and entry.who == by and entry.detail == {"key": key}
        for entry in ledger().timeline(incident_id)
    )


def _when(link: CheckInLink) -> tuple[datetime, str]:
    return link.used_at or link.made_at, link.token_hash


def _evidence(link: CheckInLink) -> str:
    seen = link.checkin
    body = seen.model_dump(mode="json", exclude_defaults=True) if seen else {}  # a new field leaves the id as it was
    at = link.used_at or link.made_at
    return ledger().add_evidence(link.incident_id, source=CHECKIN, request_id="", at=at, body=body).id


def links_to_show(incident_id: str, base: str) -> tuple[ShownLink, ...]:
    """A link that works for each person who was offered one; a new one where the last was used or has expired.

    Args:
        base: what links begin with.
    """
    key, now = key_of(settings().home.expanduser().absolute()), utc_now()
    links = tuple(link for link in ledger().checkin_links(incident_id) if not is_again(link))
    people = dict.fromkeys(link.person for link in links)
    return tuple(_to_show(incident_id, person, links, key=key, now=now, base=base) for person in people)


def _to_show(
    incident_id: str, person: str, links: tuple[CheckInLink, ...], *, key: bytes, now: datetime, base: str
) -> ShownLink:
    for link in reversed(links):
        token = token_of(key, incident_id=incident_id, person=person, made_at=link.made_at)
        is_ours = link.person == person and link.token_hash == hash_of(token)  # another machine has another key
        if is_ours and link.used_at is None and link.expires_at > now:
            return ShownLink(person, f"{base}/{token}", link.expires_at)
    made = new_link(key, incident_id=incident_id, person=person, at=now)
    ledger().offer_checkin(made)
    token = token_of(key, incident_id=incident_id, person=person, made_at=now)
    return ShownLink(person, f"{base}/{token}", made.expires_at)
