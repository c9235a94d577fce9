"""Every text that people read: report, forms, ticket; pure, from values and the runbook's words."""

from datetime import datetime

from tasks.model.answer import Ask
from tasks.model.base import Lang, Sentence
from tasks.model.checkin import CheckInView
from tasks.model.decision import Decision
from tasks.model.plan import Action, Outcome, Plan
from tasks.model.record import Record
from tasks.model.runbook import AnyRunbookText
from tasks.reporting.draft_view import ticket_view
from tasks.reporting.form_view import FormContext, LinksOffered, approval_view, manual_view, question_view
from tasks.reporting.report_view import report_view
from tasks.reporting.templating import render, when


def render_markdown(record: Record, text: AnyRunbookText) -> str:
    """The report as Markdown, for Prefect's UI."""
    return render("report.md.j2", "md", record.lang, record=record, v=report_view(record, text))


def render_html(record: Record, text: AnyRunbookText) -> str:
    """The report as one HTML page that loads nothing."""
    return render("report.html.j2", "html", record.lang, record=record, v=report_view(record, text))


def draft_ticket(record: Record, text: AnyRunbookText) -> str:
    """A ticket for support, for a person to check and send."""
    return render("ticket.txt.j2", "txt", record.lang, record=record, v=ticket_view(record, text))


def question_text(
    ask: Ask,
    context: FormContext,
    decision: Decision,
    text: AnyRunbookText,
    *,
    offer: LinksOffered | None = None,
    notes: tuple[Sentence, ...] = (),
) -> str:
    """A form's description: the evidence, what was done already, the question, and how to answer.

    Args:
        notes: what stands in the way of what may follow.
        offer: the check-in links that help with the question; None where there are none.
    """
    view = question_view(ask, context, decision, text, offer)
    return render("question.md.j2", "md", context.lang, ask=ask, v=view, notes=notes)


def approval_text(
    plan: Plan, context: FormContext, decision: Decision, text: AnyRunbookText, *, notes: tuple[Sentence, ...] = ()
) -> str:
    """A form's description: the evidence, what was done already, the exact plan, and what yes and no mean.

    Args:
        notes: who may decide, and why an answer before this one did not count.
    """
    return render("approval.md.j2", "md", context.lang, v=approval_view(plan, context, decision, text, notes))


def manual_text(actions: tuple[Action, ...], context: FormContext, text: AnyRunbookText) -> str:
    """A form's description: the steps that only a person can do."""
    return render("manual.md.j2", "md", context.lang, v=manual_view(actions, context, text))


def stopped_text(record: Record, cancelled_at: datetime, lang: Lang) -> str:
    """A form's description: the run was cancelled, what was done until then, and what each answer means."""
    done = tuple(f"{one.name} → {one.status}" for one in record.actions)
    command = f"runbooks answer {record.incident_id}"
    at = when(cancelled_at)
    return render("stopped.md.j2", "md", lang, incident=record.incident_id, at=at, done=done, command=command)


def tries_text(left: tuple[Outcome, ...], due_at: datetime | None, incident_id: str, lang: Lang) -> str:
    """A form's description: what could not be done, why, and when it is tried again.

    Args:
        due_at: when the next try is due.
    """
    failed = tuple((one.name, one.detail.zh if lang == "zh" else one.detail.en) for one in left)
    at, command = when(due_at) if due_at else "", f"runbooks answer {incident_id}"
    return render("tries.md.j2", "md", lang, failed=failed, at=at, command=command)


def render_checkin(view: CheckInView, lang: Lang) -> str:
    """One page of the device check-in, for a phone and without script."""
    return render("checkin.html.j2", "html", lang, v=view)
