"""The list of drills."""

from tasks.case import utc_now
from tasks.config.settings import Lang, settings
from tasks.console.story import tell
from tasks.sandbox.scenarios import load, names


def list_scenarios(lang: Lang | None) -> None:
    """Print every scenario with its story."""
    spoken = lang or settings().lang
    for name in names():
        scenario = load(name, now=utc_now())
        tell(f"{name:28}{scenario.title[spoken]}", style="bold")
        tell(f"{'':28}{scenario.sentence[spoken]}")
