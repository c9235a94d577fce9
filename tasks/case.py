"""The case: everything about a run that must not change while it waits."""

from datetime import UTC, datetime
from functools import cache
from typing import Literal

from prefect.context import FlowRunContext
from prefect.utilities.urls import url_for

from tasks.cloud.client import Cloud, connect
from tasks.errors import EngineError, SettingsError
from tasks.intake.alerts import parse_alert
from tasks.ledger.store import Ledger, open_ledger
from tasks.model.alert import Alert
from tasks.model.base import Moment, Sentence, Value
from tasks.model.policy import Mode, Policy
from tasks.policy_file import load_policy
from tasks.settings import Lang, settings
from tasks.steps import say, step


class Case(Value):
    """One incident as its run knows it.

    Args:
        run_url: address of the run in the Prefect UI.
        endpoint: the cloud that it was opened against; empty for the vendor's own. It may never be
            continued against another one.
        opened_at: the run's `now`, for every decision.
    """

    incident_id: str
    run_id: str
    run_url: str
    alert: Alert
    policy: Policy
    mode: Mode
    lang: Lang
    site: Literal["cn", "intl"]
    endpoint: str
    opened_at: Moment

    def pick(self, sentence: Sentence) -> str:
        """The sentence in the case's language."""
        return sentence.zh if self.lang == "zh" else sentence.en


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def this_run() -> str:
    """Id of the flow run that this code is in."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise EngineError("a runbook runs only as a Prefect flow run; start it by `runbooks` or a worker")
    return str(context.flow_run.id)


@cache
def ledger() -> Ledger:
    """The ledger of this process."""
    return open_ledger(settings().ledger)


@cache
def _cloud(endpoint: str, site: Literal["cn", "intl"]) -> Cloud:
    return connect(endpoint=endpoint or None, site=site)


def check_endpoint(incident_id: str, endpoint: str) -> None:
    """See that an incident goes on against the cloud that it was opened against.

    Raises:
        SettingsError: this process is set to another cloud.
    """
    here = settings().endpoint or ""
    if here != endpoint:
        raise SettingsError(
            "RUNBOOKS_CLOUD_ENDPOINT",
            f"incident {incident_id} was opened against {endpoint or 'the real cloud'}, "
            f"this process is set to {here or 'the real cloud'}; set it as it was",
        )


def cloud_of(case: Case) -> Cloud:
    """The cloud that the case was opened against.

    Raises:
        SettingsError: this process is set to another cloud.
    """
    check_endpoint(case.incident_id, case.endpoint)
    return _cloud(case.endpoint, case.site)


@step("open the case · 立案")
async def open_case(run_id: str, alert: str, mode: Mode | None, lang: Lang | None) -> Case:
    """Parse the alert, fix policy, mode, language and time, and open the incident in the ledger."""
    parsed = parse_alert(alert)
    policy = load_policy(settings().policy)
    now = utc_now()
    case_mode, case_lang = mode or policy.mode, lang or settings().lang
    incident, _ = ledger().open_incident(
        dedupe_key=f"run:{run_id}",
        account=parsed.account or "",
        alert=parsed.model_dump(mode="json"),
        mode=case_mode,
        endpoint=settings().endpoint or "",
        lang=case_lang,
        at=now,
    )
    ledger().bind_run(incident.id, run_id, now)
    say("%s · %s", incident.id, "收到异地登录提醒" if case_lang == "zh" else "unusual login reported")
    return Case(
        incident_id=incident.id,
        run_id=run_id,
        run_url=url_for("flow-run", obj_id=run_id) or "",
        alert=parsed,
        policy=policy,
        mode=case_mode,
        lang=case_lang,
        site=settings().site,
        endpoint=settings().endpoint or "",
        opened_at=now,
    )
