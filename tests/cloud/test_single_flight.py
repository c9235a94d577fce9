"""What many gatherings ask alike is asked once, and nothing else is shared."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tasks.cloud.api import Call
from tasks.cloud.audit import BACK
from tasks.cloud.client import connect
from tasks.cloud.products import CAM
from tasks.cloud.single_flight import FRESH_S, REFUSED_S, SingleFlight
from tasks.errors import CloudError, Denied, NotFound, Silent, Throttled
from tasks.lookup.collector import Collector
from tasks.lookup.history import RECENT, STEP, spans
from tasks.lookup.trail import trail_now
from tasks.model.fact import Known
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import gather, start_of
from tasks.sandbox.server import Sandbox
from tests.cloud.scripted import Scripted

pytestmark = pytest.mark.usefixtures("no_waiting")

READ = Call(CAM, "ListUsers")
ACCOUNT_WIDE = {
    *("sts:GetCallerIdentity", "cam:ListAccounts", "cam:DescribeSubAccounts", "csip:DescribeAccessKeyUserDetail"),
    *("cvm:DescribeRegions", "lighthouse:DescribeRegions", "vpc:DescribeAddresses", "vpc:DescribeNatGateways"),
}
EACH_ITS_OWN = {"csip:DescribeAccessKeyAlarm", "cam:ListAccessKeys", "cam:GetUserPermissionBoundary"}
GATHERINGS = 5


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def answering(*errors: type[CloudError]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Raise these one after the other, then answer."""
    left = list(errors)

    def answer(_: Mapping[str, Any]) -> dict[str, Any]:
        if left:
            raise left.pop(0)("cam:ListUsers", "Code", "words", "r-1")
        return {"Data": [], "SessionToken": "example-token-of-a-session"}

    return answer


def at_once(count: int, work: Callable[[], object], go: threading.Event) -> list[object]:
    """What each of so many threads got, errors among it; the cloud may answer when all have begun."""
    found: list[object] = []

    def one() -> None:
        try:
            found.append(work())
        except CloudError as error:
            found.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(10)
    return found


def test_twenty_who_ask_at_once_share_one_masked_answer() -> None:
    go, answer = threading.Event(), answering()
    shared = SingleFlight(cloud := Scripted(lambda params: answer(params) if go.wait(5) else {}))

    found = at_once(20, lambda: shared.call(READ), go)

    assert len(cloud.asked) == 1
    assert len(found) == 20
    assert all(answer is found[0] for answer in found)
    assert "example-token" not in str(found[0])


@pytest.mark.parametrize(
    "other",
    [
        {"params": {"Limit": 1}},
        {"region": "ap-shanghai"},
        {"require": ("Data",)},
        {"action": "ListGroups"},
        {"product": CAM._replace(version="2020-01-01")},
    ],
)
def test_a_question_that_differs_in_anything_is_another(other: dict[str, Any]) -> None:
    shared = SingleFlight(cloud := Scripted(answering()))

    shared.call(READ)
    shared.call(replace(READ))
    shared.call(replace(READ, **other))

    assert len(cloud.asked) == 2


def test_an_answer_is_shared_for_its_time_and_then_asked_for_anew() -> None:
    shared = SingleFlight(cloud := Scripted(answering()), clock=(clock := Clock()))

    shared.call(READ)
    clock.now += FRESH_S - 0.1
    shared.call(READ)
    within = len(cloud.asked)
    clock.now += 0.1
    shared.call(READ)

    assert (within, len(cloud.asked)) == (1, 2)


@pytest.mark.parametrize("kind", [Denied, NotFound])
def test_a_refusal_is_shared_for_a_few_seconds(kind: type[CloudError]) -> None:
    shared = SingleFlight(cloud := Scripted(answering(kind)), clock=(clock := Clock()))

    for _ in range(2):
        with pytest.raises(kind) as caught:
            shared.call(READ)
        assert caught.value.args == ("cam:ListUsers", "Code", "words", "r-1")
    refused = len(cloud.asked)
    clock.now += REFUSED_S

    assert refused == 1
    assert shared.call(READ).body["Data"] == []


@pytest.mark.parametrize("kind", [Throttled, Silent])
def test_a_failure_of_the_moment_is_not_shared(kind: type[CloudError]) -> None:
    shared = SingleFlight(cloud := Scripted(answering(kind)))

    with pytest.raises(kind):
        shared.call(READ)

    assert shared.call(READ).body["Data"] == []
    assert len(cloud.asked) == 2


def test_who_waits_for_a_call_that_fails_asks_anew() -> None:
    go, answer = threading.Event(), answering(Throttled)
    shared = SingleFlight(cloud := Scripted(lambda params: answer(params) if go.wait(5) else {}))

    found = at_once(5, lambda: shared.call(READ), go)

    assert sorted(type(each).__name__ for each in found) == ["Answer"] * 4 + ["Throttled"]
    assert len(cloud.asked) == 2


def test_a_defect_of_ours_leaves_nobody_waiting() -> None:
    def broken(_: Mapping[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError

    shared = SingleFlight(Scripted(broken))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            shared.call(READ)


def test_what_is_too_old_to_be_shared_is_let_go() -> None:
    shared = SingleFlight(Scripted(answering()), clock=(clock := Clock()))
    shared.call(READ)
    shared.forget_old()
    fresh = len(shared._asked)
    clock.now += FRESH_S
    shared.forget_old()

    assert (fresh, len(shared._asked)) == (1, 0)


def test_gatherings_at_once_ask_for_the_account_once_and_for_each_login_itself() -> None:
    with Sandbox.start("stolen-sub-account") as sandbox:
        sandbox.faults.set(rate_limit=False)
        facts, counts, kept = gather_at_once(sandbox)

    assert {name for name in ACCOUNT_WIDE if counts[name] > counts[f"{name} once"]} == set()
    assert {name for name in EACH_ITS_OWN if counts[name] != GATHERINGS * counts[f"{name} once"]} == set()
    assert all(values(each) == values(facts[0]) for each in facts)
    assert all(set(each) == set(kept[0]) for each in kept)


def values(facts: LoginFacts) -> dict[str, object]:
    """What is known, without what proves it: the answers come in no certain order."""
    found = {name: getattr(facts, name) for name in ("caller", "login", "history", "co_users", "protections", "keys")}
    assert all(isinstance(fact, Known) for fact in found.values())
    return {name: fact.value for name, fact in found.items()}


def gather_at_once(sandbox: Sandbox) -> tuple[list[LoginFacts], Counter[str], list[list[str]]]:
    """Facts, calls and kept sources of some gatherings at once; and the calls of one alone, as `… once`."""
    cloud = connect(endpoint=sandbox.url, environ=sandbox.credentials())
    alert, now, counts = LoginAlert.model_validate(sandbox.alert()), datetime.now(UTC), Counter[str]()
    kept: list[list[str]] = []

    async def run(count: int) -> list[LoginFacts]:
        shared = SingleFlight(cloud)
        kept[:] = [[] for _ in range(count)]
        calls = [
            gather(
                Collector(cloud, now=now, keep=lambda source, *_, box=box: box.append(source) or source, shared=shared),
                alert,
                Policy(),
            )
            for box in kept
        ]
        return await asyncio.gather(*calls)

    for count, suffix in ((1, " once"), (GATHERINGS, "")):
        before = len(sandbox.calls())
        facts = asyncio.run(run(count))
        counts.update(f"{call.service}:{call.action}{suffix}" for call in sandbox.calls()[before:])
    return facts, counts, kept


def test_looking_again_asks_the_cloud_itself() -> None:
    with Sandbox.start("stolen-sub-account") as sandbox:
        sandbox.faults.set(rate_limit=False)
        cloud = connect(endpoint=sandbox.url, environ=sandbox.credentials())
        alert, now = LoginAlert.model_validate(sandbox.alert()), datetime.now(UTC)
        facts = asyncio.run(gather(Collector(cloud, now=now), alert, Policy()))
        calls = []
        for _ in range(2):
            before = len(sandbox.calls())
            asyncio.run(trail_now(Collector(cloud, now=now), start_of(alert, facts)))
            calls.append(len(sandbox.calls()) - before)

    assert calls[0] == calls[1] > 0
    assert isinstance(facts.trail, Known)


NOW = datetime(2026, 11, 23, 12, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=30), timedelta(seconds=99)])
def test_everybodys_windows_stay_the_same_for_minutes(later: timedelta) -> None:
    old, _ = spans(NOW, NOW)

    assert spans(NOW + later, NOW + later)[0] == old
    assert spans(NOW + STEP, NOW + STEP)[0] != old


@pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=9), timedelta(days=3), timedelta(days=50)])
def test_no_moment_of_the_ninety_days_is_left_out(back: timedelta) -> None:
    old, new = spans(NOW, NOW - back)
    edges = sorted([*old, *new])

    assert timedelta(0) <= edges[0][0] - (NOW - BACK) <= STEP
    assert all(end == start for (_, end), (start, _) in pairwise(edges))
    assert edges[-1][1] >= NOW - back
    assert edges[-1][1] <= NOW
    assert all(end <= NOW - RECENT for _, end in old)
