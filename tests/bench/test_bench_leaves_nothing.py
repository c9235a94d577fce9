"""However a measurement ends, the programs that it started end with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.cli.children import living_in
from tests.waiting import until

ROOT = Path(__file__).parents[2]
BESIDE = """
import os, signal, sys, time
from pathlib import Path
from tasks.bench.serve import process
from tasks.cli.children import leaving_in_order
home = Path(sys.argv[1])
signal.signal(signal.SIGHUP, signal.SIG_DFL)
words = ["-c", "import time; time.sleep(3600)"]
with leaving_in_order(), process(words, home=home, env=os.environ, log="log"):
    time.sleep(3600)
"""


def started(words: list[str], folder: Path) -> "subprocess.Popen[str]":
    """A program that has its temporary files in a folder, and nothing else that names it."""
    env = os.environ | {"TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, *words], env=env, cwd=ROOT, text=True, stderr=subprocess.DEVNULL)


def others(bench: "subprocess.Popen[str]", folder: Path) -> list[int]:
    return [pid for pid in living_in(folder) if pid != bench.pid]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_program_beside_us_ends_with_us(number: signal.Signals, tmp_path: Path) -> None:
    bench = started(["-c", BESIDE, str(tmp_path)], tmp_path)
    until(lambda: bool(others(bench, tmp_path)), by=bench)
    bench.send_signal(number)

    assert bench.wait() == (-number if number is signal.SIGKILL else 128 + number)
    until(lambda: not others(bench, tmp_path))


@pytest.mark.prefect
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_storm_that_is_killed_leaves_no_process_behind(number: signal.Signals, tmp_path: Path) -> None:
    bench = started(["-m", "flows", "bench", "storm", "--alerts", "2", "--scenario", "storm-few"], tmp_path)
    until(lambda: len(list(tmp_path.glob("runbooks-bench-*/prefect/server.json"))) > 0, by=bench)
    bench.send_signal(number)
    bench.wait()

    until(lambda: not others(bench, tmp_path))
