"""A scenario's story made into a cloud with its past."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tasks.sandbox.acts import Act, attempt, login
from tasks.sandbox.audit import Bulk
from tasks.sandbox.engine import Engine, add_event
from tasks.sandbox.faults import FaultPlan, Faults
from tasks.sandbox.find import BEIJING, keys_of, person_named, root
from tasks.sandbox.people import active_key, console_caller, key_caller
from tasks.sandbox.registry import lookup
from tasks.sandbox.state import Activity, Cloud, Key, Person
from tasks.sandbox.story import Crowd, Habit, Step, Story
from tasks.sandbox.when import seconds
from tasks.sandbox.world import World

TIMES = ("created", "at", "last_used", "expires", "last_login")
STRAY_S = 1800  # nobody logs in at the same second each day
BULK_SPAN_S = 29 * 86400  # what one query of the audit log can span
SATURDAY = 5
FIRST_UIN = 1000  # crowds come after the people with names


def world_of(story: Story, name: str, now: datetime) -> World:
    """Build the cloud as it is now, by living through its past."""
    cloud = _cloud(story, name, now)
    world = World(cloud=cloud)
    for habit in story.habits.values():
        if habit is not None:
            _live(world, story, habit, now)
    engine = Engine(world, Faults(FaultPlan(rate_limit=False)), now.timestamp, save=lambda _: None)
    for step in sorted(story.steps(), key=lambda one: one.when(now)):
        happen(engine, story, step, now)
    cloud.activities = [_activity(story, keeps.model_dump(by_alias=True), now) for keeps in story.goes_on]
    if story.generate.events:
        world.log.bulk.append(Bulk(count=story.generate.events, newest=int(now.timestamp()) - 60, span_s=BULK_SPAN_S))
    return world


def happen(engine: Engine, story: Story, step: Step, now: datetime) -> None:
    """Let one step of the story happen."""
    at, ip, cloud = step.when(now), story.places[step.origin].ip, engine.world.cloud
    last, kept = engine.world.log.last, [] if step.audit else list(engine.world.log.events)
    if step.do == "login":
        login(engine.world, step.who, at=at, ip=ip, wrong=step.wrong_password, mfa=step.mfa, method=step.method)
    else:
        params = {name: _resolve(cloud, value) for name, value in step.params.items()}
        key = active_key(cloud, step.who).id if step.signed else ""
        code = attempt(
            engine,
            Act(step.who, step.do, at, ip, params, step.region, key=key, shown_as=step.shown_as, mfa=step.mfa),
        )
        if code and not code.startswith("UnauthorizedOperation"):
            raise ValueError(f"the story's {step.do} by {step.who} at {step.at} fails with {code}")
    if not step.audit:
        engine.world.log.events = kept
    if step.visible_after:
        for event in engine.world.log.events:
            event.visible_at = int(now.timestamp()) + step.visible_after if event.seq > last else event.visible_at


def _cloud(story: Story, name: str, now: datetime) -> Cloud:
    account = story.account
    ids = {policy: _whole(fields or {})["id"] for policy, fields in story.policies.items()}
    people = _rows(story.people, "name", now, ids)
    uins = {one["name"]: one["uin"] for one in people}
    cloud = Cloud(
        **account,
        started=int(now.timestamp()),
        scenario=name,
        people=[_person(one) for one in people],
        keys=[{**one, "owner": uins[one["owner"]]} for one in _rows(story.keys, "id", now, ids)],
        sessions=_rows(story.sessions, "id", now, ids),
        policies=_rows(story.policies, "name", now, ids),
        roles=_rows(story.roles, "name", now, ids),
        groups=_rows(story.groups, "name", now, ids),
        tracks=_rows(story.tracks, "name", now, ids),
        addresses=_rows(story.addresses, "id", now, ids),
        gateways=_rows(story.gateways, "id", now, ids),
        machines=_rows(story.machines, "id", now, ids),
        alarms=[{**one, "person": uins[one["person"]]} for one in _rows(story.alarms, "name", now, ids)],
        places={place.ip: place.location for place in story.places.values()},
        homes={label: place.ip for label, place in story.places.items()},
    )
    cloud.people.extend(_crowd(story, cloud, now))
    cloud.keys.extend(_crowd_keys(story, cloud, now))
    return cloud


def _rows(table: dict[str, dict[str, Any] | None], label: str, now: datetime, ids: dict[str, int]) -> list[Any]:
    """Make rows of a table; what a scenario set to null is not there."""
    rows = []
    for name, fields in table.items():
        if fields is not None:
            row = {label: name, **fields}
            row |= {time: seconds(row[time], now) for time in TIMES if isinstance(row.get(time), str)}
            row |= {"policies": [ids[one] for one in row["policies"]]} if "policies" in row else {}
            rows.append(row)
    return rows


def _whole(fields: dict[str, Any]) -> dict[str, Any]:
    return {"id": 0, **fields}


def _person(row: dict[str, Any]) -> Person:
    found = Person(**row)
    found.uid = found.uid or found.uin % 100_000_000
    return found


def _crowd(story: Story, cloud: Cloud, now: datetime) -> Iterator[Person]:
    crowd = story.generate.people
    count = crowd.count if crowd else 0
    ids = {one.name: one.id for one in cloud.policies}
    for number in range(FIRST_UIN, FIRST_UIN + count):
        name = crowd.name.format(number - FIRST_UIN + 1) if crowd else ""
        policies = _crowd_policies(crowd, number - FIRST_UIN + 1, ids) if crowd else []
        yield Person(
            uin=cloud.uin + number, uid=number, name=name, created=_back_then(now), policies=policies, home="office"
        )


def _crowd_policies(crowd: Crowd, number: int, ids: dict[str, int]) -> list[int]:
    admin = crowd.admin_every and number % crowd.admin_every == 0
    return [ids[name] for name in (["AdministratorAccess"] if admin else crowd.policies)]


def _crowd_keys(story: Story, cloud: Cloud, now: datetime) -> Iterator[Key]:
    crowd = story.generate.people
    for number in range(1, crowd.count + 1 if crowd and crowd.key else 1):
        key_id, secret = f"AKIDexampleCrowd{number:017d}", f"exampleSecretCrowd{number:014d}"
        yield Key(id=key_id, secret=secret, owner=cloud.uin + FIRST_UIN + number - 1, created=_back_then(now))


def _back_then(now: datetime) -> int:
    return int((now - timedelta(days=200)).timestamp())


def _live(world: World, story: Story, habit: Habit, now: datetime) -> None:
    """Write what somebody did day by day."""
    cloud, ip = world.cloud, story.places[habit.origin].ip
    for at in _days(habit, now):
        if not habit.signed:
            login(world, habit.who, at=at, ip=ip, mfa=habit.mfa)
        for index, operation in enumerate(habit.calls, 1):
            _plain_call(world, habit, operation, at + 60 * index, ip)
    if habit.signed:
        used = keys_of(cloud, (person_named(cloud, habit.who) or root(cloud)).uin)[-1]
        used.last_ip = ip


def _plain_call(world: World, habit: Habit, operation: str, at: int, ip: str) -> None:
    service, _, name = operation.partition(":")
    action, cloud = lookup(service, name), world.cloud
    caller = (
        key_caller(cloud, active_key(cloud, habit.who)) if habit.signed else console_caller(cloud, habit.who, ip=ip)
    )
    add_event(
        world,
        caller,
        at=at,
        service=service,
        name=name,
        title=action.title,
        ip=ip,
        console=not habit.signed,
        agent="SDK_PYTHON" if habit.signed else "",
        request_id=f"habit-{world.log.last + 1:012d}",
    )


def _days(habit: Habit, now: datetime) -> Iterator[int]:
    for ago in range(habit.since, habit.until - 1, -1):
        day = now.astimezone(BEIJING) - timedelta(days=ago)
        if habit.days == "workdays" and day.weekday() >= SATURDAY:
            continue
        if habit.days == "weekly" and ago % 7:
            continue
        yield seconds(f"-{ago}d {habit.at}", now) + _stray(f"{habit.who}/{habit.origin}/{ago}")


def _stray(seed: str) -> int:
    """Stray from the usual time, the same way each time the scenario is loaded."""
    return int(hashlib.sha256(seed.encode()).hexdigest(), 16) % (2 * STRAY_S) - STRAY_S


def _activity(story: Story, keeps: dict[str, Any], now: datetime) -> Activity:
    return Activity(
        who=keeps["who"],
        ip=story.places[keeps["from"]].ip,
        every_s=keeps["every_s"],
        calls=keeps["calls"],
        signed=keeps["signed"],
        next_at=int(now.timestamp()) + keeps["every_s"],
    )


def _resolve(cloud: Cloud, value: Any) -> Any:
    """Put an id where the story names a thing."""
    if isinstance(value, list):
        return [_resolve(cloud, one) for one in value]
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    kind, _, name = value[1:].rpartition(":")
    if kind == "policy":
        return next(one.id for one in cloud.policies if one.name == name)
    if kind == "track":
        return next(one.id for one in cloud.tracks if one.name == name)
    if kind == "key":
        return active_key(cloud, name).id
    found = person_named(cloud, name)
    if found is None:
        raise ValueError(f"the story names {value}, whom the account does not have")
    return found.uin
