"""The first lines of a report: what happened, and what is still to do."""

from tasks.decide.sentences import both
from tasks.decide.verdict import active_containment, not_rolled_back
from tasks.model.base import Sentence
from tasks.model.decision import Verdict
from tasks.model.plan import Action, ActionKind, Outcome, Status
from tasks.model.principal import PrincipalKind
from tasks.model.record import Record
from tasks.model.report import Headlines
from tasks.model.runbook import AnyRunbookText
from tasks.reporting.templating import cut
from tasks.reporting.terms import term

OPEN: frozenset[Status] = frozenset(("failed", "planned", "declined"))
"""States of an action that leave the account as it was."""

NAME_CHARS = 60
"""Characters of a name in the first lines."""
SUPPORT = "https://cloud.tencent.com/online-service"


def headline(record: Record, headlines: Headlines) -> Sentence:
    """The verdict in one plain sentence."""
    if record.verdict != "needs_person":
        return _settled(record.verdict, headlines)
    if record.closed_at is None:
        return headlines.going_on
    if not_rolled_back(record.put_back):
        return headlines.rollback_failed
    if active_containment(record.actions, (*record.put_back, *record.undone)):
        return headlines.held
    untouched = all(outcome.status == "planned" for outcome in record.actions)
    return headlines.planned_only if record.plan.actions and untouched else headlines.needs_person


def _settled(verdict: Verdict, headlines: Headlines) -> Sentence:
    found: Sentence = getattr(headlines, verdict)
    return found


def todo(record: Record, text: AnyRunbookText) -> tuple[Sentence, ...]:
    """What is still to do, the most urgent first; never empty."""
    parts = (_decide, _undo, _finish, _support, _harden, _grant, text.todo)
    every = tuple(sentence for part in parts for sentence in part(record))
    return every or (both("没有要做的事。", "Nothing is left to do."),)


def open_actions(record: Record) -> tuple[tuple[Action, Status], ...]:
    """Actions of the plan that are not done, each with its last state."""
    last = {outcome.name: outcome.status for outcome in record.actions}
    states = ((action, last.get(action.name, "planned")) for action in record.plan.actions)
    return tuple((action, status) for action, status in states if status in OPEN)


def _shut_out(record: Record) -> set[PrincipalKind]:
    """Kinds of identity that more is taken from than keys, which have no session."""
    acts: tuple[Action | Outcome, ...] = (*record.actions, *record.plan.actions)
    return {one.principal.kind for one in acts if one.kind is not ActionKind.DISABLE_ACCESS_KEY}


def sessions_remain(record: Record) -> bool:
    """Whether to say that live sessions of sub-accounts can't be ended."""
    return bool(_shut_out(record) - {PrincipalKind.MAIN})


def main_account(record: Record) -> bool:
    """Whether to say that steps of the main account have no API."""
    return PrincipalKind.MAIN in _shut_out(record)


def ticket_due(record: Record) -> bool:
    """Whether support should hear of it."""
    return record.next == "contact_support"


def _decide(record: Record) -> tuple[Sentence, ...]:
    if record.verdict != "needs_person":
        return ()
    return (
        both(
            "请负责人看下面的事实和理由，尽快判断是不是自己人所为。",
            "Somebody in charge should read the facts and reasons below and judge the case soon.",
        ),
    )


def _undo(record: Record) -> tuple[Sentence, ...]:
    """How to roll back the containment that is active, where nobody has decided that it shall stay."""
    declined = any(outcome.status == "declined" for outcome in record.actions)
    active = active_containment(record.actions, (*record.put_back, *record.undone))
    if not active or not (record.verdict == "needs_person" or declined):
        return ()
    command = f"runbooks undo {record.incident_id}"
    zh = f"已执行的处置仍然生效（{len(active)} 项）；要撤销，运行 {command}。"
    return (both(zh, f"Containment is still active ({len(active)} actions); to roll it back, run {command}."),)


def _finish(record: Record) -> tuple[Sentence, ...]:
    left = open_actions(record)
    if not left:
        return ()
    names = tuple((term(action.kind), term(status), cut(action.target, NAME_CHARS)) for action, status in left[:5])
    zh = "；".join(f"{kind.zh} {target}（{status.zh}）" for kind, status, target in names)
    en = "; ".join(f"{kind.en} {target} ({status.en})" for kind, status, target in names)
    return (both(f"{len(left)} 项处置没有落实：{zh}", f"Actions that are not done ({len(left)}): {en}"),)


def _support(record: Record) -> tuple[Sentence, ...]:
    if not ticket_due(record):
        return ()
    return (
        both(
            "联系腾讯云在线客服，工单草稿在 support-ticket.txt。",
            "Contact Tencent Cloud support; the ticket is drafted in support-ticket.txt.",
        ),
    )


def _harden(record: Record) -> tuple[Sentence, ...]:
    off = [entry for entry in record.protections_off if entry.state == "off"]
    if not off:
        return ()
    people = len({entry.principal for entry in off})
    return (
        both(
            f"开启保护：{people} 个身份共有 {len(off)} 项保护没有开启（见下文）。",
            f"Switch protections on: off now: {len(off)}, identities concerned: {people} (listed below).",
        ),
    )


def _grant(record: Record) -> tuple[Sentence, ...]:
    missing = record.permissions_missing
    if not missing:
        return ()
    names = ", ".join(cut(name, NAME_CHARS) for name in missing[:5])
    return (
        both(
            f"给本程序的身份授权，下次才看得全：{names}（共 {len(missing)} 个）。",
            f"Grant the runbook's identity what it lacked: {names} ({len(missing)} in all).",
        ),
    )
