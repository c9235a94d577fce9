"""A login whose record has a service's name in the address's place: that name is nobody's network."""

from datetime import timedelta

import pytest

from tasks.decide.anomaly.baseline import baseline_of, key_of
from tasks.decide.anomaly.comparison import Comparison
from tasks.decide.anomaly.sign_in import failure_anomalies
from tasks.model.facts import Reputation
from tasks.model.policy import Policy
from tasks.model.watch import Failure
from tasks.watch.judge import failure_of
from tests.decide.anomaly.logins_in_words import NOW, login, principal
from tests.scene import STRANGER

SERVICE = "apigw.example.com"
OLD = NOW - timedelta(days=30)


@pytest.mark.parametrize(("ip", "known"), [(SERVICE, False), (STRANGER, True)])
def test_only_an_address_becomes_a_known_network(ip: str, *, known: bool) -> None:
    past = [login("alice nowhere", at=OLD + timedelta(days=day), ip=ip) for day in range(20)]
    baseline = baseline_of(past, whole=True, now=NOW)
    compared = Comparison(
        login=login("alice nowhere", ip=ip), at=NOW, baseline=baseline, policy=Policy(), reputation=Reputation()
    )

    assert compared.from_known_network is known
    assert all(bool(habit.addresses) is known for each in baseline.profiles.values() for habit in each.habits)


@pytest.mark.parametrize(("ip", "count"), [(SERVICE, 0), (STRANGER, 1)])
def test_strangers_failures_count_by_an_address_and_not_by_a_services_name(ip: str, count: int) -> None:
    failed: tuple[Failure, ...] = (failure_of(login("bob nowhere", ip=ip), NOW),) * 20
    assert failed[0].who != key_of(principal("alice"))
    compared = Comparison(
        login=login("alice nowhere", ip=ip),
        at=NOW,
        baseline=baseline_of([], whole=True, now=NOW),
        policy=Policy(),
        reputation=Reputation(),
        failures=failed,
    )

    assert len(failure_anomalies(compared)) == count
