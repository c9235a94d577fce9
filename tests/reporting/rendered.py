"""Everything that is printed, in the words of the runbook for unusual logins."""

from typing import Any

from tasks.model.answer import Ask
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.plan import Action, Plan
from tasks.model.record import Record
from tasks.reporting import files, render, report_view, summary
from tasks.reporting.form_view import FormContext, LinksOffered
from tasks.runbooks.registry import runbook_of

TEXT = runbook_of("unusual_login").text


def render_markdown(case: Record) -> str:
    return render.render_markdown(case, TEXT)


def render_html(case: Record) -> str:
    return render.render_html(case, TEXT)


def draft_ticket(case: Record) -> str:
    return render.draft_ticket(case, TEXT)


def write_files(case: Record, folder: Any) -> files.Files:
    return files.write_files(case, TEXT, folder)


def headline(case: Record) -> Sentence:
    return summary.headline(case, TEXT.headlines)


def todo(case: Record) -> tuple[Sentence, ...]:
    return summary.todo(case, TEXT)


def seen(case: Record) -> report_view.ReportView:
    return report_view.report_view(case, TEXT)


def question_text(ask: Ask, *, decision: Decision, offer: LinksOffered | None = None, **case: Any) -> str:
    return render.question_text(ask, FormContext(**case), decision, TEXT, offer=offer)


def approval_text(plan: Plan, *, decision: Decision, **case: Any) -> str:
    return render.approval_text(plan, FormContext(**case), decision, TEXT)


def manual_text(actions: tuple[Action, ...], **case: Any) -> str:
    return render.manual_text(actions, FormContext(**case), TEXT)
