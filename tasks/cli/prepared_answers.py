"""Answers from a file, as the forms that a waiting run asks for."""

from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from tasks.cli.prompt import one_of
from tasks.config.yaml_file import load_yaml
from tasks.engine.questions import Waiting
from tasks.model.answer import CONFIRM
from tasks.model.answers_file import AnswersFile, AnyAnswers
from tasks.model.base import Value
from tasks.runbooks.registry import all_runbooks
from tasks.steps.forms import ALL, DONE, NONE, NOT_DONE, SOME

Form = dict[str, Any]
SIGNATURES = ("answered_by", "approved_by", "done_by")
"""Fields that say who filled the form in."""


def load_answers(path: Path) -> AnyAnswers:
    """Read an answers file, of whichever runbook.

    Raises:
        InputError: it can't be read or is wrong; names the line.
    """
    return load_yaml(path, answers_type(), what="--answers")


@cache
def answers_type() -> Any:
    """The type of an answers file, whichever runbook's questions it answers."""
    return answers_file({each.name: each.answers for each in all_runbooks()})


def answers_file(kinds: Mapping[str, type[Value]]) -> Any:
    """The type of an answers file whose answers are one runbook's: that which has most of the questions answered.

    Args:
        kinds: the type of each runbook's answers, by its name.
    """
    if len(kinds) == 1:
        return AnswersFile[next(iter(kinds.values()))]  # type: ignore[misc] # known only when it runs

    def meant(given: object) -> str:
        answered = set(given) if isinstance(given, dict) else set[str]()
        return max(kinds, key=lambda name: len(answered & kinds[name].model_fields.keys()))

    several: Any = reduce(or_, (Annotated[kind, Tag(name)] for name, kind in kinds.items()))
    chosen: Any = Annotated[several, Discriminator(meant)]
    return AnswersFile[chosen]


@cache
def topics() -> tuple[str, ...]:
    """What runs may wait for."""
    questions = (name for each in all_runbooks() for name in each.text.questions)
    return (*dict.fromkeys(questions), "containment", "manual_steps")


def topic(key: str) -> str:
    """What a waiting is about: its key without plan hash, confirmed question and attempt."""
    fitting = (name for name in topics() if key.startswith(name.replace("_", "-") + "-"))
    return max(fitting, key=len, default=key)


def _attempt(key: str) -> int:
    last = key.rsplit("-", 1)[-1]
    return int(last) if last.isdigit() and len(last) < 3 else 1  # noqa: PLR2004 - a plan's hash is longer


def _question(key: str, given: AnyAnswers) -> Form | None:
    name = topic(key)
    value = getattr(given.answers, name, None)
    if value is None or _attempt(key) > 1:
        return None
    by = (given.confirmed_by or given.approved_by) if name == CONFIRM else given.answered_by
    return {"answer": value, "answered_by": by}


def _approval(key: str, given: AnyAnswers) -> Form | None:
    wanted = given.approvals.containment
    approvers = (given.approved_by, given.second_approver)
    attempt = _attempt(key)
    approver = approvers[attempt - 1] if attempt <= len(approvers) else None
    if wanted is None or approver is None:
        return None
    if isinstance(wanted, str):
        return {"decision": ALL if wanted == "approve" else NONE, "approved_by": approver, "only": []}
    return {"decision": SOME, "approved_by": approver, "only": [str(kind) for kind in wanted]}


def _manual(waiting: Waiting, given: AnyAnswers) -> Form | None:
    if given.manual_steps is None:
        return None
    value = DONE if given.manual_steps == "done" else NOT_DONE
    fields = (name for name in waiting.form.get("properties", {}) if name.startswith("step_"))
    return {**dict.fromkeys(fields, value), "done_by": given.answered_by}


def filled(waiting: Waiting, given: AnyAnswers) -> Form | None:
    """Fill the form of a waiting run from the file; None where the file has no answer to it."""
    name = topic(waiting.key)
    if name == "containment":
        form = _approval(waiting.key, given)
    elif name == "manual_steps":
        form = _manual(waiting, given)
    else:
        form = _question(waiting.key, given)
    return None if form is None else form | _signed(waiting, form)


def _signed(waiting: Waiting, form: Form) -> Form:
    """Who fills it in, as the form spells the name; who is none of the form's people stays as given, and is refused."""
    who = next(name for name in SIGNATURES if name in form)
    people = waiting.form.get("properties", {}).get(who, {}).get("enum", [])
    return {who: one_of(form[who], people) or form[who]}
