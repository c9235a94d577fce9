"""What would be undone, exactly: a plan with its hash, and what is left out of it."""

from tasks.contain.undo import action_of, digest_of, is_reversible
from tasks.decide.hunt.created import created_by_chain
from tasks.decide.sentences import both
from tasks.decide.verdict import active_containment
from tasks.model.base import Sentence, Value
from tasks.model.fact import Unknown
from tasks.model.plan import Outcome, Plan
from tasks.model.principal import Principal
from tasks.model.record import Record

_MADE = both("攻击链新建的，要点名才撤销", "the intruder made it: undone only if it is named")
_CONCERNED = both("不是被怀疑的身份本身，要点名才撤销", "it is not the suspect's own: undone only if it is named")
_UNSURE = both(
    "没有读到操作记录，不知道是不是入侵者新建的，要点名才撤销",
    "the audit log was not read, so the intruder may have made it: undone only if it is named",
)
_FOR_GOOD = both("无法通过接口撤销", "it can't be undone by the API")


class LeftOut(Value):
    """What stays as it is, and why."""

    name: str
    why: Sentence


class Undoing(Value):
    """What would be undone.

    Args:
        outcomes: what was done, last first.
        plan: the undoing of each; its hash is bound to exactly what was done and found then.
        left_out: what else was done and would stay.
    """

    outcomes: tuple[Outcome, ...]
    plan: Plan
    left_out: tuple[LeftOut, ...]

    @property
    def irreversible(self) -> bool:
        """Whether something was asked for that can't be undone."""
        return any(one.why == _FOR_GOOD for one in self.left_out)


def done_and_active(record: Record) -> tuple[Outcome, ...]:
    """What the API did and nobody has undone, last first."""
    return active_containment(record.actions, (*record.put_back, *record.undone))[::-1]


def undoing_of(record: Record, suspect: Principal | None, names: tuple[str, ...]) -> Undoing:
    """What would be undone: what is named, else all of the suspect's own that can be.

    What the intruder made is what undoing would hand back first, and so are identities beside the suspect's: each has
    to be named.
    """
    active = done_and_active(record)
    left = {one.name: why for one in active if (why := _why_not(one, record, suspect, names)) is not None}
    outcomes = tuple(one for one in active if one.name not in left)
    bound = ",".join(digest_of(one) for one in outcomes)
    return Undoing(
        outcomes=outcomes,
        plan=Plan(actions=tuple(action_of(one) for one in outcomes), rests_on=f"undo {bound}"),
        left_out=tuple(LeftOut(name=name, why=why) for name, why in left.items() if not names or name in names),
    )


def _why_not(one: Outcome, record: Record, suspect: Principal | None, names: tuple[str, ...]) -> Sentence | None:
    if names and one.name not in names:
        return _CONCERNED
    if not is_reversible(one):
        return _FOR_GOOD
    return None if names else _why_named_only(one, record, suspect)


def _why_named_only(one: Outcome, record: Record, suspect: Principal | None) -> Sentence | None:
    if suspect is None or record.facts is None:
        return _UNSURE
    trail, created = record.facts.trail, created_by_chain(suspect, record.facts)
    made = () if isinstance(trail, Unknown) else (name for seen in trail.value.sensitive for name in seen.event.created)
    if one.target in {*made, *created.keys} or one.principal.uin in {other.uin for other in created.principals}:
        return _MADE
    if one.principal.uin != suspect.uin:
        return _CONCERNED
    is_key = one.target != one.principal.uin
    return _UNSURE if is_key and isinstance(trail, Unknown) else None
