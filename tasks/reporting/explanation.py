"""Why it was decided so, in sentences: for the report and for `runbooks explain`."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tasks.decide.sentences import both
from tasks.model.base import Sentence, Value
from tasks.model.explanation import Explanation, Otherwise, Point, Weighed
from tasks.model.record import Record
from tasks.model.runbook import AnyRunbookText
from tasks.reporting.report_tables import answer_words, question_words
from tasks.reporting.templating import when
from tasks.reporting.terms import term

CITED = 3
"""Ids of evidence that one point names; the rest is in record.json."""

LEADS_TO = {
    "ignore": both("可以忽略", "it could be ignored"),
    "contain": both("应当遏制", "it should be contained"),
    "needs_person": both("没有结论，需要人来判断", "a person would have to judge"),
}
"""What a course of the procedure means, put as what would have been."""

Labels = Mapping[str, Sentence]
"""What each fact is called."""


class AnswerView(Value):
    """One question, as a reader sees why it was answered so."""

    question: Sentence
    answer: Sentence
    for_yes: tuple[Sentence, ...]
    for_no: tuple[Sentence, ...]
    unseen: tuple[Sentence, ...]
    otherwise: tuple[Sentence, ...]


class ExplanationView(Value):
    """The whole explanation; empty where the record has none."""

    answers: tuple[AnswerView, ...] = ()
    hinges: tuple[Sentence, ...] = ()


def explanation_view(record: Record, text: AnyRunbookText, *, now: datetime | None = None) -> ExplanationView:
    """Put an explanation into words.

    Args:
        now: the reader's time, so that ages can be told; None where a reader comes whenever, as to a report.
    """
    found = record.explanation or Explanation()
    labels = _labels(record, text)
    return ExplanationView(
        answers=tuple(_answer(each, text, labels, now) for each in found.weighed),
        hinges=tuple(_hinge(each, text, labels) for each in found.hinges),
    )


def _labels(record: Record, text: AnyRunbookText) -> Labels:
    rows = text.facts(record.alert, record.facts) if record.facts is not None else ()
    return {row.name: row.label for row in rows}


def _answer(weighed: Weighed, text: AnyRunbookText, labels: Labels, now: datetime | None) -> AnswerView:
    still_open = both("尚未回答", "not answered yet")
    return AnswerView(
        question=question_words(weighed.question, text.questions),
        answer=answer_words(weighed.value, text.choices) if weighed.value else still_open,
        for_yes=tuple(_point(each, now) for each in weighed.for_yes),
        for_no=tuple(_point(each, now) for each in weighed.for_no),
        unseen=tuple(_unseen(each, labels) for each in weighed.unseen),
        otherwise=tuple(_supposed(each, text) for each in weighed.otherwise),
    )


def _point(point: Point, now: datetime | None) -> Sentence:
    source = _source(point, now)
    return both(f"{point.says.zh}{source.zh}", f"{point.says.en}{source.en}")


def _source(point: Point, now: datetime | None) -> Sentence:
    """From which evidence, and how old it is; nothing for a word, which says itself who gave it and when."""
    if not point.evidence:
        return both("", "")
    names = " ".join(point.evidence[:CITED]) + (" …" if len(point.evidence) > CITED else "")
    read = _read(point.at, now)
    return both(f"（证据 {names}{read.zh}）", f" (evidence {names}{read.en})")


def _read(at: datetime | None, now: datetime | None) -> Sentence:
    if at is None:
        return both("", "")
    if now is None:
        return both(f"，读取于 {when(at)}", f", read {when(at)}")
    ago = age(now - at)
    return both(f"，{ago.zh}前读取", f", read {ago.en} ago")


def age(since: timedelta) -> Sentence:
    """A length of time in its largest whole unit."""
    minutes = max(0, int(since.total_seconds() // 60))
    for size, zh, en in ((24 * 60, "天", "d"), (60, "小时", "h")):
        if minutes >= size:
            return both(f"{minutes // size} {zh}", f"{minutes // size} {en}")
    return both(f"{minutes} 分钟", f"{minutes} min")


def _unseen(point: Point, labels: Labels) -> Sentence:
    label = labels.get(point.fact, both(point.fact, point.fact))
    return both(f"{label.zh}：{point.says.zh}", f"{label.en}: {point.says.en}")


def _supposed(one: Otherwise, text: AnyRunbookText) -> Sentence:
    words, ended = term(one.supposed), _ended(one, text)
    return both(f"如果答案是「{words.zh}」：{ended.zh}", f"with the answer “{words.en}”: {ended.en}")


def _hinge(one: Otherwise, text: AnyRunbookText, labels: Labels) -> Sentence:
    label, ended = labels.get(one.supposed, both(one.supposed, one.supposed)), _ended(one, text)
    return both(f"没有「{label.zh}」这项事实：{ended.zh}", f"without the fact “{label.en}”: {ended.en}")


def _ended(one: Otherwise, text: AnyRunbookText) -> Sentence:
    if one.leads_to != "ask":
        return LEADS_TO[one.leads_to]
    asked = question_words(one.asks, text.questions)
    return both(f"要接着问「{asked.zh}」", f"“{asked.en}” would be asked")
