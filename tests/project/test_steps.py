"""Every step is kept under a name of its own and what tells its calls apart; a change of either asks people again."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

# A new step is added here; what stands here changes only with a word in the CHANGELOG on what becomes of waiting runs.
KEPT = (
    ("act", ("name", "plan_hash")),
    ("act_alone", ("plan_hash",)),
    ("await_tries", ("number",)),
    ("begin_guided", ("plan_hash",)),
    ("close_stopped", ("number",)),
    ("decide_early", ()),
    ("decide_late", ("point",)),
    ("gather_anew", ("point",)),
    ("give_way", ("other",)),
    ("go_on", ("number",)),
    ("keep_approval", ("plan_hash", "approver")),
    ("keep_form", ("key",)),
    ("keep_plan", ("number",)),
    ("look_again", ("number",)),
    ("look_at_logins", ()),
    ("look_up", ()),
    ("name_run", ()),
    ("offer", ("people",)),
    ("open_case", ()),
    ("pass_breaker", ("plan_hash",)),
    ("publish", ("headline",)),
    ("rename_run", ("point",)),
    ("restore", ()),
    ("start_waiting", ()),
    ("take_in", ("point",)),
    ("take_tries", ("point",)),
    ("turned_up_by", ("point",)),
    ("verify", ("plan_hash",)),
)


def steps(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name and distinct arguments of every step that a module defines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "step":
            given = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
            yield given["name"], given.get("distinct", ())


def test_a_step_is_kept_under_what_earlier_versions_kept_it_under() -> None:
    found = [each for path in ROOT.glob("tasks/**/*.py") for each in steps(path)]

    assert tuple(sorted(found)) == KEPT
