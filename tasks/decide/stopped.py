"""How an incident ends whose run a person cancelled, and who said that it stays so."""

from tasks.decide.sentences import both, shorten
from tasks.decide.verdict import active_containment
from tasks.model.base import Sentence
from tasks.model.plan import Outcome


def stays_stopped(
    outcomes: tuple[Outcome, ...], put_back: tuple[Outcome, ...], *, by: str, why: str
) -> tuple[Sentence, ...]:
    """Why it is kept as declined, and what stays in force of what was done before."""
    said = both(
        f"运行被人取消，{by} 决定到此为止：{why}",
        f"The run was cancelled by a person, and {by} lets it end here: {why}",
    )
    active = active_containment(outcomes, put_back)
    if not active:
        return (said, both("没有仍然生效的处置。", "No containment is in force."))
    names = shorten(tuple(one.name for one in active))
    zh = f"已做的处置仍然生效，可用 runbooks undo 撤销：{names.zh}。"
    return (said, both(zh, f"What was done stays in force; `runbooks undo` rolls it back: {names.en}."))
