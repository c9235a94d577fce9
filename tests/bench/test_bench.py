"""The measurements come out: as tables, of what they say; how fast it is, no test says."""

import json

import pytest
from typer.testing import CliRunner

from flows.__main__ import app
from tasks.bench.audit_pages import IP, OPERATIONS, WHO, Pages
from tasks.bench.facts import bench_facts
from tasks.bench.hunt import bench_hunt, measure
from tasks.cloud.api import Call
from tasks.cloud.mask import mask
from tasks.cloud.products import CLOUDAUDIT


def table(printed: str) -> list[dict[str, float]]:
    """The rows under the line of headings, which are set apart by two spaces or more."""
    lines = [line for line in printed.splitlines() if line.startswith("  ")]
    names = [name.strip() for name in lines[0].split("  ") if name.strip()]
    return [dict(zip(names, map(float, line.split()), strict=True)) for line in lines[1:]]


def test_the_facts_are_measured_beside_their_floor(capfd: pytest.CaptureFixture[str]) -> None:
    bench_facts(scenario="stolen-sub-account", runs=1, latencies_ms=(0,))

    (row,) = table(capfd.readouterr().out)
    assert row.pop("ms a call") == 0
    assert list(row) == ["floor s", "facts s", "ratio", "CPU s", "calls", "in a chain"]
    assert all(figure > 0 for figure in row.values())
    assert row["in a chain"] == 3  # the login, what alice did, what the user did whom she made


def test_every_latency_has_its_row(capfd: pytest.CaptureFixture[str]) -> None:
    bench_facts(scenario="colleague-on-the-road", runs=1, latencies_ms=(0, 1))

    assert [row["ms a call"] for row in table(capfd.readouterr().out)] == [0, 1]


def test_each_size_of_a_hunt_has_its_row(capfd: pytest.CaptureFixture[str]) -> None:
    bench_hunt(sizes=(50, 200))

    rows = table(capfd.readouterr().out)
    assert [row["events"] for row in rows] == [50, 200]
    assert all(figure > 0 for row in rows for figure in row.values())


@pytest.mark.parametrize("count", [1, 50, 51, 123])
def test_a_hunt_goes_through_all_that_the_pages_hold(count: int) -> None:
    assert measure(count).events == count


def searched_by(key: str, value: str) -> Call:
    return Call(CLOUDAUDIT, "DescribeEvents", {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]})


def test_the_pages_are_like_the_cloud_s_own() -> None:
    pages = Pages(120)
    search = searched_by("PrincipalId", WHO)

    first = pages.call(search).body
    second = pages.call(search.with_params({"NextToken": first["NextToken"]})).body
    last = pages.call(search.with_params({"NextToken": second["NextToken"]})).body

    inner = json.loads(first["Events"][0]["CloudAuditEvent"])
    session = json.loads(inner["userIdentity"]["sessionContext"])
    found = [event["EventId"] for page in (first, second, last) for event in page["Events"]]
    assert [page["ListOver"] for page in (first, second, last)] == [False, False, True]
    assert len(set(found)) == len(found) == 120
    assert session["token"].startswith("exampleSessionToken")
    assert session["token"] not in str(mask(first))
    assert json.loads(inner["requestParameters"])["Action"] == OPERATIONS[0][1]


def test_nobody_else_has_done_anything() -> None:
    assert Pages(120).call(searched_by("SourceIPAddress", IP)).body["Events"] == []


def test_the_command_line_measures_a_hunt() -> None:
    done = CliRunner().invoke(app, ["bench", "hunt", "--events", "60", "--events", "70"])

    assert done.exit_code == 0
    assert [row["events"] for row in table(done.stdout)] == [60, 70]


def test_the_command_line_refuses_a_scenario_that_is_none() -> None:
    done = CliRunner().invoke(app, ["bench", "facts", "--scenario", "no-such"])

    assert done.exit_code != 0
    assert "no-such" in str(done.exception)
