"""The tables of a report, as cells of text and sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from tasks.decide.proof_of_person import identity_words
from tasks.decide.sentences import both
from tasks.decide.undone import undone_words
from tasks.model.base import Sentence, Value
from tasks.model.facts import Actor, SensitiveEvent, Touched
from tasks.model.plan import Action, Approval, Outcome
from tasks.model.record import ProtectionOff, Record, RecordedAnswer, TimelineEntry
from tasks.reporting.fact_sentences import event_line, more, principal
from tasks.reporting.templating import compact_json, cut, when
from tasks.reporting.terms import term

T = TypeVar("T")

ROWS = 50
"""Rows of one table; the rest is in record.json. A page of more is not read, and the UI slows down."""
JSON_CHARS = 400
"""Characters of a state saved before an action; the whole of it is in record.json."""
DETAIL_CHARS = 160
"""Characters of a timeline entry's detail."""


class Code(Value):
    """Text that is shown as code."""

    code: str


class Link(Value):
    """An address with its text."""

    to: str
    text: Sentence


Part = str | Sentence | Code | Link
Cell = Part | tuple[Part, ...]
Row = tuple[Cell, ...]
Worded = Mapping[str, Sentence]
"""How a runbook asks each of its questions, or prints each answer of its own."""


class Table(Value):
    """Rows that are shown, and the sentence that says how many are not."""

    heads: tuple[Sentence, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rest: Sentence | None = None


def table(heads: Sequence[Sentence], items: Iterable[T], row: Callable[[T], Row]) -> Table:
    """A table of the first rows."""
    every = tuple(items)
    rest = more(len(every) - ROWS) if len(every) > ROWS else None
    return Table(heads=tuple(heads), rows=tuple(row(item) for item in every[:ROWS]), rest=rest)


def path_table(record: Record, questions: Worded, choices: Worded) -> Table:
    """The questions walked, each with its answer; then answers beside the path, such as a confirmation."""
    asked = (*record.path, *(name for name in record.answers if name not in record.path))
    heads = (both("问题", "Question"), both("答案", "Answer"), both("由谁", "By"), both("依据", "Why"))
    return table(
        heads, asked, lambda name: _path_row(question_words(name, questions), record.answers.get(name), choices)
    )


def plan_table(actions: Sequence[Action]) -> Table:
    """What will be done, and what that means."""
    heads = (both("动作", "Action"), both("对象", "Target"), both("影响", "Effect"), both("撤销", "Undo"))
    return table(heads, actions, _plan_row)


def outcome_table(record: Record) -> Table:
    """What came of each action, with what undo needs."""
    undo = {action.name: action.undo for action in record.plan.actions}
    heads = (
        both("动作", "Action"),
        both("结果", "Result"),
        both("之前的状态", "State before"),
        both("撤销", "Undo"),
        both("请求 ID", "Request ids"),
        both("由谁", "By"),
    )
    undone = {one.name: undone_words(one) for one in record.undone}
    return table(heads, record.actions, lambda outcome: _outcome_row(outcome, undo, undone.get(outcome.name)))


def put_back_table(outcomes: Sequence[Outcome]) -> Table:
    """What came of rolling each action back."""
    heads = (
        both("动作", "Action"),
        both("恢复的结果", "Rollback"),
        both("请求 ID", "Request ids"),
        both("由谁", "By"),
    )
    return table(heads, outcomes, _put_back_row)


def approval_table(approvals: Sequence[Approval]) -> Table:
    """Who decided on which plan."""
    heads = (
        both("审批人", "Approver"),
        both("身份", "Identity"),
        both("时间", "Time"),
        both("决定", "Decision"),
        both("计划哈希", "Plan hash"),
    )
    return table(heads, approvals, _approval_row)


def actor_table(actors: Sequence[Actor]) -> Table:
    """The chain of those who acted."""
    heads = (
        both("身份", "Identity"),
        both("为何在链上", "Why in the chain"),
        both("由谁创建", "Created by"),
        both("密钥", "Keys"),
    )
    return table(heads, actors, _actor_row)


def sensitive_table(events: Sequence[SensitiveEvent]) -> Table:
    """Operations that matter, and why."""
    heads = (
        both("时间", "Time"),
        both("操作", "Operation"),
        both("为何要紧", "Why it matters"),
        both("级别", "Severity"),
        both("谁", "Who"),
    )
    return table(heads, events, _sensitive_row)


def resource_table(resources: Sequence[Touched]) -> Table:
    """Resources by name, region and operation."""
    heads = (
        both("资源", "Resource"),
        both("地域", "Region"),
        both("操作", "Operation"),
        both("时间", "Time"),
        both("谁", "Who"),
    )
    return table(heads, resources, _resource_row)


def protection_table(entries: Sequence[ProtectionOff]) -> Table:
    """Protections that are off, and for whom."""
    heads = (both("身份", "Identity"), both("保护", "Protection"), both("状态", "State"))
    return table(heads, entries, _protection_row)


def timeline_table(entries: Sequence[TimelineEntry]) -> Table:
    """The ledger's lines."""
    heads = (both("序号", "No."), both("时间", "Time"), both("事件", "What"), both("由谁", "Who"), both("哈希", "Hash"))
    return table(heads, entries, _timeline_row)


def answer_words(value: str, choices: Worded) -> Sentence:
    """Yes, no, unknown, an answer of the runbook's own, or the name that was given."""
    return term(value) if value in ("yes", "no", "unknown") else choices.get(value, both(value, value))


def question_words(name: str, questions: Worded) -> Sentence:
    """The question as the runbook asks it; its name where it has no such question, for records may be newer."""
    return questions.get(name, both(name, name))


def short_event(found: SensitiveEvent) -> Sentence:
    """One sensitive operation on one line."""
    return event_line(found.event.at, found.event.name, found.why)


def _path_row(asked: Sentence, answer: RecordedAnswer | None, choices: Worded) -> Row:
    if answer is None:
        return (asked, both("没有答案", "no answer"), "", "")
    by: Cell = (term(answer.source), answer.by) if answer.by else term(answer.source)
    at = (when(answer.at),) if answer.at else ()
    evidence = (Code(code=" ".join(answer.evidence[:5])),) if answer.evidence else ()
    return (asked, answer_words(answer.value, choices), by, (answer.why, *at, *evidence))


def _plan_row(action: Action) -> Row:
    irreversible = both("无法撤销", "can't be undone")
    return (
        (action.title, term(action.how)),
        (principal(action.principal), *_target(action.target, action.principal.uin)),
        action.effect,
        action.undo or irreversible,
    )


def _target(target: str, uin: str) -> tuple[Code, ...]:
    return () if target == uin else (Code(code=target),)


def _put_back_row(outcome: Outcome) -> Row:
    at = (when(outcome.at),) if outcome.at else ()
    ids = tuple(Code(code=request_id) for request_id in outcome.request_ids)
    return (_act(outcome), (term(outcome.status), outcome.detail, *at), ids, outcome.by)


def _act(outcome: Outcome) -> tuple[Part, ...]:
    target = _target(outcome.target, outcome.principal.uin)
    return (term(outcome.kind), principal(outcome.principal), *target, term(outcome.how))


def _outcome_row(outcome: Outcome, undo: dict[str, Sentence | None], undone: Sentence | None) -> Row:
    before = compact_json(outcome.before) if outcome.before else ""
    at = (when(outcome.at),) if outcome.at else ()
    name = outcome.name
    back = undo.get(name) or both("无法撤销", "can't be undone")
    ids = tuple(Code(code=request_id) for request_id in outcome.request_ids)
    return (
        _act(outcome),
        (term(outcome.status), outcome.detail, *at, *((undone,) if undone else ())),
        Code(code=cut(before, JSON_CHARS)),
        back,
        ids,
        outcome.by,
    )


def _approval_row(approval: Approval) -> Row:
    declined = both("全部拒绝", "declined, all of it")
    approved = tuple(_approved(name) for name in approval.actions)
    known = identity_words(declared=approval.declared, proof=approval.proof)
    return (approval.approver, known, when(approval.at), approved or declined, Code(code=approval.plan_hash))


def _approved(name: str) -> Sentence:
    kind, _, target = name.partition(":")
    words = term(kind)
    return both(f"批准：{words.zh} {target}", f"approved: {words.en} {target}")


def _actor_row(actor: Actor) -> Row:
    keys = tuple(Code(code=key) for key in actor.keys[:5])
    return (principal(actor.principal), actor.how, actor.created_by or "", keys)


def _sensitive_row(found: SensitiveEvent) -> Row:
    event = found.event
    call = Code(code=f"{event.service}:{event.name}")
    name = (event.title, call) if event.title else call
    return (when(event.at), name, (found.why, term(found.tactic)), term(found.severity), event.actor.label)


def _resource_row(touched: Touched) -> Row:
    kind, name = touched.resource.kind, touched.resource.name
    return ((name, kind), touched.resource.region, touched.operation, when(touched.at), touched.by)


def _protection_row(entry: ProtectionOff) -> Row:
    state = both("读不到", "could not be read") if entry.state == "unknown" else term(entry.state)
    return (entry.principal, term(entry.protection), state)


def _timeline_row(entry: TimelineEntry) -> Row:
    detail = (Code(code=cut(compact_json(entry.detail), DETAIL_CHARS)),) if entry.detail else ()
    return (str(entry.seq), when(entry.at), (entry.what, *detail), entry.who, Code(code=entry.hash[:12]))
