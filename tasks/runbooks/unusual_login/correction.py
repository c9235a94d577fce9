"""After a false alarm: the request to correct the vendor's IP library."""

from collections.abc import Mapping
from typing import cast

from tasks.decide.sentences import both
from tasks.model.base import Sentence, Value
from tasks.model.fact import Known
from tasks.model.record import Record
from tasks.model.report import Field
from tasks.reporting import fact_sentences as sentences
from tasks.reporting.report_tables import answer_words, question_words
from tasks.reporting.templating import render, when
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import CHOICES, QUESTIONS, Question
from tasks.runbooks.unusual_login.report import UNKNOWN, place_in_library


class CorrectionView(Value):
    """What the request prints."""

    fields: tuple[Field, ...]
    evidence: tuple[Sentence, ...]


def drafts(record: Record) -> Mapping[str, str | None]:
    """The request, where one is due."""
    return {"ip_correction": draft_correction(record) if correction_due(record) else None}


def draft_correction(record: Record) -> str:
    """A request to correct the IP library, for a person to check and send."""
    return render("unusual_login.ip_correction.txt.j2", "txt", record.lang, record=record, v=correction_view(record))


def correction_due(record: Record) -> bool:
    """Whether the case was a false alarm that a better IP library would not have raised."""
    if record.verdict != "ignored" or _alert(record).ip is None:
        return False
    return _yes(record, Question.USUAL_PLACE) or _yes(record, Question.KNOWN_EGRESS)


def todo(record: Record) -> tuple[Sentence, ...]:
    """That the request can be sent."""
    if not correction_due(record):
        return ()
    return (
        both(
            "这是误报：可以把 ip-correction.txt 发给在线客服，请他们修正 IP 库。",
            "This was a false alarm: ip-correction.txt can be sent to support so that the IP library is corrected.",
        ),
    )


def correction_view(record: Record) -> CorrectionView:
    """The address, the place in the library, the true place, and how we know."""
    alert = _alert(record)
    fields = (
        (both("IP 地址", "Address"), str(alert.ip) if alert.ip else UNKNOWN),
        (both("登录时间", "Time of the login"), when(alert.login_time) if alert.login_time else UNKNOWN),
        (both("提醒里的地点", "Place named by the reminder"), alert.place or UNKNOWN),
        (both("审计日志里的地点", "Place in the audit log"), place_in_library(_facts(record))),
        (both("真实地点（请核对）", "Actual place (please check)"), _true_place(record)),
    )
    return CorrectionView(fields=fields, evidence=_evidence(record))


def _alert(record: Record) -> LoginAlert:
    return cast("LoginAlert", record.alert)  # the record is this runbook's


def _facts(record: Record) -> LoginFacts | None:
    return cast("LoginFacts | None", record.facts)


def _yes(record: Record, question: Question) -> bool:
    answer = record.answers.get(question)
    return answer is not None and answer.value == "yes"


def _true_place(record: Record) -> Sentence:
    blank, facts = both("________", "________"), _facts(record)
    if facts is None or not isinstance(facts.history, Known):
        return blank
    places = sentences.usual_places(facts.history.value.logins)[:3]
    names = "、".join(name for name, _ in places), ", ".join(name for name, _ in places)
    return both(f"________（常用地：{names[0]}）", f"________ (usual places: {names[1]})") if places else blank


def _evidence(record: Record) -> tuple[Sentence, ...]:
    said = [_answered(name, record) for name in record.path if name in record.answers]
    return tuple(said) or record.reasons


def _answered(name: str, record: Record) -> Sentence:
    asked, answer = question_words(name, QUESTIONS), record.answers[name]
    value = answer_words(answer.value, CHOICES)
    return both(f"{asked.zh}{value.zh}：{answer.why.zh}", f"{asked.en} {value.en}: {answer.why.en}")
