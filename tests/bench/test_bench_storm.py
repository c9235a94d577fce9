"""The benches of alerts and storms: what they send, what they replay, and that they come to their tables."""

import json
import os
import time
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.__main__ import app
from tasks.bench.alert import bench_alert, latencies_of, row_of
from tasks.bench.calls import Times
from tasks.bench.floor import Floor, Replay
from tasks.bench.process import cpu_s, memory
from tasks.bench.sandbox import sandbox_apart
from tasks.bench.storm import lines_of, once
from tasks.bench.storm_run import Storm, StormRow, messages, reworded
from tasks.cloud.client import connect
from tasks.errors import InputError
from tasks.runbooks.unusual_login.correlation import NAMED_WINDOW
from tests.alerts import parse_alert
from tests.bench.bench_samples import call, search
from tests.waiting import FOR_EVER_S

ALERTS = [
    {"ip": f"192.0.2.{n}", "login_time": f"2026-07-15T03:3{n}:59Z", "account": "100000000001", "principal": f"user-{n}"}
    for n in range(5)
]


def test_so_many_messages_tell_of_each_login_equally_often() -> None:
    sent = messages(ALERTS, 15)

    assert Counter(one["principal"] for one in sent) == {f"user-{n}": 3 for n in range(5)}
    assert Counter(one.get("source", "first") for one in sent) == {"first": 10, "mail": 5}
    assert sent[:5] != ALERTS


def test_other_words_tell_of_the_same_login() -> None:
    first, other = (parse_alert(json.dumps(one)) for one in (ALERTS[0], reworded(ALERTS[0])))

    assert (first.ip, first.account, first.principal) == (other.ip, other.account, other.principal)
    assert first.text != other.text
    assert first.login_time is not None
    assert other.login_time is not None
    assert abs(first.login_time - other.login_time) < NAMED_WINDOW


@pytest.mark.parametrize(("text", "found"), [("0,100", (0, 100)), ("50", (50,)), (" 1, 2", (1, 2))])
def test_latencies_are_read(text: str, found: tuple[int, ...]) -> None:
    assert latencies_of(text) == found


@pytest.mark.parametrize("text", ["", "fast", "10;20", "-1", "1.5"])
def test_what_is_no_latency_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--latency"):
        latencies_of(text)


def test_the_floor_makes_the_chain_first_then_the_acts_and_the_others_beside() -> None:
    with sandbox_apart("storm-few") as sandbox:
        sandbox.set_faults(latency_s=0.02)
        now = int(time.time())
        chain = [search("EventName", "ConsoleLogin", StartTime=now - 60, EndTime=now) for _ in range(2)]
        acts = [call("ListAccessKeys", TargetUin=100000001001), call("GetUser", Name="nobody")]
        floor = Floor(connect(endpoint=sandbox.url, environ=sandbox.environ))
        floor.one(Replay(chain, [call("ListAccounts")], acts))
        floor.close()
        calls = sandbox.calls()

    serial = [one for one in calls if one.action != "ListAccounts"]
    assert [one.action for one in serial] == ["DescribeEvents", "DescribeEvents", "ListAccessKeys", "GetUser"]
    assert all(one.at <= after.arrived for one, after in pairwise(serial))
    assert serial[-1].code == "ResourceNotFound.UserNotExist"
    assert next(one for one in calls if one.action == "ListAccounts").arrived < serial[1].arrived


def test_a_sandbox_apart_tells_its_calls_from_any_of_them_on_and_who_is_who() -> None:
    with sandbox_apart("storm-few") as sandbox:
        floor = Floor(connect(endpoint=sandbox.url, environ=sandbox.environ))
        floor.all([call("GetCallerIdentity"), call("ListAccounts")])
        floor.close()

        assert [one.action for one in sandbox.calls(1)] == ["ListAccounts"]
        assert len(sandbox.alerts) == 40
        assert sandbox.people.uins["user-0001"] == "100000001001"
        assert list(sandbox.people.owners.values()).count("user-0001") == 2


def test_a_process_has_used_time_and_memory() -> None:
    before, found = cpu_s(os.getpid()), memory(os.getpid())

    until = time.process_time() + 0.05
    while time.process_time() < until:
        sum(range(1000))

    assert cpu_s(os.getpid()) > before
    assert 0 < found.pss <= found.rss <= found.peak


def storm_row(**parts: Any) -> StormRow:
    plain: dict[str, Any] = {
        "contained_s": (1.0, 2.0, 6.0),
        "floor_s": (1.0, 2.0, 3.0),
        "incidents": 3,
        "joined": 2,
        "refused": 0,
        "lost": 0,
        "twice": 0,
        "taken_s": 0.5,
        "visible_s": 4.0,
        "calls_each": 40.0,
        "cpu_each_s": (0.1, 0.2),
        "peaks_mb": (100.0, 200.0),
    }
    return StormRow(**plain | parts)


def test_a_storms_tables_show_medians_but_the_worst_of_what_went_wrong() -> None:
    rows = [storm_row(), storm_row(lost=2, refused=5), storm_row(twice=1, contained_s=(1.0, 2.0, 9.0))]

    lines = [line.split() for line in lines_of(rows)]

    assert lines[1] == ["floor", "2.00", "2.00", "3.00", "1.00"]
    assert lines[2] == ["runbooks", "2.00", "2.00", "6.00", "2.00"]
    assert lines[4] == ["3", "2", "5", "2", "1", "0.50", "4.00", "40"]
    assert lines[6:] == [["serve", "0.10", "100"], ["Prefect", "0.20", "200"]]


def test_a_storm_without_a_floor_has_no_ratio() -> None:
    lines = [line.split() for line in lines_of([storm_row(floor_s=())])]

    assert lines[1] == ["runbooks", "2.00", "2.00", "6.00", "-"]


def test_the_ratio_is_of_the_last_containments() -> None:
    row = row_of("runbooks", 100, [Times(0.1, 1, 3), Times(0.2, 2, 5)], [Times(0, 1, 2)])

    assert row.ratio == 2
    assert row.line.split() == ["100", "runbooks", "2", "0.150", "1.500", "4.000", "2.00"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["alert", "--runs", "30"], "--runs"),
        (["storm", "--alerts", "500", "--principals", "400"], "--principals"),
        (["storm", "--scenario", "no-such"], "no-such"),
    ],
)
def test_what_a_scenario_has_not_is_refused_before_anything_is_started(words: list[str], named: str) -> None:
    done = CliRunner().invoke(app, ["bench", *words])

    assert done.exit_code != 0
    assert named in str(done.exception)


@pytest.fixture
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench that waits as long as it takes."""
    for limit in ("respond.PATIENCE_S", "storm_run.PATIENCE_S", "serve.START_S"):
        monkeypatch.setattr(f"tasks.bench.{limit}", FOR_EVER_S)


@pytest.mark.prefect
@pytest.mark.usefixtures("no_hurry")
def test_a_small_storm_loses_nothing_and_does_nothing_twice() -> None:
    row = once(Storm("storm-apart", alerts=6, principals=3))

    assert (row.lost, row.twice, row.incidents, row.joined) == (0, 0, 3, 3)
    assert len(row.contained_s) == len(row.floor_s) == 3
    assert all(figure > 0 for figure in (*row.cpu_each_s, *row.peaks_mb, row.taken_s, row.visible_s, row.calls_each))


@pytest.mark.prefect
@pytest.mark.usefixtures("no_hurry")
def test_ours_is_measured_beside_its_floor(capfd: pytest.CaptureFixture[str]) -> None:
    from flows.unusual_login import unusual_login  # noqa: PLC0415 - Prefect takes seconds to import

    bench_alert(unusual_login, runs=1, latencies_ms=(0,), with_peers=False)

    lines = [line.split() for line in capfd.readouterr().out.splitlines() if line.startswith("  ")]
    floor, ours = lines[1:3]
    assert [floor[1], ours[1]] == ["floor", "runbooks"]
    assert floor[-1] == "1.00"
    assert all(float(cell) > 0 for cell in ours[2:])
