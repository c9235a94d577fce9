"""What befell a run before somebody came to answer it, said plainly, and mended where no process drives it."""

from uuid import UUID

from tasks.cli.terminal import tell
from tasks.context import ledger, utc_now
from tasks.decide.driving import RunSeen, Todo
from tasks.engine.recovery import take_up
from tasks.engine.runs import RunGone, RunState, view
from tasks.engine.situation import seen_now
from tasks.engine.takeover import take_lease
from tasks.errors import EngineError
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import Incident
from tasks.serving.registrar import register

CANCELLED = (
    "⏹  有人在 Prefect 里取消了这个运行。回答 go_on 或在界面按 Retry 即继续；回答 stay_stopped 则到此为止。\n"
    "   A person cancelled this run in Prefect. Answer go_on, or press Retry in the UI, and it goes on; "
    "answer stay_stopped, and it ends here."
)


def say_if_cancelled(incident: Incident, state: RunState) -> None:
    """Say that a person cancelled the run, and how it goes on."""
    if state is RunState.CANCELLED or ledger().trouble(incident.id).cancelled_at is not None:
        tell(CANCELLED, style="bold yellow")


async def known_run(incident: Incident, deployment_id: UUID) -> UUID:
    """The run that answers an incident; another one where Prefect does not know it any more.

    Raises:
        EngineError: Prefect did not take another one.
    """
    run_id = UUID(incident.flow_run_id)
    try:
        await view(run_id)
    except RunGone:
        return await _another(incident, deployment_id)
    return run_id


async def _another(incident: Incident, deployment_id: UUID) -> UUID:
    gone = str(incident.flow_run_id)
    await in_thread(ledger().lose_run)(incident.id, gone, utc_now())
    lost = {incident.id: await in_thread(ledger().trouble)(incident.id)}
    made = await register(deployment_id, [incident], lost)
    if incident.id not in made:
        raise EngineError(f"{incident.id}: its run is gone, and Prefect took no other")
    await in_thread(ledger().bind_run)(incident.id, str(made[incident.id]), utc_now())
    tell(
        f"→ 原来的运行 {gone} 已不存在，换新的接着处置 · its run {gone} is gone; another one goes on",
        style="bold yellow",
    )
    return made[incident.id]


async def brought_back(incident: Incident, run_id: UUID) -> RunState:
    """Schedule a run again that nobody drives, at once, for a person is there who wants it to go on."""
    seen, todo = await seen_now(incident, run_id)
    if todo in {Todo.TAKE_UP, Todo.ASK_WHY, Todo.GIVE_UP} or seen.run is RunSeen.ENDED:
        if not await in_thread(take_lease)(incident.id, utc_now()):
            return (await view(run_id)).state
        if seen.run is RunSeen.CANCELLED:
            await in_thread(ledger().run_cancelled)(incident.id, utc_now())
        tell(f"→ 运行曾中断（{seen.said}），接着处置 · it had stopped ({seen.said}), and goes on")
        return await take_up(run_id, f"taken up again by a person, after: {seen.said}", seen=seen.state_id)
    return (await view(run_id)).state
