"""What the commands that run an incident are told."""

from pathlib import Path

from pydantic import Field

from tasks.model.answers_file import AnyAnswers
from tasks.model.base import Lang, Value
from tasks.model.policy import Mode


class Options(Value):
    """Options of `drill` and `respond`.

    Args:
        mode: None for the policy's.
        answers: answers given beforehand; None to have a person asked.
        record: file that the incident's record is written to.
        lang: None for the setting's.
        timeout_s: how long to wait for people, in seconds; work is not counted.
        stay: whether to keep the UI open at the end until the operator leaves.
        again: whether to answer anew what has an incident already.
    """

    mode: Mode | None = None
    answers: AnyAnswers | None = None
    record: Path | None = None
    lang: Lang | None = None
    timeout_s: float | None = Field(default=None, gt=0)
    stay: bool = False
    again: bool = False
