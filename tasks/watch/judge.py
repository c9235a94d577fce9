"""Each new login, in the order of time: compared, raised where it is unusual, and added to the baseline."""

from datetime import datetime, timedelta

from tasks.cloud.api import Api
from tasks.decide.anomaly.baseline import baseline_of, grown, key_of, with_login
from tasks.decide.anomaly.detect import anomalies, made_at
from tasks.decide.anomaly.sign_in import FAILURES_WITHIN
from tasks.model.address import subscriber_network
from tasks.model.audit import AuditEvent
from tasks.model.watch import Baseline, Failure, Profile
from tasks.watch.learn import standings_of
from tasks.watch.look import Look
from tasks.watch.read_logins import past_of
from tasks.watch.role_sessions import said_of

FAILURES_MAX = 1000
"""Failed logins that are remembered; a flood of them must not grow without end."""


class Judge:
    """Compares logins one after another.

    Args:
        cloud: whom to ask for the past of a principal whom the baseline does not know wholly.
    """

    def __init__(self, look: Look, cloud: Api, baseline: Baseline, failures: tuple[Failure, ...]) -> None:
        self.baseline = baseline
        self.failures = failures
        self._look = look
        self._cloud = cloud

    def judge(self, event: AuditEvent) -> None:
        """Take one login that was not seen before."""
        self._look.add_login(succeeded=event.succeeded)
        if event.succeeded:
            self._succeeded(event)
        else:
            self.failures = (*self.failures, failure_of(event, self._look.now))[-FAILURES_MAX:]

    def _succeeded(self, event: AuditEvent) -> None:
        now, raising, at = self._look.now, self._look.raising, made_at(event, self._look.now)
        profile = self._profile(event, at)
        reputation = self._look.reputation(event.ip)
        found = anomalies(event, self.baseline, raising.policy, reputation, self.failures, now=now)
        if found:
            receipt = raising.login(event, [*said_of(event), *(anomaly.why for anomaly in found)])
            self._look.add_raised(*([receipt] if receipt else []))
        self._learn(event, with_login(profile, event, at=at))
        own = (key_of(event.actor), subscriber_network(event.ip))
        self.failures = tuple(each for each in self.failures if (each.who, each.network) != own)

    def _profile(self, event: AuditEvent, at: datetime) -> Profile:
        """The principal's habits; read from the log where a limit had cut them off."""
        who, key = event.actor, key_of(event.actor)
        known = self.baseline.profiles.get(key) or Profile(principal=who, whole=self.baseline.whole)
        if known.whole or not who.uin:
            return known
        read = past_of(self._cloud, who, at - timedelta(seconds=1), self._look.now)  # this login is no habit yet
        standings = standings_of(self._look)
        past = baseline_of(read.events, whole=True, now=self._look.now, standings=standings)
        found = past.profiles.get(key) or Profile(principal=who)
        self._learn(event, found)
        return found

    def _learn(self, event: AuditEvent, profile: Profile) -> None:
        self.baseline = grown(self.baseline, {key_of(event.actor): profile}, account=event.account)


def failure_of(event: AuditEvent, now: datetime) -> Failure:
    """What is remembered of a failed login."""
    return Failure(at=made_at(event, now), who=key_of(event.actor), network=subscriber_network(event.ip))


def recent(failures: tuple[Failure, ...], end: datetime) -> tuple[Failure, ...]:
    """Failures that may count for a login after this time."""
    return tuple(each for each in failures if each.at >= end - FAILURES_WITHIN)
