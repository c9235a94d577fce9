"""A plan's hash is that of what is done to whom and how: only another plan voids an approval that waits."""

from typing import Any

import pytest

from tasks.model.base import Sentence
from tasks.model.plan import Action, ActionKind, Plan
from tasks.model.principal import Principal, PrincipalKind
from tests.people import ALICE

SAID = Sentence(zh="禁用", en="disable")
ACTION = Action(
    kind=ActionKind.DISABLE_ACCESS_KEY,
    target="AKIDexample",
    principal=ALICE,
    how="api",
    title=SAID,
    effect=SAID,
    undo=SAID,
)
HASH = "22ce2d1f613c"


class NewerPrincipal(Principal):
    nickname: str = ""


class NewerAction(Action):
    approved_twice: bool = False


def hash_of(action: Action) -> str:
    return Plan(actions=(action,)).hash


def test_it_is_the_same_in_every_version() -> None:
    assert hash_of(ACTION) == HASH


def test_a_field_that_a_newer_version_adds_does_not_change_it() -> None:
    whose = NewerPrincipal(**dict(ALICE))
    newer = NewerAction(**dict(ACTION) | {"principal": whose})

    assert hash_of(newer) == HASH


@pytest.mark.parametrize("changed", ["title", "effect", "undo"])
def test_other_words_do_not_change_it(changed: str) -> None:
    assert hash_of(ACTION.model_copy(update={changed: Sentence(zh="停用", en="turn off")})) == HASH


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": ActionKind.QUARANTINE},
        {"target": "AKIDanother"},
        {"how": "manual"},
        {"principal": ALICE.model_copy(update={"uin": "100000000012"})},
        {"principal": ALICE.model_copy(update={"name": "bob"})},
        {"principal": ALICE.model_copy(update={"kind": PrincipalKind.COLLABORATOR})},
    ],
    ids=["kind", "target", "how", "whose uin", "whose name", "whose kind"],
)
def test_another_act_changes_it(changed: dict[str, Any]) -> None:
    assert hash_of(ACTION.model_copy(update=changed)) != HASH
