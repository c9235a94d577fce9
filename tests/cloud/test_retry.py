"""A call is tried again where the cloud may say yes next time, a write only where it was surely not done."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tasks.cloud.api import Call
from tasks.cloud.products import CAM
from tasks.cloud.retry import ATTEMPTS, RetryingClient
from tasks.cloud.tracing import TracingClient
from tasks.errors import BadCredential, CloudError, CloudTransient, Denied, NotFound, Silent, Throttled
from tests.cloud.scripted import Scripted

pytestmark = pytest.mark.usefixtures("no_waiting")

READ = Call(CAM, "ListUsers")
WRITE = Call(CAM, "UpdateUser", {"Name": "alice"})


def failing(*errors: type[CloudError]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Raise these one after the other, then answer."""
    left = list(errors)

    def answer(_: Mapping[str, Any]) -> dict[str, Any]:
        if left:
            raise left.pop(0)("cam:ListUsers", "Code")
        return {"Data": []}

    return answer


@pytest.mark.parametrize("kind", [Throttled, Silent, CloudTransient])
def test_what_is_transient_is_tried_again(kind: type[CloudError]) -> None:
    cloud = Scripted(failing(kind, kind))

    assert RetryingClient(cloud).call(READ).body == {"Data": []}
    assert len(cloud.asked) == 3


@pytest.mark.parametrize("kind", [Denied, BadCredential, NotFound])
def test_a_refusal_is_taken_at_its_word(kind: type[CloudError]) -> None:
    cloud = Scripted(failing(kind, kind))

    with pytest.raises(kind):
        RetryingClient(cloud).call(READ)

    assert len(cloud.asked) == 1


def test_a_throttled_write_was_not_done_and_is_tried_again() -> None:
    cloud = Scripted(failing(Throttled, Throttled))

    assert RetryingClient(cloud).call(WRITE).body == {"Data": []}
    assert len(cloud.asked) == 3


@pytest.mark.parametrize("kind", [Silent, CloudTransient, Denied])
def test_a_write_that_may_have_been_done_is_never_repeated(kind: type[CloudError]) -> None:
    cloud = Scripted(failing(kind, kind))

    with pytest.raises(kind):
        RetryingClient(cloud).call(WRITE)

    assert len(cloud.asked) == 1


def test_a_write_that_is_throttled_and_then_unanswered_is_left_at_that() -> None:
    cloud = Scripted(failing(Throttled, Silent))

    with pytest.raises(Silent):
        RetryingClient(cloud).call(WRITE)

    assert len(cloud.asked) == 2


@pytest.mark.parametrize("read", ["DescribeEvents", "GetCallerIdentity", "ListUsers", "QueryApiKey"])
def test_what_changes_nothing_is_a_read(read: str) -> None:
    assert Call(CAM, read).reads


@pytest.mark.parametrize("write", ["UpdateUser", "CreatePolicy", "AttachRolePolicy", "SetMfaFlag", "PutSomething"])
def test_what_may_change_something_is_none(write: str) -> None:
    assert not Call(CAM, write).reads


def test_clients_nest_freely_and_each_try_is_traced() -> None:
    tracing = TracingClient(cloud := Scripted(failing(Silent)))
    RetryingClient(tracing).call(READ)

    assert len(cloud.asked) == 2
    assert tracing.request_ids == ["r"]


def test_after_the_last_try_the_error_itself_is_raised() -> None:
    cloud = Scripted(failing(*[Silent] * 100))

    with pytest.raises(Silent):
        RetryingClient(cloud).call(READ)

    assert len(cloud.asked) == ATTEMPTS


@pytest.mark.parametrize("call", [READ, WRITE])
def test_what_is_throttled_was_not_done_and_costs_no_try(call: Call) -> None:
    cloud = Scripted(failing(*[Throttled] * 4 * ATTEMPTS))

    assert RetryingClient(cloud).call(call).body == {"Data": []}
    assert len(cloud.asked) == 4 * ATTEMPTS + 1


def test_throttling_has_no_end_but_the_deadline() -> None:
    reads = RetryingClient(cloud := Scripted(lambda _: throttled()), deadline_s=3600)

    def throttled() -> dict[str, Any]:
        if len(cloud.asked) == 3 * ATTEMPTS:
            reads._until = time.monotonic()  # so long it took
        raise Throttled("cam:ListUsers", "RequestLimitExceeded")

    with pytest.raises(Throttled):
        reads.call(WRITE)

    assert len(cloud.asked) == 3 * ATTEMPTS


def test_tries_put_no_line_before_a_person(caplog: pytest.LogCaptureFixture) -> None:
    RetryingClient(Scripted(failing(Throttled, Silent))).call(READ)

    assert caplog.records == []


def test_nothing_is_asked_when_the_time_is_over() -> None:
    cloud = Scripted(failing())

    with pytest.raises(Silent, match="DeadlineExceeded"):
        RetryingClient(cloud, deadline_s=0).call(READ)

    assert cloud.asked == []


def test_nothing_is_tried_again_once_nobody_waits_for_it() -> None:
    reads = RetryingClient(cloud := Scripted(lambda _: slow()), deadline_s=3600)

    def slow() -> dict[str, Any]:
        reads._until = time.monotonic()  # so long it took
        raise Silent("cam:ListUsers", "ClientNetworkError")

    with pytest.raises(Silent):
        reads.call(READ)

    assert len(cloud.asked) == 1


def test_it_looks_like_the_cloud_itself() -> None:
    reads = RetryingClient(Scripted(failing()))

    assert (reads.site, reads.key_id) == ("cn", "AKIDexample")
