"""Made-up logins of fifty people: sixty days of past, ninety that are watched, and intrusions among them.

All of it comes from one seed: the same number gives the same logins.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from tasks.bench.made_up_places import COMPANY_VPN, INTRUDERS, PROVINCES, Spot, at_home, at_office, in_hotel, on_phone
from tasks.ipinfo.places import place_of
from tasks.model.audit import AuditEvent
from tasks.model.base import Value
from tasks.model.policy import Policy, Travel
from tasks.model.principal import Principal, PrincipalKind

PEOPLE, NEW_HIRES, INTRUSIONS = 50, 4, 18
PAST_DAYS, WATCHED_DAYS = 60, 90
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
WATCHED_FROM = BEGIN + timedelta(days=PAST_DAYS)
RESPELLED = WATCHED_FROM + timedelta(days=30)
"""From then on the library says 江苏 南京 电信 for 江苏省 南京市 中国电信."""

RENAMED = WATCHED_FROM + timedelta(days=45)
"""From then on it calls every fifth home, and one office, by another city's name."""

REMOTE, BY_VPN, ANNOUNCED = 0.2, 0.4, 0.6
"""Shares: people who mostly work at home, people who have the company's VPN, journeys that are announced."""

WORKDAYS, FIRST_WEEK, AT_OFFICE_FIRST = 5, 7, 14
"""Working days of a week; days for which a new hire is new, and for which one comes to the office."""

OFFICES = (("江苏省", "南京市"), ("广东省", "深圳市"), ("浙江省", "杭州市"))
ACCOUNT = "100000000001"
INTRUSION = "intrusion"


class MadeUp(Value):
    """One login.

    Args:
        kinds: what is known of its address.
        why: what it is: `office`, `home`, `phone`, `vpn`, `hotel`, `announced`, `new hire` or `intrusion`.
    """

    event: AuditEvent
    kinds: tuple[str, ...] = ()
    why: str


class Story(Value):
    """All logins, oldest first, and the policy with the journeys that were announced."""

    logins: tuple[MadeUp, ...]
    policy: Policy


class _Person(Value):
    principal: Principal
    office: Spot
    home: Spot
    phone: Spot
    remote: bool
    vpn: bool
    from_day: int
    renamed: bool


def made_up(seed: int) -> Story:
    """The story of a seed."""
    random = Random(seed)  # noqa: S311 - a story, no secret
    people = [_person(random, number) for number in range(PEOPLE)]
    trips = {person.principal.name: _trips(random, person, number) for number, person in enumerate(people)}
    logins = [login for person in people for login in _of(random, person, trips[person.principal.name])]
    logins += _intrusions(random, people)
    announced = tuple(travel for each in trips.values() for travel, _, told in each if told)
    return Story(
        logins=tuple(sorted(logins, key=lambda one: (one.event.at, one.event.id))), policy=Policy(travel=announced)
    )


def _person(random: Random, number: int) -> _Person:
    province, city = OFFICES[number % len(OFFICES)]
    hired = PAST_DAYS + random.randrange(5, WATCHED_DAYS - 20) if number >= PEOPLE - NEW_HIRES else 0
    return _Person(
        principal=Principal(kind=PrincipalKind.SUB_USER, uin=str(200000000000 + number), name=f"person-{number:02}"),
        office=at_office(province, city, number % len(OFFICES) + 1),
        home=at_home(random, province, random.choice(PROVINCES[province][:2]), number + 1),
        phone=on_phone(random, province, city, number + 1),
        remote=random.random() < REMOTE,
        vpn=random.random() < BY_VPN,
        from_day=hired,
        renamed=number % 5 == 0,
    )


Trip = tuple[Travel, Spot, bool]


def _trips(random: Random, person: _Person, number: int) -> list[Trip]:
    """One or two journeys of a few days; most of them are announced the day before."""
    found: list[Trip] = []
    for index in range(random.choice((0, 1, 1, 2))):
        begin = BEGIN + timedelta(days=random.randrange(max(person.from_day, PAST_DAYS), PAST_DAYS + WATCHED_DAYS - 6))
        spot = in_hotel(random, number * 4 + index)
        *_, place = spot.where.split()
        travel = Travel(
            principal=person.principal.name,
            place=place,
            since=begin,
            until=begin + timedelta(days=random.randint(2, 5)),
        )
        found.append((travel, spot, random.random() < ANNOUNCED))
    return found


def _of(random: Random, person: _Person, trips: list[Trip]) -> Iterator[MadeUp]:
    """A person's logins: on most working days one or two, on few others."""
    for day in range(person.from_day, PAST_DAYS + WATCHED_DAYS):
        working = (BEGIN + timedelta(days=day)).weekday() < WORKDAYS
        for index in range(random.choice((0, 1, 1, 2)) if working else random.choice((0, 0, 0, 0, 1))):
            at = BEGIN + timedelta(days=day, hours=random.randint(0, 13), seconds=random.randrange(3600))
            spot, why = _where(random, person, trips, at)
            first = person.from_day and day - person.from_day < FIRST_WEEK
            told = "new hire" if first and why == "office" else why
            yield _login(random, person, spot, at, why=told, index=index)


def _where(random: Random, person: _Person, trips: list[Trip], at: datetime) -> tuple[Spot, str]:
    trip = next((one for one in trips if one[0].since <= at <= one[0].until), None)
    if trip is not None:
        return trip[1], "announced" if trip[2] else "hotel"
    if person.from_day and (at - BEGIN).days - person.from_day < AT_OFFICE_FIRST:
        return person.office, "office"
    weights = (5, 70, 15, 10) if person.remote else (60, 22, 13, 5)
    why = random.choices(("office", "home", "phone", "vpn"), weights)[0]
    spots = {"office": person.office, "home": person.home, "phone": person.phone, "vpn": COMPANY_VPN}
    return (spots[why], why) if why != "vpn" or person.vpn else (person.office, "office")


def _login(random: Random, person: _Person, spot: Spot, at: datetime, *, why: str, index: int) -> MadeUp:
    return MadeUp(
        event=AuditEvent(
            id=f"{person.principal.name}-{at.isoformat()}-{index}",
            at=at,
            service="account",
            name="ConsoleLogin",
            actor=person.principal,
            account=ACCOUNT,
            ip=spot.address(random),
            place=place_of(_words(random, person, spot, at)),
        ),
        kinds=spot.kinds,
        why=why,
    )


def _words(random: Random, person: _Person, spot: Spot, at: datetime) -> str:
    """What the library says of the address by then."""
    _, province, _ = (*spot.where.split(), "", "")[:3]
    cities, city = PROVINCES.get(province, ()), ""
    if spot == person.phone:
        city = random.choice(cities)
    elif at >= RENAMED and ((spot == person.home and person.renamed) or spot.ip == "198.19.0.1"):
        city = cities[-1]
    return spot.location(city=city, short=at >= RESPELLED)


def _intrusions(random: Random, people: list[_Person]) -> Iterator[MadeUp]:
    """Each with two more logins: what was done before must not make usual what comes next."""
    old = [person for person in people if not person.from_day]
    for number in range(INTRUSIONS):
        victim, spot = random.choice(old), INTRUDERS[number % len(INTRUDERS)]
        begin = WATCHED_FROM + timedelta(hours=random.randrange(24, (WATCHED_DAYS - 12) * 24))
        ip = spot.address(random)
        for index, hours in enumerate((0.0, 0.1, 24.0 * 5)):
            at = begin + timedelta(hours=hours)
            yield _login(random, victim, spot.model_copy(update={"ip": ip}), at, why=INTRUSION, index=index + 100)
