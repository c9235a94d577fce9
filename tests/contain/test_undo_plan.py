"""What would be undone: the suspect's own, and what the intruder made only where it is named."""

from typing import Any

import pytest

from tasks.contain.undo_plan import undoing_of
from tasks.decide.action_texts import by_api
from tasks.model.fact import Known, Unknown
from tasks.model.plan import Action, ActionKind, Outcome, Plan
from tasks.model.principal import Principal
from tasks.model.record import Record
from tests.decide import build
from tests.people import ALICE, ALICE_KEY, BOB, SVC_BACKUP
from tests.reporting.samples import outcome, record

MADE_KEY = "AKIDexampleMade00000000000000001"
KEY = by_api(ActionKind.DISABLE_ACCESS_KEY, ALICE, ALICE_KEY)
BACK_DOOR_KEY = by_api(ActionKind.DISABLE_ACCESS_KEY, ALICE, MADE_KEY)
MINE = by_api(ActionKind.QUARANTINE, ALICE)
THEIRS = by_api(ActionKind.QUARANTINE, SVC_BACKUP)
BOBS = by_api(ActionKind.DISABLE_ACCESS_KEY, BOB, "AKIDexampleBob0000000000000000001")
PASSWORD = by_api(ActionKind.RESET_PASSWORD, ALICE)
EVERY = (KEY, BACK_DOOR_KEY, MINE, THEIRS, BOBS, PASSWORD)
FOUND = build.trail(
    build.sensitive("CreateAccessKey", created=(MADE_KEY,)),
    actors=(build.actor(ALICE, keys=(ALICE_KEY, MADE_KEY)), build.actor(SVC_BACKUP, by=ALICE)),
)


def contained(*actions: Action, trail: Any = FOUND, **changes: Any) -> Record:
    keys = (build.key(ALICE, ALICE_KEY), build.key(ALICE, MADE_KEY, active=False))
    facts = build.facts(trail=trail, keys=Known(value=keys))
    done = tuple(outcome(one, before={"active": True}) for one in actions)
    return record(facts=facts, plan=Plan(actions=actions), actions=done, **changes)


def undone(made: Record, *names: str, suspect: Principal | None = ALICE) -> tuple[str, ...]:
    return tuple(one.name for one in undoing_of(made, suspect, names).outcomes)


def test_by_itself_only_the_suspects_own_is_undone_the_last_first() -> None:
    found = undoing_of(contained(*EVERY), ALICE, ())

    assert tuple(one.name for one in found.outcomes) == (MINE.name, KEY.name)
    assert {one.name: one.why.en.partition(":")[0] for one in found.left_out} == {
        BACK_DOOR_KEY.name: "the intruder made it",
        THEIRS.name: "the intruder made it",
        BOBS.name: "it is not the suspect's own",
        PASSWORD.name: "it can't be undone by the API",
    }
    assert found.irreversible


def test_what_is_named_is_undone_and_nothing_else() -> None:
    assert undone(contained(*EVERY), THEIRS.name, BACK_DOOR_KEY.name) == (THEIRS.name, BACK_DOOR_KEY.name)
    assert not undoing_of(contained(*EVERY), ALICE, (THEIRS.name,)).left_out


@pytest.mark.parametrize(
    ("trail", "suspect", "left"),
    [(FOUND, None, ()), (build.NOT_READ, ALICE, (MINE.name,))],
    ids=["nobody is known to be suspected", "the audit log was not read"],
)
def test_in_doubt_it_has_to_be_named(trail: Any, suspect: Principal | None, left: tuple[str, ...]) -> None:
    assert isinstance(build.NOT_READ, Unknown)
    assert undone(contained(*EVERY, trail=trail), suspect=suspect) == left


def test_what_was_undone_or_put_back_is_not_undone_again() -> None:
    back = outcome(MINE)

    assert undone(contained(KEY, MINE, put_back=(back,))) == (KEY.name,)
    assert undone(contained(KEY, MINE, undone=(back,))) == (KEY.name,)


def test_its_hash_is_neither_the_containments_nor_another_lists_nor_of_another_state() -> None:
    def hash_of(made: Record, *names: str) -> str:
        return undoing_of(made, ALICE, names).plan.hash

    made = contained(KEY, MINE)
    other: tuple[Outcome, ...] = (outcome(KEY, before={"active": True}), outcome(MINE, before={"policies": []}))

    hashes = (
        hash_of(made),
        made.plan.hash,
        Plan(actions=made.plan.actions[::-1]).hash,
        hash_of(made, KEY.name),
        hash_of(made.model_copy(update={"actions": other})),
    )

    assert len(set(hashes)) == len(hashes)
    assert hash_of(made) == hash_of(contained(KEY, MINE))
