"""`runbooks chaos`: the plan drawn, its homes played beside one another, judged, told; everything ended."""

import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from tasks.chaos.database import OWN
from tasks.chaos.judge import Violation, judge
from tasks.chaos.plan import Database, House, Plan, draw, unable
from tasks.chaos.play import Outcome, play
from tasks.chaos.table import lines_of
from tasks.cli.children import Children, end_those_in, leaving_in_order
from tasks.cli.terminal import tell

AT_ONCE = 2
"""Homes at the same time: each has two or three busy processes."""
SHOWN = 50
"""Violations that are printed; all are in the kept folder."""


def run_chaos(*, incidents: int, faults: int, seed: int, database: str, keep: Path | None) -> int:
    """Play, judge and tell; returns the exit status: 0 if nothing was violated, else 1.

    Args:
        database: of a PostgreSQL server; `postgresql` for one of our own; empty for SQLite.
        keep: folder for the homes; by default a temporary one that is removed where nothing was violated.
    """
    behind = {"": Database.SQLITE, OWN: Database.OURS}.get(database, Database.GIVEN)
    plan = draw(incidents=incidents, faults=faults, seed=seed, database=behind)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="runbooks-chaos-", dir=keep))
    tell(f"chaos: {incidents} incidents, {faults} faults, {len(plan.houses)} homes; --seed {seed}; homes in {folder}")
    tell(f"ledger: {behind.value}; can't be done to it: {', '.join(sorted(unable(behind))) or 'nothing'}")
    began, stop, children = time.monotonic(), threading.Event(), Children()
    with leaving_in_order():
        try:
            outcomes = _played(plan, folder, children, stop, database)
        finally:
            stop.set()
            end_those_in(folder)
            children.close()
    violations = [violation for one in outcomes for violation in judge(one.seen)]
    for line in lines_of(outcomes, violations):
        tell(line)
    again = f"runbooks chaos --incidents {incidents} --faults {faults} --seed {seed}"
    again += f" --database {OWN}" if behind is Database.OURS else ""
    tell(f"{time.monotonic() - began:.0f} s; the same schedule again: {again}")
    return _verdict(violations, folder, kept=keep is not None)


def _played(plan: Plan, folder: Path, children: Children, stop: threading.Event, database: str) -> list[Outcome]:
    """Play every home, some at once; the first that can't be played ends all."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="home") as pool:
        playing = [pool.submit(partial(_play, house, folder, children, stop, database)) for house in plan.houses]
        try:
            done, _ = wait(playing, return_when=FIRST_EXCEPTION)
        except BaseException:
            stop.set()
            end_those_in(folder)
            raise
        if any(one.exception() for one in done):
            stop.set()
        return [one.result() for one in playing]


def _play(house: House, folder: Path, children: Children, stop: threading.Event, database: str) -> Outcome:
    home = folder / f"home-{house.number}"
    home.mkdir(mode=0o700)
    outcome = play(house, home, children, stop, database=database)
    (home / "seen.json").write_text(outcome.seen.model_dump_json(indent=1), encoding="utf-8")
    (home / "plan.json").write_text(house.model_dump_json(indent=1), encoding="utf-8")
    found = len(judge(outcome.seen))
    words = f"home {house.number} ({house.mode}, {house.serves} serve): {len(house.logins)} incidents"
    tell(f"{words}, {len(outcome.befell)} faults, {found} violations, {outcome.lasted_s:.0f} s")
    return outcome


def _verdict(violations: Sequence[Violation], folder: Path, *, kept: bool) -> int:
    if not violations:
        if not kept:
            shutil.rmtree(folder)
        tell("nothing was violated")
        return 0
    for violation in violations[:SHOWN]:
        tell(f"{violation.breach.value}: {violation.whom}: {violation.said}")
    (folder / "violations.txt").write_text(
        "".join(f"{one.breach.value}: {one.whom}: {one.said}\n" for one in violations), encoding="utf-8"
    )
    tell(f"{len(violations)} violations; logs, ledgers and what was seen are kept in {folder}")
    return 1
