"""Deciding an incident again, offline, from what it was decided by: the same comes out, or the rules have changed."""

from typing import Literal

from tasks.decide.explain import decide_again, decided_facts
from tasks.decide.impact import resources_affected
from tasks.decide.sentences import both
from tasks.decide.undone import verdict_after_undo
from tasks.decide.verdict import next_step, verdict
from tasks.model.answer import Answer
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.facts import Facts
from tasks.model.fixture import Fixture, Settled
from tasks.model.record import Record
from tasks.model.runbook import AnyRunbook

Affected = Literal["yes", "no", "unknown"]


def fixture_of(record: Record) -> Fixture | None:
    """All that an incident was decided by; None where its record does not keep that."""
    if record.facts is None or record.basis is None:
        return None
    return Fixture(
        runbook=record.runbook,
        mode=record.mode,
        alert=record.alert,
        facts=record.facts,
        basis=record.basis,
        closed=record.closed_at is not None,
        plan=record.plan,
        approvals=record.approvals,
        actions=record.actions,
        put_back=record.put_back,
        undone=record.undone,
        settled=Settled(
            path=record.path,
            answers={name: (answer.value, answer.source) for name, answer in record.answers.items()},
            against=len(record.contradictions),
            verdict=record.verdict,
            next=record.next,
            planned=tuple(action.name for action in record.plan.actions),
        ),
    )


def replay(runbook: AnyRunbook, fixture: Fixture) -> Settled:
    """Decide again, asking neither the cloud nor a person."""
    facts = decided_facts(fixture.facts, fixture.basis)
    decision = decide_again(runbook, fixture.alert, facts, fixture.basis)
    impact = resources_affected(fixture.facts.trail) if fixture.closed and decision.course == "contain" else None
    found, _ = verdict(
        decision,
        fixture.plan,
        fixture.approvals,
        fixture.actions,
        fixture.mode,
        put_back=fixture.put_back,
        closed=fixture.closed,
    )
    found = verdict_after_undo(found, fixture.plan, fixture.actions, fixture.put_back, fixture.undone)
    answers = (*decision.answers, *((impact,) if impact else ()))
    return Settled(
        path=(*decision.path, *((impact.question,) if impact else ())),
        answers={answer.question: (answer.value, answer.source) for answer in answers},
        against=len(decision.contradictions),
        verdict=found,
        next=next_step(found, _affected(impact)),
        planned=_planned(runbook, fixture, facts, decision),
    )


def differences(was: Settled, now: Settled) -> tuple[Sentence, ...]:
    """What is decided otherwise than it was, one sentence each; nothing where the decision is the same.

    What was planned may be more than what is planned first: further rounds follow what came up since.
    """
    names = tuple(dict.fromkeys((*was.answers, *now.answers)))
    pairs = (
        ("path", " → ".join(was.path), " → ".join(now.path)),
        *((name, _answer(was, name), _answer(now, name)) for name in names),
        ("contradictions", was.against, now.against),
        ("verdict", was.verdict, now.verdict),
        ("next", was.next, now.next),
        ("planned", "", ", ".join(name for name in now.planned if name not in was.planned)),
    )
    return tuple(_differs(name, one or "-", other or "-") for name, one, other in pairs if one != other)


def _differs(name: str, was: object, now: object) -> Sentence:
    return both(f"{name}：原为 {was}，现为 {now}", f"{name}: was {was}, is {now}")


def _answer(settled: Settled, name: str) -> str:
    value, source = settled.answers.get(name, ("", ""))
    return f"{value} ({source})" if value else ""


def _affected(impact: Answer | None) -> Affected:
    if impact is None or impact.value == "unknown":
        return "unknown"
    return "yes" if impact.yes else "no"


def _planned(runbook: AnyRunbook, fixture: Fixture, facts: Facts, decision: Decision) -> tuple[str, ...]:
    if decision.course != "contain" or not fixture.plan.actions:
        return ()
    suspect = runbook.suspect(fixture.alert, facts)
    plan = runbook.plan(suspect.principal, facts, fixture.basis.policy, fixture.basis.site)
    return tuple(action.name for action in plan.actions)
