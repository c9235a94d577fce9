"""How often the watcher raises what is nothing, and what it misses: on made-up logins, without cloud or clock.

Each case is closed some hours later, as people close them: intrusions are contained; what was harmless is confirmed as
that, two times in three by a second person, else by one person's word.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from tasks.bench.made_up_logins import INTRUSION, PEOPLE, WATCHED_DAYS, WATCHED_FROM, MadeUp, Story, made_up
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.decide.anomaly.baseline import baseline_of, grown, key_of, with_login
from tasks.decide.anomaly.detect import anomalies
from tasks.decide.anomaly.learning import learned
from tasks.model.base import Moment, Value
from tasks.model.facts import Reputation
from tasks.model.watch import AnomalyKind, Baseline, Profile, Standing

CLOSED_AFTER = timedelta(hours=3)
"""How long a case waits for people."""

LOOKS = timedelta(hours=6)
"""How often logins that have grown old become habits here; `serve` looks once a minute."""

HEADINGS = ("seed", "logins", "false", "a week", "intrusions", "missed")


class Raised(Value):
    """A login that was raised, and why."""

    login: MadeUp
    kinds: tuple[AnomalyKind, ...]


class Watched(Value):
    """What came of watching a story.

    Args:
        logins: that were compared.
        missed: logins of intruders that were not raised.
    """

    logins: int
    raised: tuple[Raised, ...]
    missed: tuple[MadeUp, ...]

    @property
    def false(self) -> tuple[Raised, ...]:
        """What was raised and is nothing."""
        return tuple(one for one in self.raised if one.login.why != INTRUSION)


def bench_watch(*, seeds: Iterable[int]) -> None:
    """Print the table: one row for each seed, and of which kind the false raises are."""
    hours = CLOSED_AFTER // timedelta(hours=1)
    tell(f"{PEOPLE} people, {WATCHED_DAYS} days, every case closed after {hours} h: false raises, missed intruders.")
    tell(aligned(HEADINGS))
    kinds = Counter[str]()
    for seed in seeds:
        found = watched(made_up(seed))
        kinds.update(one.login.why for one in found.false)
        true = len(found.raised) - len(found.false) + len(found.missed)
        week = f"{len(found.false) / WATCHED_DAYS * 7:.1f}"
        cells = (seed, found.logins, len(found.false), week, true, len(found.missed))
        tell(aligned([str(cell) for cell in cells]))
    tell("false raises by what they were: " + ", ".join(f"{why} {count}" for why, count in kinds.most_common()))


def watched(story: Story) -> Watched:
    """Watch a story, as the watcher does: compare, raise, learn."""
    past = [one.event for one in story.logins if one.event.at < WATCHED_FROM]
    new = [one for one in story.logins if one.event.at >= WATCHED_FROM]
    watch = _Watch(baseline_of(past, whole=True, now=WATCHED_FROM), story)
    raised = [found for one in new if (found := watch.look_at(one))]
    ids = {one.login.event.id for one in raised}
    missed = tuple(one for one in new if one.why == INTRUSION and one.event.id not in ids)
    return Watched(logins=len(new), raised=tuple(raised), missed=missed)


class _Watch:
    def __init__(self, baseline: Baseline, story: Story) -> None:
        self._baseline = baseline
        self._policy = story.policy
        self._cases: dict[str, tuple[Moment, Standing]] = {}
        self._learned_at = WATCHED_FROM

    def look_at(self, login: MadeUp) -> Raised | None:
        """Compare one login with what is known by then."""
        event = login.event
        self._learn(event.at)
        found = anomalies(event, self._baseline, self._policy, Reputation(kinds=login.kinds), now=event.at)
        key = key_of(event.actor)
        profile = self._baseline.profiles.get(key) or Profile(principal=event.actor)
        self._baseline = grown(self._baseline, {key: with_login(profile, event, at=event.at)}, account=event.account)
        if not found:
            return None
        self._cases[event.id] = (event.at + CLOSED_AFTER, _verdict(login, len(self._cases)))
        return Raised(login=login, kinds=tuple(one.kind for one in found))

    def _learn(self, now: Moment) -> None:
        due = any(self._learned_at < at <= now for at, _ in self._cases.values())
        if not due and now - self._learned_at < LOOKS:
            return
        self._learned_at = now
        standings = {event: end if at <= now else Standing.OPEN for event, (at, end) in self._cases.items()}
        self._baseline = learned(self._baseline, standings, now)


def _verdict(login: MadeUp, number: int) -> Standing:
    if login.why == INTRUSION:
        return Standing.REFUSED
    return Standing.HARMLESS if number % 3 == 0 else Standing.PROVEN
