"""Why an incident was decided as it was, in the terminal."""

from tasks.cli.find import find_incident
from tasks.cli.outcome import CLOSED
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.sentences import both
from tasks.errors import InputError
from tasks.model.base import Lang, Sentence
from tasks.model.record import Record
from tasks.reporting.explanation import AnswerView, explanation_view
from tasks.reporting.templating import in_language
from tasks.reporting.terms import term
from tasks.runbooks.kept import record_in
from tasks.runbooks.registry import runbook_of

FOR_YES, FOR_NO = both("支持「是」", "for yes"), both("支持「否」", "for no")
UNSEEN, OTHERWISE = both("没有看到", "not seen"), both("假如", "had it been")
HINGES = both("判定取决于这些事实：", "The decision hangs on these facts:")
NOT_KEPT = both(
    "这条记录没有保存判定依据：它还没有走到第一个问题，或是由旧版本写下的。",
    "This record keeps no explanation: it has not come to its first question, or an older version wrote it.",
)


def explain_incident(run: str, *, lang: Lang | None) -> int:
    """Print what spoke for and against each answer of an incident; returns the exit status.

    Args:
        run: id of the incident, or of its run.

    Raises:
        InputError: there is no such incident, or no report of it yet.
    """
    record, spoken = recorded(run), lang or settings().lang
    tell(f"{record.incident_id}: {in_language(term(record.verdict), spoken)} · {' → '.join(record.path) or '-'}")
    for reason in record.reasons:
        tell(f"  - {in_language(reason, spoken)}")
    view = explanation_view(record, runbook_of(record.runbook).text, now=utc_now())
    if not view.answers:
        tell(in_language(NOT_KEPT, spoken))
    for answer in view.answers:
        _tell_answer(answer, spoken)
    if view.hinges:
        tell()
        tell(in_language(HINGES, spoken), style="bold")
        _tell_all(view.hinges, spoken)
    return CLOSED


def recorded(run: str) -> Record:
    """The record of an incident, by its id or its run's.

    Raises:
        InputError: there is no such incident, or no record of it yet.
    """
    incident = find_incident(run)
    record = record_in(ledger().record(incident.id), incident)
    if record is None:
        raise InputError("INCIDENT", f"{incident.id} has no report yet; try again when its facts are there")
    return record


def _tell_answer(answer: AnswerView, lang: Lang) -> None:
    tell()
    tell(f"{in_language(answer.question, lang)} {in_language(answer.answer, lang)}", style="bold")
    parts = ((FOR_YES, answer.for_yes), (FOR_NO, answer.for_no), (UNSEEN, answer.unseen), (OTHERWISE, answer.otherwise))
    for head, lines in parts:
        if lines:
            tell(f"  {in_language(head, lang)}")
            _tell_all(lines, lang)


def _tell_all(lines: tuple[Sentence, ...], lang: Lang) -> None:
    for line in lines:
        tell(f"    - {in_language(line, lang)}")
