"""Every text that people read: report, forms, drafts; pure, from values."""

from tasks.decide.sentences import holder
from tasks.model.alert import Alert
from tasks.model.answer import Ask
from tasks.model.base import Lang
from tasks.model.checkin import CheckInView
from tasks.model.decision import Decision
from tasks.model.facts import Facts
from tasks.model.plan import Action, Outcome, Plan
from tasks.model.record import Record
from tasks.reporting.draft_view import correction_view, ticket_view
from tasks.reporting.form_view import FormContext, approval_view, manual_view, question_view
from tasks.reporting.report_view import report_view
from tasks.reporting.templating import render


def render_markdown(record: Record) -> str:
    """The report as Markdown, for Prefect's UI."""
    return render("unusual_login.md.j2", "md", record.lang, record=record, v=report_view(record))


def render_html(record: Record) -> str:
    """The report as one HTML page that loads nothing."""
    return render("unusual_login.html.j2", "html", record.lang, record=record, v=report_view(record))


def draft_ticket(record: Record) -> str:
    """A ticket for support, for a person to check and send."""
    return render("ticket.txt.j2", "txt", record.lang, record=record, v=ticket_view(record))


def draft_correction(record: Record) -> str:
    """A request to correct the IP library, for a person to check and send."""
    return render("ip_correction.txt.j2", "txt", record.lang, record=record, v=correction_view(record))


def question_text(
    ask: Ask,
    *,
    alert: Alert,
    facts: Facts,
    decision: Decision,
    run_url: str,
    run_id: str,
    lang: Lang,
    done: tuple[Outcome, ...] = (),
    holders: tuple[str, ...] = (),
    links: str = "",
) -> str:
    """A form's description: the evidence, what was done already, the question, and how to answer.

    Args:
        holders: who was given a check-in link.
        links: the command that shows the links; they themselves are written nowhere.
    """
    context = FormContext(alert=alert, facts=facts, run_url=run_url, run_id=run_id, done=done)
    given = tuple(holder(person) for person in holders)
    view = question_view(ask, context, decision)
    return render("question.md.j2", "md", lang, ask=ask, v=view, holders=given, links=links)


def render_checkin(view: CheckInView, lang: Lang) -> str:
    """One page of the device check-in, for a phone and without script."""
    return render("checkin.html.j2", "html", lang, v=view)


def approval_text(
    plan: Plan,
    *,
    alert: Alert,
    facts: Facts,
    decision: Decision,
    run_url: str,
    run_id: str,
    lang: Lang,
    done: tuple[Outcome, ...] = (),
) -> str:
    """A form's description: the evidence, what was done already, the exact plan, and what yes and no mean."""
    context = FormContext(alert=alert, facts=facts, run_url=run_url, run_id=run_id, done=done)
    return render("approval.md.j2", "md", lang, v=approval_view(plan, context, decision))


def manual_text(
    actions: tuple[Action, ...], *, alert: Alert, facts: Facts | None, run_url: str, run_id: str, lang: Lang
) -> str:
    """A form's description: the steps that only a person can do."""
    context = FormContext(alert=alert, facts=facts, run_url=run_url, run_id=run_id)
    return render("manual.md.j2", "md", lang, v=manual_view(actions, context))
