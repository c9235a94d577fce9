"""The plan for what is known now."""

from tasks.case import Case
from tasks.decide.plan import containment_plan
from tasks.model.plan import Action, Plan
from tasks.model.progress import Progress


def new_plan(progress: Progress) -> Plan:
    """The plan for what is known now, without what was already carried out or declined."""
    assert progress.facts is not None  # noqa: S101 - a plan comes after the facts
    case = progress.case
    known = {action.name for action in progress.plan.actions}
    plan = containment_plan(case.alert, progress.facts, case.policy, site=case.site)
    return Plan(actions=tuple(_linked(case, a) for a in plan.actions if a.name not in known))


def _linked(case: Case, action: Action) -> Action:
    """Point a guided step at the stand-in's console, where the case is against one."""
    if action.link is None or not case.endpoint:
        return action
    return action.model_copy(update={"link": f"{case.endpoint}/console"})
