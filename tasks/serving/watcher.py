"""Looking at the audit log for unusual logins, without a Prefect run for each look."""

import asyncio
import logging
from collections.abc import Callable

from tasks.config.settings import settings
from tasks.context import cloud_at, ledger, utc_now
from tasks.errors import RunbookError
from tasks.ledger.off_loop import in_thread
from tasks.lookup.threads import Threads
from tasks.model.policy import Policy
from tasks.watch.poll import poll

log = logging.getLogger("runbooks.serve")


async def watch(policy: Callable[[], Policy], hurry: Callable[[], None]) -> None:
    """Look every so many seconds, for ever; a cloud or a ledger that is away is waited for.

    Args:
        policy: the policy in force.
        hurry: is called when a look opened an incident.
    """
    well = True
    while settings().watch_every > 0:
        try:
            polled = await Threads().run(  # a cloud that hangs must not hold up the end of the program
                poll,
                cloud_at(settings().endpoint or "", settings().site),
                ledger(),
                await in_thread(policy)(),
                endpoint=settings().endpoint or "",
                lang=settings().lang,
                now=utc_now(),
            )
        except RunbookError as error:
            if well:
                log.error("logins can't be watched for now: %s", error)  # noqa: TRY400 - one line
            well = False
        else:
            well = True
            if polled.raised:
                hurry()
            for note in polled.notes:
                log.warning("%s", note.zh if settings().lang == "zh" else note.en)
        await asyncio.sleep(settings().watch_every)
