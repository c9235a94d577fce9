"""Why it was decided so, for any runbook: its questions weighed, and the facts that the decision hangs on."""

from collections.abc import Iterator
from typing import Any

from tasks.decide.sentences import both
from tasks.model.alert import Alert
from tasks.model.answer import Answer
from tasks.model.decision import Decision
from tasks.model.explanation import Basis, Explanation, Otherwise, Point, Weighed
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Facts
from tasks.model.runbook import AnyRunbook

SUPPOSED_UNKNOWN = Unknown(reason=both("假设未知。", "Supposed unknown."))


def decided_facts(facts: Facts, basis: Basis) -> Facts:
    """The facts as they were when it was decided: the audit log may have been read again since."""
    return facts if basis.trail is None else facts.model_copy(update={"trail": basis.trail})


def decide_again(runbook: AnyRunbook, alert: Alert, facts: Facts, basis: Basis) -> Decision:
    """Decide once more by what it was decided by."""
    suspect = runbook.suspect(alert, facts)
    return runbook.decide(alert, facts, suspect, basis.statements, basis.policy, now=basis.now)


def explain(runbook: AnyRunbook, alert: Alert, facts: Facts, basis: Basis) -> Explanation:
    """Weigh each question, and find what the decision hangs on.

    Args:
        facts: as they were when it was decided.
    """
    suspect = runbook.suspect(alert, facts)
    weighed = runbook.weigh(alert, facts, suspect, basis)
    return Explanation(weighed=weighed, hinges=tuple(_hinges(runbook, alert, facts, basis)))


def weighed_impact(impact: Answer) -> Weighed:
    """The last question, which the audit log alone answers."""
    point = Point(says=impact.why, fact=impact.by, evidence=impact.evidence)
    sides = {"yes": "for_yes", "no": "for_no"}
    said: dict[str, Any] = {sides.get(impact.value, "unseen"): (point,)}
    return Weighed(question=impact.question, value=impact.value, **said)


def _hinges(runbook: AnyRunbook, alert: Alert, facts: Facts, basis: Basis) -> Iterator[Otherwise]:
    """Facts without which the procedure would have led elsewhere, each taken away alone."""
    decided = _led_to(decide_again(runbook, alert, facts, basis))
    for name in type(facts).model_fields:
        if not isinstance(getattr(facts, name), Known):
            continue
        without = facts.model_copy(update={name: SUPPOSED_UNKNOWN})
        decision = decide_again(runbook, alert, without, basis)
        if _led_to(decision) != decided:
            asks = decision.ask.question if decision.ask else ""
            yield Otherwise(supposed=name, leads_to=decision.course, asks=asks)


def _led_to(decision: Decision) -> tuple[object, ...]:
    return decision.course, decision.ask.key if decision.ask else ""
