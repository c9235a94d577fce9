"""The runbook for a login from an unusual place: everything that the shared rooms ask of it."""

from tasks.decide.plan import containment_plan
from tasks.model.runbook import Checkins, Correlation, Late, Recogniser, Runbook, RunbookText
from tasks.runbooks.unusual_login import checkins, correction, late_login, report, text
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.answers_file import LoginAnswers
from tasks.runbooks.unusual_login.correlation import belongs, joins
from tasks.runbooks.unusual_login.decide import decide
from tasks.runbooks.unusual_login.early_containment import early_containment
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import gather, start_of
from tasks.runbooks.unusual_login.login import event_of, record_id, sighting, suspect_of
from tasks.runbooks.unusual_login.questions import CHOICES, QUESTIONS, Question
from tasks.runbooks.unusual_login.recognise import read_alert, recognise
from tasks.runbooks.unusual_login.rests_on import rests_on
from tasks.runbooks.unusual_login.urgency import urgency
from tasks.runbooks.unusual_login.weigh import weigh

RUNBOOK = Runbook[LoginAlert, LoginFacts](
    name="unusual_login",
    facts=LoginFacts,
    intake=Recogniser(alert=LoginAlert, read=read_alert, recognise=recognise),
    correlation=Correlation(sighting=sighting, joins=joins, belongs=belongs, event=event_of, record=record_id),
    urgency=urgency,
    gather=gather,
    suspect=suspect_of,
    contain_first=early_containment,
    decide=decide,
    weigh=weigh,
    plan=containment_plan,
    hunt_from=start_of,
    checkins=Checkins(
        question=Question.KNOWN_EGRESS,
        concerned=checkins.concerned,
        shown=checkins.with_checkins,
        proves=checkins.proves,
        told=checkins.checkin_text,
        page=checkins.page,
        words=text.CHECKIN,
    ),
    late=Late(awaited=late_login.awaited, look=late_login.look, same=late_login.same, told=late_login.told),
    answers=LoginAnswers,
    text=RunbookText(
        opened=text.OPENED,
        report=text.REPORT,
        ticket=text.TICKET,
        headlines=text.HEADLINES,
        forms=text.FORMS,
        questions=QUESTIONS,
        choices=CHOICES,
        who=report.who,
        run_name=report.run_name,
        alert=report.alert_fields,
        facts=report.fact_rows,
        form_facts=report.FORM_FACTS,
        rests_on=rests_on,
        ticket_case=report.ticket_case,
        todo=correction.todo,
        drafts=correction.drafts,
    ),
)
