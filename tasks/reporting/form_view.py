"""What the forms and drafts print: the case in short, the choices, the steps."""

from collections.abc import Sequence

from tasks.decide.sentences import both
from tasks.decide.verdict import NOT_BEGUN
from tasks.model.alert import AnyAlert
from tasks.model.answer import Answer, Ask
from tasks.model.base import Lang, Sentence, Value
from tasks.model.decision import Decision
from tasks.model.facts import AnyFacts
from tasks.model.late_event import Looks
from tasks.model.plan import Action, ActionKind, Outcome, Plan
from tasks.model.report import FactRow
from tasks.model.runbook import AnyRunbookText
from tasks.reporting import fact_sentences as sentences
from tasks.reporting.report_tables import answer_words, question_words
from tasks.reporting.report_view import NAME_CHARS, Row, unknown_fields
from tasks.reporting.templating import cut
from tasks.reporting.terms import SILENT, term

SHORT_LINES = 4
"""Parts of one fact in a form: it is read in a dialog, often on a phone, above the fields."""
MAIN_LINES = 8
"""Parts of the fact that the case is about: who, when, from where, how, and the failures before it."""
StepText = dict[str, Sentence | str]

READ_BACK: dict[ActionKind, Sentence] = {
    ActionKind.CHANGE_PASSWORD: both(
        "读审计日志里是否出现改密事件，以及可疑地址是否还有新调用；读不到就记为“由人确认”",
        "the audit log is read for the change and for further calls from the suspect address; "
        "what can't be read counts as attested by you",
    ),
    ActionKind.ENABLE_OFFSITE_PROTECTION: both(
        "读回异地登录保护的开关（需要有读取权限的身份）；读不到就记为“由人确认”",
        "the off-site switch is read back where the credential may read it; else it counts as attested by you",
    ),
    ActionKind.LOG_OUT_SESSIONS: both(
        "看可疑地址之后是否还有调用；会话本身读不到，记为“由人确认”",
        "the audit log is watched for further calls from the suspect address; sessions can't be read, "
        "so this counts as attested by you",
    ),
    ActionKind.ASK_COLLABORATOR: both(
        "协作者的主账号不归我们管，读不到，记为“由人确认”",
        "the collaborator's own account can't be read by us, so this counts as attested by you",
    ),
}
OTHER_READ_BACK = both(
    "能读到的状态会读回；读不到的记为“由人确认”", "what can be read is read back; the rest counts as attested by you"
)


IRREVERSIBLE = both("无法撤销", "can't be undone")


class FormContext(Value):
    """What every form is about, and where it is answered.

    Args:
        done: what was done already.
        held: why what the policy lets run alone waits for an approval.
        renewed: why facts were gathered anew; None where they were not.
        looks: how an event is looked for that the audit log did not show at first; None where it did.
    """

    alert: AnyAlert
    facts: AnyFacts | None
    run_url: str
    run_id: str
    lang: Lang
    done: tuple[Outcome, ...] = ()
    held: tuple[Sentence, ...] = ()
    renewed: Sentence | None = None
    looks: Looks | None = None


class LinksOffered(Value):
    """The check-in links beside a question; they themselves are written nowhere.

    Args:
        words: what their holders are to do.
        holders: who they are.
        command: what shows the links to the operator.
    """

    words: Sentence
    holders: tuple[Sentence, ...]
    command: str


class CaseView(Value):
    """The evidence part that every form begins with.

    Args:
        rests_on: what is not known that bears on the answer.
    """

    title: Sentence
    run_url: str
    command: str
    facts: tuple[Sentence, ...]
    unknown: tuple[Row, ...]
    rests_on: tuple[Sentence, ...]
    contradictions: tuple[Sentence, ...]
    answers: tuple[Sentence, ...]
    done: tuple[Sentence, ...] = ()
    held: tuple[Sentence, ...] = ()
    renewed: Sentence | None = None
    choices: tuple[Sentence, ...] = ()
    offer: LinksOffered | None = None


class PlanItem(Value):
    """One action as its approver sees it: what is done to what, whom it hits, and how it is undone."""

    title: Sentence
    target: str
    how: Sentence
    effect: Sentence
    undo: Sentence


class ApprovalView(CaseView):
    """What an approver sees.

    Args:
        notes: who may decide and who may not, and why an answer did not count.
    """

    plan: tuple[PlanItem, ...]
    hash: str
    notes: tuple[Sentence, ...] = ()


class ManualView(Value):
    """What somebody who does the manual steps sees."""

    title: Sentence
    run_url: str
    command: str
    steps: tuple[StepText, ...]


def question_view(
    ask: Ask, context: FormContext, decision: Decision, text: AnyRunbookText, offer: LinksOffered | None
) -> CaseView:
    """The case, what may be answered, and what helps to."""
    seen = case_view(text.forms.question, context, decision, text)
    return seen.model_copy(update={"choices": tuple(choice.label for choice in ask.choices), "offer": offer})


def approval_view(
    plan: Plan, context: FormContext, decision: Decision, text: AnyRunbookText, notes: tuple[Sentence, ...] = ()
) -> ApprovalView:
    """The case, the exact plan and whom it hits."""
    return ApprovalView(
        **dict(case_view(text.forms.approval, context, decision, text)),
        plan=tuple(_item(action) for action in plan.actions),
        hash=plan.hash,
        notes=notes,
    )


def manual_view(actions: Sequence[Action], context: FormContext, text: AnyRunbookText) -> ManualView:
    """The steps, numbered as given."""
    return ManualView(
        title=title(text.forms.manual, context, text),
        run_url=context.run_url,
        command=command(context),
        steps=tuple(_step(action) for action in actions),
    )


def case_view(heading: Sentence, context: FormContext, decision: Decision, text: AnyRunbookText) -> CaseView:
    """The case in short, under the heading of this kind of form."""
    rows = text.facts(context.alert, context.facts) if context.facts is not None else ()
    sheet = tuple(row for row in rows if row.name in text.form_facts)
    return CaseView(
        title=title(heading, context, text),
        run_url=context.run_url,
        command=command(context),
        facts=(*_alert_line(context, sheet, text), *(_fact_line(row, text) for row in sheet if row.reason is None)),
        unknown=unknown_fields(sheet),
        rests_on=_rests_on(context, decision, text),
        contradictions=decision.contradictions,
        answers=tuple(answer_line(answer, text) for answer in decision.answers),
        done=tuple(done_line(outcome) for outcome in context.done if outcome.status not in NOT_BEGUN),
        held=context.held,
        renewed=context.renewed,
    )


def _rests_on(context: FormContext, decision: Decision, text: AnyRunbookText) -> tuple[Sentence, ...]:
    if context.facts is None:
        return ()
    return text.rests_on(context.alert, context.facts, decision.ask.question if decision.ask else None, context.looks)


def title(heading: Sentence, context: FormContext, text: AnyRunbookText) -> Sentence:
    """What is wanted, about whom, from which address."""
    who, ip = text.who(context.alert, context.facts)
    tail = "".join(f" · {part}" for part in (cut(who, NAME_CHARS), ip) if part)
    return both(f"{heading.zh}{tail}", f"{heading.en}{tail}")


def command(context: FormContext) -> str:
    """What answers this run in the terminal."""
    return f"runbooks answer {context.run_id}"


def short_line(row: FactRow, most: int = SHORT_LINES) -> Sentence:
    """One fact in one line."""
    left = len(row.lines) - most
    rest = (both(f"其余 {left} 条见报告", f"{left} more in the report"),) if left > 0 else ()
    return _joined(row.label, (*row.lines[:most], *rest))


def _fact_line(row: FactRow, text: AnyRunbookText) -> Sentence:
    return short_line(row, MAIN_LINES if row.name == text.form_facts[0] else SHORT_LINES)


def _joined(label: Sentence, parts: tuple[Sentence, ...]) -> Sentence:
    return both(
        f"{label.zh}：{'；'.join(part.zh for part in parts)}", f"{label.en}: {'; '.join(part.en for part in parts)}"
    )


def answer_line(answer: Answer, text: AnyRunbookText) -> Sentence:
    """A question with its answer, and why."""
    asked, said = question_words(answer.question, text.questions), answer_words(answer.value, text.choices)
    source = term(answer.source)
    return both(
        f"{asked.zh}{said.zh}（{source.zh} {answer.by}）：{answer.why.zh}",
        f"{asked.en} {said.en} ({source.en} {answer.by}): {answer.why.en}",
    )


def done_line(outcome: Outcome) -> Sentence:
    """One action that was done: what, to whom, how it ended."""
    kind, status, whom = term(outcome.kind), term(outcome.status), cut(outcome.principal.label, NAME_CHARS)
    target = "" if outcome.target == outcome.principal.uin else f" · {cut(outcome.target, NAME_CHARS)}"
    return both(f"{kind.zh} · {whom}{target}：{status.zh}", f"{kind.en} · {whom}{target}: {status.en}")


def _item(action: Action) -> PlanItem:
    return PlanItem(
        title=action.title,
        target=action.target,
        how=term(action.how),
        effect=action.effect,
        undo=action.undo or IRREVERSIBLE,
    )


def _alert_line(context: FormContext, sheet: tuple[FactRow, ...], text: AnyRunbookText) -> tuple[Sentence, ...]:
    """The alert's own words, where no fact shows better what it is about."""
    if any(row.name == text.form_facts[0] and row.reason is None for row in sheet):
        return ()
    told = ((name, _plain(cell)) for name, cell in text.alert(context.alert) if cell != SILENT)
    parts = tuple(both(f"{a.zh} {b.zh}", f"{a.en} {b.en}") for a, b in told)
    return (_joined(both("告警", "The alert"), parts),)


def _plain(cell: str | Sentence) -> Sentence:
    return cell if isinstance(cell, Sentence) else both(cell, cell)


def _step(action: Action) -> StepText:
    return {
        "title": action.title,
        "who": sentences.principal(action.principal),
        "link": action.link or "",
        "effect": action.effect,
        "undo": action.undo or IRREVERSIBLE,
        "readback": READ_BACK.get(action.kind, OTHER_READ_BACK),
    }
