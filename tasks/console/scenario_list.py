"""The list of drills."""

from tasks.case import utc_now
from tasks.console.story import tell
from tasks.sandbox.scenarios import load, names
from tasks.settings import Lang, settings


def list_scenarios(lang: Lang | None) -> None:
    """Print every scenario with its story."""
    zh = (lang or settings().lang) == "zh"
    for name in names():
        scenario = load(name, now=utc_now())
        tell(f"{name:28}{scenario.title.zh if zh else scenario.title.en}", style="bold")
        tell(f"{'':28}{scenario.story.zh if zh else scenario.story.en}")
