"""Chaos itself, played for real: a few incidents under a few faults of differing kinds, and an end in the midst."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.chaos.plan import Kind, draw
from tasks.cli.children import living_in
from tests.waiting import until

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]
SEED = 25
INCIDENTS, FAULTS = 12, 4
WANTED = {Kind.KILL_SERVE, Kind.KILL_CLOUD, Kind.DENY, Kind.SERVER_ERROR}


def chaos(folder: Path, *words: str) -> "subprocess.Popen[str]":
    env = os.environ | {"TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flows", "chaos", *words]
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(command, env=env, cwd=ROOT, text=True, stdout=said, stderr=said)


def others(of: "subprocess.Popen[str]", folder: Path) -> list[int]:
    return [pid for pid in living_in(folder) if pid != of.pid]


def test_a_few_incidents_under_a_few_faults_violate_nothing(tmp_path: Path) -> None:
    (house,) = draw(incidents=INCIDENTS, faults=FAULTS, seed=SEED).houses
    running = chaos(tmp_path, "--incidents", f"{INCIDENTS}", "--faults", f"{FAULTS}", "--seed", f"{SEED}")
    status = running.wait()

    said = (tmp_path / "said").read_text("utf-8")
    assert status == 0, said
    assert "nothing was violated" in said
    assert f"incidents {INCIDENTS}, " in said
    assert {fault.kind for fault in house.faults} == WANTED
    assert others(running, tmp_path) == []
    assert list(tmp_path.glob("runbooks-chaos-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_in_the_midst_finds_no_process_left(number: signal.Signals, tmp_path: Path) -> None:
    running = chaos(tmp_path, "--incidents", "2", "--faults", "0")
    until(lambda: bool(list(tmp_path.glob("*/home-0/serve-0.log"))), by=running)
    running.send_signal(number)

    assert running.wait() == 128 + number
    until(lambda: others(running, tmp_path) == [])
