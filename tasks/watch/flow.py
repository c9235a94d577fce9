"""A look at the logins, as steps of a flow that Prefect's own workers run."""

from functools import partial
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from pydantic import Field

from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import cloud_at, ledger, utc_now, with_journeys
from tasks.engine.incident_run import parameters_of, tags_of
from tasks.engine.runs import create_run
from tasks.engine.step import say, step
from tasks.errors import CloudError, EngineError
from tasks.ledger.off_loop import in_thread
from tasks.lookup.threads import Threads
from tasks.lookup.unavailable import reason
from tasks.model.base import Sentence, Value
from tasks.model.policy import Policy
from tasks.model.watch import Polled
from tasks.watch.poll import poll

STARTED_MAX = 50
"""Runs that one look starts; further incidents are the next look's, so that a storm does not hold up the looking."""


class Looked(Value):
    """What a look brought.

    Args:
        unstarted: open incidents that no run works on yet, whoever opened them.
    """

    polled: Polled
    unstarted: tuple[str, ...] = Field(default=(), max_length=STARTED_MAX)

    @property
    def outcome(self) -> str:
        """The look's outcome in a word or two, as the UI shows it."""
        if self.polled.raised:
            return "raised"
        return "nothing unusual" if self.polled.logins else "nothing new"

    @property
    def summary(self) -> str:
        """The look in figures."""
        done = self.polled
        return f"{done.logins} logins, {done.failed} failed, {len(done.raised)} raised"


@step("look · 查看登录", name="look_at_logins")
async def look_at_logins() -> Looked:
    """Read what is new in the audit log, and raise what is unusual."""
    here, at = settings(), utc_now()
    cloud, endpoint = cloud_at(here.endpoint or "", here.site), here.endpoint or ""
    policy = await in_thread(_policy)()
    look = partial(poll, cloud, ledger(), policy, endpoint=endpoint, lang=here.lang)
    try:
        polled = await Threads().run(look, now=at)
    except CloudError as exc:
        say("%s", _picked(reason(exc)))
        raise
    for note in polled.notes:
        say("%s", _picked(note))
    waiting = await in_thread(ledger().unbound_incidents)(endpoint)
    return Looked(polled=polled, unstarted=tuple(each.id for each in waiting[:STARTED_MAX]))


def _policy() -> Policy:
    return with_journeys(load_policy(settings().policy))


@step("start · 启动处置", name="start_waiting")
async def start_waiting(incidents: tuple[str, ...]) -> int:
    """Create the runs of incidents; one that was created before is found again, not made twice.

    Raises:
        EngineError: the runbook is not deployed.
    """
    waiting = [await in_thread(ledger().incident)(incident) for incident in incidents]
    deployments = {runbook: await _deployed(runbook) for runbook in dict.fromkeys(each.runbook for each in waiting)}
    for found in waiting:
        await create_run(
            deployments[found.runbook], parameters_of(found), tags=tags_of(found), idempotency_key=found.id
        )
    return len(waiting)


def deployment_of(runbook: str) -> str:
    """What Prefect calls the deployment of a runbook: flow and deployment have its name."""
    return f"{runbook}/{runbook}"


async def _deployed(runbook: str) -> UUID:
    """Id of the deployment of a runbook."""
    name = deployment_of(runbook)
    async with get_client() as client:
        try:
            return (await client.read_deployment_by_name(name)).id
        except ObjectNotFound as exc:
            raise EngineError(f"{name} is not deployed; run `prefect --no-prompt deploy --all`") from exc


def _picked(sentence: Sentence) -> str:
    return sentence.zh if settings().lang == "zh" else sentence.en
