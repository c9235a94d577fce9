"""The forms that people fill in the Prefect UI: required choices, no defaults."""

from typing import Annotated, Any

from prefect.input import RunInput
from pydantic import Field, create_model

from tasks.model.answer import Ask
from tasks.model.base import Lang
from tasks.model.plan import Action, Plan
from tasks.model.policy import Policy

ALL, NONE, SOME = "approve", "decline", "only_these"
DONE, NOT_DONE = "done", "not_done"
GO_ON, STAY_STOPPED = "go_on", "stay_stopped"
GUIDED = "manual_steps"
"""What the wait for guided steps is called."""
TRIES = "try_again"
"""What the wait for further tries is called."""
GIVE_UP = "give_up"


def _text(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _choice(title: str, values: tuple[str, ...], description: str = "") -> Any:
    """A required choice; the server refuses any other value."""
    return Annotated[str, Field(title=title, description=description, json_schema_extra={"enum": list(values)})], ...


def _who(title: str, names: tuple[str, ...]) -> Any:
    """A person: one of the declared ones, or a name where nobody is declared."""
    if names:
        return _choice(title, names)
    return Annotated[str, Field(title=title, min_length=1, max_length=80)], ...


def _form(name: str, fields: dict[str, Any]) -> type[RunInput]:
    return create_model(name, __base__=RunInput, **fields)


def people(policy: Policy, *, barred: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names of those who may fill the form; empty where the policy declares nobody."""
    return tuple(p.name for p in policy.people if p.name not in barred)


def question_form(ask: Ask, policy: Policy, lang: Lang) -> type[RunInput]:
    """The form of one question: the answer, and who gives it."""
    labels = ((c.value, _text(lang, c.label.zh, c.label.en)) for c in ask.choices)
    explained = "; ".join(f"{value} = {label}" for value, label in labels if not label.startswith(value))
    title = _text(lang, "回答 (answer)", "answer")
    return _form(
        "Question",
        {
            "answer": _choice(title, tuple(c.value for c in ask.choices), explained),
            "answered_by": _who(_text(lang, "回答人 (answered by)", "answered by"), people(policy, barred=ask.barred)),
        },
    )


def approval_form(plan: Plan, approvers: tuple[str, ...], lang: Lang) -> type[RunInput]:
    """The form of an approval: everything, nothing, or only the named actions.

    Args:
        approvers: names of those who may decide; none where nobody is declared.
    """
    kinds = tuple(dict.fromkeys(str(a.kind) for a in plan.actions))
    only = Annotated[
        list[str],
        Field(
            title=_text(lang, "仅批准这些 (only_these)", "only these"),
            description=_text(lang, "选择 only_these 时必填", "needed with only_these"),
            json_schema_extra={"items": {"type": "string", "enum": list(kinds)}},
        ),
    ]
    decision = _text(
        lang,
        f"{ALL} = 批准全部; {NONE} = 全部不批准; {SOME} = 仅批准下面所选",
        f"{ALL} = all of it; {NONE} = none of it; {SOME} = only those below",
    )
    return _form(
        "Approval",
        {
            "decision": _choice(_text(lang, "决定 (decision)", "decision"), (ALL, NONE, SOME), decision),
            "approved_by": _who(_text(lang, "批准人 (approved by)", "approved by"), approvers),
            "only": (only, []),
        },
    )


def manual_form(actions: tuple[Action, ...], policy: Policy, lang: Lang) -> type[RunInput]:
    """The form of guided steps: each done or not, and by whom."""
    fields: dict[str, Any] = {
        field: _choice(_text(lang, a.title.zh, a.title.en), (DONE, NOT_DONE))
        for field, a in zip(manual_fields(actions), actions, strict=True)
    }
    return _form("Manual", fields | {"done_by": _who(_text(lang, "执行人 (done by)", "done by"), people(policy))})


def stopped_form(approvers: tuple[str, ...], lang: Lang) -> type[RunInput]:
    """The form of a run that a person cancelled: whether it stays so, who says so, and why.

    Args:
        approvers: names of those who may decide; none where nobody is declared.
    """
    explained = _text(
        lang,
        f"{GO_ON} = 继续处置，重新提出未答的问题; {STAY_STOPPED} = 到此为止，按已完成的部分结案（declined）",
        f"{GO_ON} = go on, the open question is asked again; "
        f"{STAY_STOPPED} = it ends here, kept as declined with what was done so far",
    )
    why = Annotated[str, Field(title=_text(lang, "原因 (why)", "why"), min_length=1, max_length=300)]
    return _form(
        "Stopped",
        {
            "answer": _choice(_text(lang, "决定 (decision)", "decision"), (GO_ON, STAY_STOPPED), explained),
            "answered_by": _who(_text(lang, "回答人 (answered by)", "answered by"), approvers),
            "why": (why, ...),
        },
    )


def tries_form(approvers: tuple[str, ...], lang: Lang) -> type[RunInput]:
    """The form of what is tried again in the background: nobody need fill it, and who may decide can end it.

    Args:
        approvers: names of those who may decide; none where nobody is declared.
    """
    explained = _text(lang, f"{GIVE_UP} = 不再重试，按未完成结案", f"{GIVE_UP} = try no more; it is kept as incomplete")
    return _form(
        "Tries",
        {
            "answer": _choice(_text(lang, "决定 (decision)", "decision"), (GIVE_UP,), explained),
            "answered_by": _who(_text(lang, "回答人 (answered by)", "answered by"), approvers),
        },
    )


def manual_fields(actions: tuple[Action, ...]) -> tuple[str, ...]:
    """The form's field for each action, in order."""
    return tuple(f"step_{number}_{action.kind}" for number, action in enumerate(actions, start=1))
