"""The case: everything about a run that must not change while it waits."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from prefect.context import FlowRunContext
from prefect.utilities.urls import url_for
from pydantic import TypeAdapter

from tasks.checkin.url import checkin_url
from tasks.cloud.client import Cloud, connect
from tasks.cloud.rate_limit import Pace
from tasks.config.settings import Lang, settings
from tasks.errors import EngineError, SettingsError
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger, open_ledger
from tasks.metrics import count_call
from tasks.model.alert import Alert
from tasks.model.base import Moment, Sentence, Value
from tasks.model.policy import Mode, Policy

_MODE: TypeAdapter[Mode] = TypeAdapter(Mode)
_LANG: TypeAdapter[Lang] = TypeAdapter(Lang)


class Case(Value):
    """One incident as its run knows it.

    Args:
        run_url: address of the run in the Prefect UI.
        endpoint: the cloud that it was opened against; empty for the vendor's own. It may never be
            continued against another one.
        opened_at: when the incident was opened.
        begun_at: the run's `now`, for every decision.
        again: whether somebody asked to answer a login anew that has an incident already.
        duplicate_of: the incident that answers this login; empty where this run does.
        checkin_url: what check-in links begin with; empty where there are none.
        head_start: whether the incident was contained before its run began.
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
    begun_at: Moment
    again: bool = False
    duplicate_of: str = ""
    checkin_url: str = ""
    head_start: bool = False

    def pick(self, sentence: Sentence) -> str:
        """The sentence in the case's language."""
        return self.pick_words(sentence.zh, sentence.en)

    def pick_words(self, zh: str, en: str) -> str:
        """Words in the case's language."""
        return zh if self.lang == "zh" else en


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
def cloud_at(endpoint: str, site: Literal["cn", "intl"]) -> Cloud:
    """The cloud at an address, empty for the vendor's own; the same for all incidents of this process."""
    pace = Pace(settings().calls_per_second)
    return replace(connect(endpoint=endpoint or None, site=site), on_call=count_call, pace=pace)


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
    return cloud_at(case.endpoint, case.site)


def case_of(
    incident: Incident,
    *,
    run_id: str,
    alert: Alert,
    policy: Policy,
    mode: Mode | None,
    lang: Lang | None,
    again: bool,
    now: datetime,
) -> Case:
    """Fix what must not change while the run waits."""
    return Case(
        incident_id=incident.id,
        run_id=run_id,
        run_url=(url_for("flow-run", obj_id=run_id) or "") if run_id else "",
        alert=alert,
        policy=policy,
        mode=mode or _MODE.validate_python(incident.mode),
        lang=lang or _LANG.validate_python(incident.lang),
        site=settings().site,
        endpoint=incident.endpoint,
        opened_at=incident.opened_at,
        again=again,
        begun_at=now,
        checkin_url=checkin_url(),
    )
