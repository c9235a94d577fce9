"""The one place where it is settled who decides, and how far that is proven: for forms, the terminal and undo alike."""

from collections.abc import Callable

from tasks.decide.approvers import Approvers, resolved
from tasks.decide.sentences import both
from tasks.model.base import Line, Sentence, Value
from tasks.model.plan import Proof


class Presented(Value):
    """What somebody handed in to show who they are."""

    name: Line


class Recognised(Value):
    """Who decides.

    Args:
        name: as it is declared; what was typed, where nobody is declared.
        declared: whether it is a declared approver.
        proof: how far it is proven.
    """

    name: Line
    declared: bool
    proof: Proof


Verifier = Callable[[Presented, str], Proof | Sentence]
"""Proves that what was handed in is of the person of this name: how far, or why not."""


def by_name_alone(presented: Presented, name: str) -> Proof | Sentence:  # noqa: ARG001 - a name is all there is
    """A name says who somebody claims to be, and proves nothing."""
    return "named"


def proof_of_person(
    presented: Presented, approvers: Approvers, *, verify: Verifier = by_name_alone
) -> Recognised | Sentence:
    """Who decides, and how far that is proven; or why this person may not."""
    name = resolved(presented.name, approvers)
    if isinstance(name, Sentence):
        return name
    proof = verify(presented, name)
    if isinstance(proof, Sentence):
        return proof
    return Recognised(name=name, declared=approvers.declared, proof=proof)


def identity_words(*, declared: bool | None, proof: Proof) -> Sentence:
    """How far it is known who decided, for a report.

    Args:
        declared: None where it was kept by a version that did not say.
    """
    how = {"named": both("只有署名，未经证明", "named, not proven")}[proof]
    if declared is None:
        return how
    who = both("声明的审批人", "a declared approver") if declared else both("未声明审批人", "nobody was declared")
    return both(f"{who.zh}；{how.zh}", f"{who.en}; {how.en}")
