"""`runbooks travel`: journeys that people announce, are shown, and end."""

from datetime import datetime, timedelta

from tasks.cli.outcome import CLOSED
from tasks.cli.terminal import tell
from tasks.cli.travel_lines import line_of, line_of_file, over_at
from tasks.cli.travel_times import moment_of
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.geography import codes
from tasks.decide.sentences import both, moment
from tasks.errors import InputError
from tasks.ipinfo.places import place_of
from tasks.ledger.errors import AlreadySettled, UnknownRow
from tasks.ledger.rows import Incident, IncidentStatus, JourneyRow
from tasks.model.base import Lang, Sentence
from tasks.model.person_name import compared
from tasks.model.policy import Policy, Travel
from tasks.reporting.templating import in_language

LONGEST = timedelta(days=90)
"""A longer journey is a place to live, and the policy has `usual_places` for those; a forgotten one lapses by then."""

NONE = both("没有报备的行程。", "No journey is announced.")


def add_journey(who: str, place: str, *, since: str | None, until: str, by: str, why: str, lang: Lang | None) -> int:
    """Announce a journey; returns the exit status.

    Args:
        since, until: times as they were typed; without `since` it begins now.
        by: who announces it.

    Raises:
        InputError: something is missing, or the times are none of a journey.
    """
    now, spoken = utc_now(), lang or settings().lang
    travel = Travel(
        principal=_said(who, "WHO"),
        place=_said(place, "PLACE"),
        since=moment_of(since, "--since", end=False) if since else now,
        until=moment_of(until, "--until", end=True),
        why=why.strip(),
    )
    _check(travel, now)
    _refuse_twice(travel, now)
    row = ledger().add_journey(travel, by=_said(by, "--by"), at=now)
    tell(in_language(line_of(row, now), spoken))
    for warning in (*_warnings(travel, load_policy(settings().policy)), *_open_cases(row, now)):
        tell(in_language(warning, spoken), style="yellow")
    return CLOSED


def list_journeys(*, every: bool, lang: Lang | None) -> int:
    """Print the journeys of the ledger and of the policy file; returns the exit status.

    Args:
        every: also those that are over.
    """
    now, spoken = utc_now(), lang or settings().lang
    rows = [row for row in ledger().journeys() if every or over_at(row) > now]
    declared = [one for one in load_policy(settings().policy).travel if every or one.until > now]
    if not rows and not declared:
        tell(in_language(NONE, spoken))
    for row in rows:
        tell(in_language(line_of(row, now), spoken))
    for one in declared:
        tell(in_language(line_of_file(one), spoken))
    return CLOSED


def end_journey(journey_id: str, *, by: str, lang: Lang | None) -> int:
    """Say that a journey is over from now on; returns the exit status.

    Raises:
        InputError: there is none of this id, or it is over.
    """
    now, spoken = utc_now(), lang or settings().lang
    try:
        row = ledger().end_journey(journey_id, by=_said(by, "--by"), at=now)
    except UnknownRow as exc:
        raise InputError("ID", f"{journey_id!r} is no journey; `runbooks travel list --all` shows them") from exc
    except AlreadySettled as exc:
        raise InputError("ID", f"{journey_id} was ended before; `runbooks travel list --all` shows by whom") from exc
    tell(in_language(line_of(row, now), spoken))
    return CLOSED


def _said(text: str, name: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise InputError(name, "is empty")
    return line


def _check(travel: Travel, now: datetime) -> None:
    if travel.until <= travel.since:
        raise InputError("--until", f"is not after the beginning, {moment(travel.since).en.removeprefix('at ')}")
    if travel.until <= now:
        raise InputError("--until", "is over already; a journey is announced before it ends")
    if travel.until - travel.since > LONGEST:
        raise InputError("--until", f"is more than {LONGEST.days} days off; declare a place to live in usual_places")


def _refuse_twice(travel: Travel, now: datetime) -> None:
    for row in ledger().journeys(since=now):
        same = compared(row.principal) == compared(travel.principal) and row.place == travel.place
        if same and row.since < travel.until and travel.since < over_at(row):
            raise InputError("WHO", f"{row.principal} in {row.place} is announced already: {row.id}; end it first")


def _warnings(travel: Travel, policy: Policy) -> tuple[Sentence, ...]:
    """What may be misspelled: the account's identities are not known offline, so that nothing is refused for it."""
    named = [name for person in policy.people for name in (person.name, *person.principals)]
    found: list[Sentence] = []
    if named and compared(travel.principal) not in {compared(name) for name in named}:
        found.append(
            both(
                f"注意：策略文件的 people 中没有「{travel.principal}」；须与登录名或 uin 完全一致才会生效。",
                f"Note: people in the policy name no “{travel.principal}”; it counts only if spelled as the user name "
                "or uin.",
            )
        )
    if not codes(place_of(travel.place)).country:
        found.append(
            both(
                f"注意：不认识地名「{travel.place}」；国外城市请连同国家一起写，否则须与 IP 库的写法一致才会生效。",
                f"Note: “{travel.place}” is no place that is known here; name a city abroad with its country, or it "
                "counts only if spelled as the IP library does.",
            )
        )
    return tuple(found)


def _open_cases(row: JourneyRow, now: datetime) -> tuple[Sentence, ...]:
    """Note it in open incidents of that identity: it came after their logins, so it settles nothing there."""
    cases = [each for each in ledger().incidents(IncidentStatus.OPEN) if _is_about(each, row.principal)]
    for each in cases:
        detail = row.model_dump(mode="json", include={"id", "principal", "place", "since", "until", "why"})
        ledger().note(each.id, "travel_announced", who=row.added_by, detail=detail, at=now)
    return tuple(
        both(
            f"{each.id} 尚未结案：登记晚于那次登录，只记入其时间线，仍需有人回答。",
            f"{each.id} is open: this came after its login, is noted in its timeline and settles nothing there.",
        )
        for each in cases
    )


def _is_about(incident: Incident, who: str) -> bool:
    alert = incident.alert if isinstance(incident.alert, dict) else {}
    return compared(str(alert.get("principal") or "")) == compared(who)
