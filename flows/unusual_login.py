"""The runbook for a login from an unusual place."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.model.base import Lang
from tasks.model.policy import Mode
from tasks.steps.contain_first import contain_first, put_back
from tasks.steps.gather import look_up
from tasks.steps.hunt import assess, contain_all
from tasks.steps.open_case import answered_elsewhere, duplicate, open_case, this_run
from tasks.steps.publish import publish
from tasks.steps.run_name import name_run
from tasks.steps.settle import settle
from tasks.steps.stopped import stopped


@flow(
    name="unusual_login",
    description="异地登录提醒的处置：查事实、问人、遏制、查审计、出报告。 Look up, ask, contain, hunt, report.",
    retries=0,  # a retried flow can't be resumed after a suspension
    validate_parameters=True,
)
async def unusual_login(
    alert: str,
    mode: Mode | None = None,
    lang: Lang | None = None,
    incident: str | None = None,
    again: bool = False,  # noqa: FBT001, FBT002 - a parameter of the deployment
) -> State:
    """Answer an unusual login, from the first fact to the report.

    Args:
        alert: the alert as JSON, or the text of the SMS or mail as it came.
        mode: observe, approve or auto; by default the policy's.
        lang: zh or en; by default the setting's.
        incident: id of the incident that the intake opened for it; by default one is opened, or joined.
        again: answer a login anew that has an incident already.
    """
    case = await open_case(this_run(), "unusual_login", alert, mode, lang, incident=incident, again=again)
    if case.duplicate_of:
        return duplicate(case.duplicate_of)
    if end := await stopped(case):
        return end
    facts = await look_up(case)
    if other := await answered_elsewhere(case, facts):
        return duplicate(other)
    gathered = await contain_first(case, facts)
    await name_run(case, facts)
    decided = await settle(gathered)
    if decided.decision.course == "contain":
        decided = await contain_all(decided)
    if decided.duplicate_of:
        return duplicate(decided.duplicate_of)
    if decided.decision.course == "contain":
        decided = assess(decided)
    elif decided.decision.course == "ignore":
        decided = await put_back(decided)
    report = await publish(decided, "end", closed=True)
    return Completed(name=report.verdict, message=report.folder)
