"""Looking up the facts, as one step that the UI shows; it may have begun before the run was known to Prefect."""

import asyncio
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple

from prefect.logging import get_run_logger

from tasks.cloud.api import Site
from tasks.cloud.client import Cloud
from tasks.cloud.single_flight import FRESH_S, SingleFlight
from tasks.context import cloud_at, cloud_of, ledger, utc_now
from tasks.decide.usual import SETTLED, SUPPORTS, is_barred
from tasks.engine.step import step
from tasks.ledger.off_loop import in_thread
from tasks.lookup.collector import DEADLINE_S, Collector, Progress
from tasks.metrics import FACTS, took
from tasks.model.base import Lang
from tasks.model.case import Case
from tasks.model.facts import AnyFacts, Facts
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of
from tasks.steps.awaited import await_event
from tasks.steps.evidence import keeping
from tasks.steps.snapshot import HeadStart, head_start_of

EARLY_MAX = 64  # gatherings that are remembered; more would wait for the cloud's limits, not be done
EARLY_FOR = timedelta(minutes=2)
"""How old facts may be that a run takes over: a few times what gathering takes, for after that more has happened."""


class _Early(NamedTuple):
    """A gathering that nobody has asked for yet."""

    begun: datetime
    asked: tuple[object, ...]
    task: "asyncio.Task[Facts]"
    facts: "Future[Facts | None]"
    lines: list[str]


_early: dict[str, _Early] = {}


@step("look up · facts", name="look_up")
async def look_up(case: Case) -> AnyFacts:
    """Gather all facts at once; what can't be had is unknown, with the reason, and what is only late is awaited."""
    facts = await _looked_up(case)
    await asyncio.to_thread(await_event, case, facts)
    return facts


async def _looked_up(case: Case) -> AnyFacts:
    log = get_run_logger()

    def progress(line: str) -> None:
        log.info("%s", line, extra={"story": True})

    cloud = cloud_of(case)
    if case.head_start and (head_start := await in_thread(_head_start)(case)):
        log.info("facts of the first containment", extra={"story": True})
        return head_start.facts
    facts = await _take(case, progress)
    if facts is None:
        facts = await _gather(cloud, case.incident_id, _reported(case), case.policy, lang=case.lang, progress=progress)
    took(FACTS, utc_now() - case.opened_at)
    return facts


def _head_start(case: Case) -> HeadStart | None:
    return head_start_of(ledger().incident(case.incident_id))


def begin_early(
    incident_id: str, reported: Reported, policy: Policy, *, endpoint: str, site: Site, lang: Lang, now: datetime
) -> None:
    """Start to gather in the running loop, for the step that will ask; where that dies, the step gathers itself."""
    _forget_old(now)
    if incident_id in _early or len(_early) >= EARLY_MAX:
        return
    lines: list[str] = []

    async def work() -> Facts:
        cloud = await asyncio.to_thread(cloud_at, endpoint, site)  # it may look for its credential over the network
        return await _gather(cloud, incident_id, reported, policy, lang=lang, progress=lines.append)

    facts = Future[Facts | None]()
    task = asyncio.get_running_loop().create_task(work())
    task.add_done_callback(partial(_tell, facts))
    _early[incident_id] = _Early(now, _asked(reported, policy), task, facts, lines)


def early_facts(incident_id: str) -> Facts | None:
    """What was gathered early, where it is done and nobody has taken it."""
    early = _early.get(incident_id)
    return early.facts.result() if early and early.facts.done() else None


async def await_early(incident_id: str) -> Facts | None:
    """What is being gathered early, once it is done; it stays there for the step that will ask."""
    early = _early.get(incident_id)
    if early is None:
        return None
    await asyncio.wait([asyncio.wrap_future(early.facts)])
    return early.facts.result()


def forget_early(incident_id: str) -> None:
    """End an early gathering that nobody will ask for."""
    early = _early.pop(incident_id, None)
    if early and not early.facts.done():
        early.task.get_loop().call_soon_threadsafe(early.task.cancel)


async def _take(case: Case, progress: Progress) -> Facts | None:
    """The facts that were gathered early, once; None where there are none, or no fresh ones."""
    early = _early.pop(case.incident_id, None)
    if early is None or utc_now() - early.begun > EARLY_FOR or early.asked != _asked(_reported(case), case.policy):
        return None
    # The future belongs to no loop, for the run may be in another one than what took the alert in.
    await asyncio.wait([asyncio.wrap_future(early.facts)])
    facts = early.facts.result()
    for line in early.lines if facts else ():
        progress(line)
    return facts


async def _gather(
    cloud: Cloud, incident_id: str, reported: Reported, policy: Policy, *, lang: Lang, progress: Progress
) -> Facts:
    """All facts, with their evidence safely in the ledger."""
    shared = _shared(cloud)
    async with keeping(incident_id) as keep:
        collector = Collector(
            cloud.in_background(),
            now=utc_now(),
            deadline_s=DEADLINE_S,
            keep=keep,
            progress=progress,
            lang=lang,
            shared=shared,
            barred=partial(_barred, incident_id),
        )
        facts = await runbook_of(reported.runbook).gather(collector, reported.alert, policy)
    asyncio.get_running_loop().call_later(FRESH_S, shared.forget_old)
    return facts


def _barred(incident_id: str) -> dict[str, str]:
    """Events of the past whose incident is open, or was not closed as harmless, and that incident."""
    endpoint, since = ledger().incident(incident_id).endpoint, utc_now() - SUPPORTS - SETTLED
    past = ledger().incidents_of_events(endpoint, since=since)
    return {event: incident.id for event, incident in past.items() if is_barred(incident.verdict)}


@lru_cache(maxsize=8)
def _shared(cloud: Cloud) -> SingleFlight:
    """One for all gatherings of this process with one credential at one endpoint."""
    return SingleFlight(cloud.in_background())


def _tell(facts: "Future[Facts | None]", task: "asyncio.Task[Facts]") -> None:
    """Say what was gathered; None where nothing was, for then the step gathers itself and says why it can't."""
    facts.set_result(None if task.cancelled() or task.exception() else task.result())


def _reported(case: Case) -> Reported:
    return Reported(runbook=case.runbook, alert=case.alert)


def _asked(reported: Reported, policy: Policy) -> tuple[object, ...]:
    """What the facts depend on; not the alert's own words, nor by which road they came."""
    return reported.runbook, reported.alert.model_copy(update={"source": "", "text": ""}), policy


def _forget_old(now: datetime) -> None:
    for incident_id in [each for each, early in _early.items() if now - early.begun > EARLY_FOR]:
        forget_early(incident_id)
