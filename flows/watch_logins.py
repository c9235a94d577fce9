"""The watcher of logins: raises what is unusual, without any SMS."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.watch.flow import look_at_logins, start_waiting


@flow(
    name="watch_logins",
    description="查看操作审计中的登录，发现异常即立案。 Looks at the audit log's logins, and raises what is unusual.",
    retries=0,  # the next look goes on from the same place
    validate_parameters=True,
)
async def watch_logins(start_runs: bool = False) -> State:  # noqa: FBT001, FBT002 - a parameter of the deployment
    """Look once at the logins that are new.

    Args:
        start_runs: start the runs of incidents that have none; not needed where `runbooks serve` works, for it does.
    """
    looked = await look_at_logins()
    if start_runs and looked.unstarted:
        await start_waiting(looked.unstarted)
    return Completed(name=looked.outcome, message=looked.summary)
