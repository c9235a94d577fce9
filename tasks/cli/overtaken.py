"""What to say to whoever answered a question that is not open any more."""

from typing import Any

from tasks.engine.questions import Waiting, answer_to, waiting_question
from tasks.model.base import Sentence

WHO = ("answered_by", "approved_by", "done_by")
WHAT = ("answer", "decision")
PLAN = "containment-"


async def overtaken_by(shown: Waiting) -> Sentence | None:
    """Why the question that was shown takes no answer any more; None where it still waits for one."""
    now = await waiting_question(shown.flow_run_id)
    if isinstance(now, Waiting) and now.key == shown.key:
        return None
    given = await answer_to(shown.flow_run_id, shown.key)
    if given is not None:
        return _decided(given)
    if isinstance(now, Waiting) and shown.key.startswith(PLAN) and now.key.startswith(PLAN):
        return Sentence(zh="计划变了，请再看一遍。", en="The plan changed, look again.")
    return Sentence(zh="这个问题已经不再等待回答。", en="This question waits for no answer any more.")


def _decided(given: dict[str, Any]) -> Sentence:
    who = next((str(given[name]) for name in WHO if name in given), "?")
    what = next((str(given[name]) for name in WHAT if name in given), "")
    said_zh, said_en = (f"：{what}", f": {what}") if what else ("", "")
    return Sentence(zh=f"其间已由 {who} 决定{said_zh}", en=f"Decided meanwhile by {who}{said_en}")
