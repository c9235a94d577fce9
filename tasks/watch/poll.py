"""Watching logins: one look at the audit log, from where the last one ended."""

import time
from datetime import datetime

from tasks.cloud.api import Api
from tasks.cloud.audit import BACK
from tasks.ledger.store import Ledger
from tasks.lookup.ip_libraries import reputation_of
from tasks.model.base import Lang
from tasks.model.policy import Policy
from tasks.model.watch import Polled
from tasks.watch.cycle import FIRST, begin, go_on, lost
from tasks.watch.learn import learn
from tasks.watch.look import Look, ReputationOf
from tasks.watch.raise_alert import Raising
from tasks.watch.state import State, load, save

BUDGET_S = 40.0
"""Seconds after which a look begins no further step; the next look goes on."""


def poll(
    cloud: Api,
    ledger: Ledger,
    policy: Policy,
    *,
    endpoint: str,
    lang: Lang,
    now: datetime,
    reputation: ReputationOf = reputation_of,
) -> Polled:
    """Look at what is new in the audit log, and raise what is unusual; blocks, for two minutes at the very most.

    The cursor moves only after what was raised is safely in the ledger. A look that ends in the middle is done again
    by the next one, and the ledger knows its alerts again.

    Args:
        cloud: whose audit log; the credential's account.
        ledger: takes the alerts, and remembers where the watcher was.
        policy: what is declared, and the mode of incidents that are opened.
        endpoint: the cloud's base URL, empty for the vendor's own.
        lang: of incidents that are opened.
        now: the time.
        reputation: what is known of an address.

    Raises:
        CloudError: the audit log can't be read; nothing is skipped, the next look begins at the same place.
        LedgerError: nothing could be remembered; the same.
    """
    look = Look(cloud, Raising(ledger, policy, endpoint, lang, now), reputation, Polled(through=now))
    state, until = _state(look), time.monotonic() + BUDGET_S
    while True:
        after, behind = go_on(look, state)
        saved = save(ledger, endpoint, after, now)
        if saved is None:
            return look.polled.model_copy(update={"overtaken": True})
        if not behind or time.monotonic() > until:
            return look.polled.model_copy(update={"behind": behind})
        state = saved


def _state(look: Look) -> State:
    """What is remembered; a new beginning where that is nothing, or too old to go on from."""
    state, kept = load(look.raising.ledger, look.raising.endpoint)
    if state is None:
        return begin(look, kept)
    if state.position.through < look.now - BACK:
        look.note(lost(state.position.through, look.now - FIRST))
        return begin(look, kept)
    return learn(look, state)
