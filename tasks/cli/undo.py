"""Undoing a containment: after a false alarm, or when the account is safe again. It is a decision like any."""

import sys
from contextlib import ExitStack

from tasks.cli.drill import point_at, raise_sandbox
from tasks.cli.find import find_incident
from tasks.cli.outcome import CLOSED, INCOMPLETE, PERSON_NEEDED
from tasks.cli.terminal import tell
from tasks.cli.undo_case import UndoCase, undo_case
from tasks.cloud.client import connect
from tasks.config.settings import settings
from tasks.contain.responder import Responder
from tasks.contain.undo import undo
from tasks.context import check_endpoint, ledger, utc_now
from tasks.custody.seal import seal_end
from tasks.decide.approvals import Approved, AwaitingApprovals
from tasks.decide.approvers import approval_notes
from tasks.decide.proof_of_person import Presented, Recognised, proof_of_person
from tasks.engine.owner import owner
from tasks.errors import InputError
from tasks.ledger.rows import Incident
from tasks.model.base import Lang, Sentence
from tasks.model.plan import Outcome, Plan
from tasks.reporting.templating import in_language
from tasks.steps.publish import publish_again


def show_undoing(run: str, names: tuple[str, ...], *, lang: Lang | None) -> int:
    """Show what would be undone, its hash, and who may decide on it; nothing is done."""
    case = undo_case(find_incident(run), names)
    _show(case, lang or settings().lang)
    return CLOSED


def undo_incident(run: str, names: tuple[str, ...], *, by: str | None, plan: str | None, lang: Lang | None) -> int:
    """Undo what an incident's containment did, once an approver decided on exactly that; returns the exit status.

    Args:
        run: id of the incident, or of its run.
        names: actions (`kind:target`); none for all of the suspect's own.
        by: who decides.
        plan: the hash of what was shown; None to ask for it in the terminal.

    Raises:
        InputError: nothing can be undone, who decides may not, or it is another plan than was shown.
    """
    spoken, incident = lang or settings().lang, find_incident(run)
    case = undo_case(incident, names)
    who = _decides(case, by, spoken)
    _show(case, spoken)
    _confirmed(case, plan, spoken)
    _keep(case, who)
    state = case.state()
    if not isinstance(state, Approved):
        _tell_who_is_missing(case, state, spoken)
        return PERSON_NEEDED
    ledger().stop_tries(incident.id, who.name, utc_now())
    results = _undone(incident, case, by=", ".join(dict.fromkeys((*state.by, who.name))))
    publish_again(incident)
    seal_end(incident.id)
    for result in results:
        tell(f"undo {result.name} → {result.status}: {in_language(result.detail, spoken)}")
    whole = all(result.status != "failed" for result in results) and not case.undoing.irreversible
    return CLOSED if whole else INCOMPLETE


def _decides(case: UndoCase, by: str | None, lang: Lang) -> Recognised:
    """Who decides, by the same rules as for an approval; a refusal is kept, for it may be the intruder's."""
    if by is None:
        raise InputError("--by", "is missing; give the name of the approver who decides, or --show to look first")
    if not case.approvers.enough:
        raise InputError("--by", in_language(case.nobody_left(), lang))
    who = proof_of_person(Presented(name=by[:500]), case.approvers)
    if isinstance(who, Sentence):
        ledger().refuse_approval(case.incident.id, plan_hash=case.plan.digest, who=by[:500], why=who.en, at=utc_now())
        raise InputError("--by", in_language(who, lang))
    return who


def _show(case: UndoCase, lang: Lang) -> None:
    """The exact list with what each lets happen again, what stays, the hash, and who may decide."""
    for number, action in enumerate(case.plan.actions, start=1):
        tell(f"{number}. {in_language(action.title, lang)} · {action.target}", style="bold")
        tell(f"   {'影响：' if lang == 'zh' else 'Effect: '}{in_language(action.effect, lang)}")
    for left in case.undoing.left_out:
        tell(f"-  {left.name}: {in_language(left.why, lang)}")
    tell(f"{'计划哈希' if lang == 'zh' else 'plan hash'}: {case.plan.hash}", style="bold")
    missing = case.approvers.needed
    for note in approval_notes(case.approvers, missing):
        tell(f"   {in_language(note, lang)}")


def _confirmed(case: UndoCase, plan: str | None, lang: Lang) -> None:
    """See that what was shown is what is decided on.

    Raises:
        InputError: it is not, or nobody said.
    """
    wanted = case.plan.hash
    if plan is None and sys.stdin is not None and sys.stdin.isatty():
        tell("输入计划哈希以确认撤销：" if lang == "zh" else "Type the plan hash to undo exactly this:")
        plan = sys.stdin.readline().strip()
    if plan is None:
        raise InputError("--plan", "is missing; look at what would be undone with --show, and give the hash it prints")
    if not is_beginning(plan, case.plan.digest):
        raise InputError("--plan", f"{plan!r} is not what would be undone now, which is {wanted}; nothing was done")


def is_beginning(said: str, digest: str) -> bool:
    """Whether what was typed is a plan's digest, or as much of it as people are shown; the ledger keeps all of it."""
    return len(said) >= len(Plan().hash) and digest.startswith(said)


def _keep(case: UndoCase, who: Recognised) -> None:
    ledger().add_approval(
        case.incident.id,
        plan_hash=case.plan.digest,
        approver=who.name,
        decision="approve",
        actions=[action.name for action in case.plan.actions],
        at=utc_now(),
        declared=who.declared,
        proof=who.proof,
    )


def _tell_who_is_missing(case: UndoCase, state: object, lang: Lang) -> None:
    notes = approval_notes(state.of, state.missing) if isinstance(state, AwaitingApprovals) else (case.nobody_left(),)
    for note in notes:
        tell(in_language(note, lang), style="yellow")
    tell(f"→ runbooks undo {case.incident.id} … --plan {case.plan.hash} --by …")


def _undone(incident: Incident, case: UndoCase, *, by: str) -> list[Outcome]:
    with ExitStack() as stack:
        if incident.endpoint and (sandbox := raise_sandbox(incident.endpoint)) is not None:
            stack.callback(sandbox.stop)
            point_at(sandbox, None)
        check_endpoint(incident.id, incident.endpoint)
        cloud = connect(endpoint=settings().endpoint, site=settings().site)
        responder = Responder(cloud, ledger(), incident.id, owner(), utc_now)
        return [undo(responder, one, by=by) for one in case.undoing.outcomes]
