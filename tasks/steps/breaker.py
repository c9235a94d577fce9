"""The breaker of mode auto: what it lets pass is counted before it is done, over all processes."""

from tasks.context import ledger, utc_now
from tasks.decide.breaker import WINDOW, breaker, identities
from tasks.ledger.base import MACHINE
from tasks.ledger.canonical import Json
from tasks.model.base import Sentence
from tasks.model.fact import Known
from tasks.model.plan import Action
from tasks.model.progress import Gathered


def held_back(gathered: Gathered, actions: tuple[Action, ...]) -> Sentence | None:
    """Why these actions wait for an approval; None where they may run unasked, and are counted as such.

    It blocks.
    """
    case, facts = gathered.case, gathered.facts
    suspect = gathered.suspect.principal
    hit = identities(actions, suspect, facts)
    account = facts.caller.value.account if isinstance(facts.caller, Known) else ""
    why = ledger().reserve_unasked(
        case.incident_id,
        hit,
        account=account,
        at=utc_now(),
        within=WINDOW,
        why_not=lambda recent: breaker(hit, suspect, facts, case.policy, recent),
    )
    if why is not None:
        detail: Json = {"identities": sorted(hit), "why": why.model_dump(mode="json")}
        ledger().note(case.incident_id, "held_back", who=MACHINE, detail=detail, at=utc_now())
    return why
