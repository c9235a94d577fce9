"""Gather all facts about one login: every source at once, as soon as what it needs is known.

A source that fails gives `Unknown` with the reason, and the others go on. The slowest chain: the record, then the
hunt that starts from it.
"""

from datetime import datetime
from functools import lru_cache

from tasks.cloud.client import Api
from tasks.cloud.shared import Shared
from tasks.ipinfo.places import place_of
from tasks.lookup import suspect, trail
from tasks.lookup.collector import DEADLINE_S, Desk, Keep, Lang, Progress, silent
from tasks.lookup.gathering import Gathering
from tasks.model.alert import Alert
from tasks.model.fact import Known
from tasks.model.facts import Facts
from tasks.model.policy import Policy


async def gather(
    cloud: Api,
    alert: Alert,
    policy: Policy,
    *,
    now: datetime,
    deadline_s: float = DEADLINE_S,
    keep: Keep | None = None,
    progress: Progress = silent,
    lang: Lang = "zh",
    shared: Shared | None = None,
) -> Facts:
    """All facts about the login that the alert reports; never later than the deadline.

    Args:
        cloud: whom to ask.
        alert: what was reported.
        policy: networks that are declared.
        now: the run's time.
        deadline_s: when the last source is given up.
        keep: stores a masked answer as evidence and returns its id; called in threads.
        progress: is told of each source as it ends.
        lang: language of those lines.
        shared: the same cloud, for what gatherings of one account may share; without it this one is on its own.
    """
    desk = Desk(cloud, now=now, deadline_s=deadline_s, keep=keep, progress=progress, lang=lang, shared=shared)
    try:
        return await Gathering(desk, alert, policy, lru_cache(maxsize=4096)(place_of)).facts()
    except ExceptionGroup as exc:  # a ledger that can't be written, or a defect: say that, not how we run things
        raise exc.exceptions[0] from exc


def start_of(alert: Alert, facts: Facts) -> trail.Start:
    """Where the hunt starts, from facts that were gathered before."""
    event = facts.login.value.event if isinstance(facts.login, Known) else None
    users = facts.co_users.value if isinstance(facts.co_users, Known) else ()
    ip = str(alert.ip) if alert.ip else (event.ip if event else None)
    return trail.Start(
        suspect=event.actor if event else suspect.named(alert, users),
        ip=ip or None,
        at=event.at if event else alert.login_time,
        keys=tuple(key.key_id for key in facts.keys.value) if isinstance(facts.keys, Known) else (),
        own=facts.egress.value if isinstance(facts.egress, Known) else (),
        people=tuple(user.principal for user in users),
        runner_uin=facts.caller.value.uin if isinstance(facts.caller, Known) else "",
    )
