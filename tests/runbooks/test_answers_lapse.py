"""What is too old to act on lapses: facts are gathered anew, the change is said, and people are asked again."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tasks.context import ledger
from tasks.engine.questions import Accepted
from tasks.engine.runs import RunState
from tasks.sandbox.server import Sandbox
from tests.runbooks.late_stage import Late, later
from tests.upgrade import stage
from tests.upgrade.waits import AUTO, PEOPLE, STOLEN, answers, intruder_goes_on

pytestmark = pytest.mark.prefect

HOUR = 60.0
APPROVE = f"mode: approve\n{PEOPLE}"
YES = {"decision": "approve", "approved_by": "Wang", "only": []}
UNTIL_APPROVAL = STOLEN | {"approvals": {}}

Begin = Callable[..., Late]


@pytest.fixture
def begin(prefect_server: Any, tmp_path: Path, no_waiting: None) -> Iterator[Begin]:
    """Bring a run as far as the answers lead."""
    with ExitStack() as stack:

        def go(policy: str, given: dict[str, Any]) -> Late:
            sandbox = stack.enter_context(Sandbox.start("stolen-sub-account"))
            stack.enter_context(stage.at_work(tmp_path, sandbox, 1, {"POLICY": policy}))
            late = Late(sandbox, prefect_server.api_url, tmp_path)
            late.begin()
            late.walk(**given)
            return late

        yield go


def looked_up(late: Late) -> int:
    """How often it was looked up what is only looked up while facts are gathered."""
    return sum(call.service == "cvm" for call in stage.ours(late.sandbox))


def answer(late: Late, hours: float, **form: Any) -> str:
    """Answer what waits, so many hours later; the key of what waits then, or the state."""
    with later(hours * HOUR):
        assert late.say(late.waiting().key, **form) == Accepted()
        state = late.walk()
        return late.waiting().key if state is RunState.SUSPENDED else str(state)


def test_what_the_policy_lets_stand_is_acted_on(begin: Begin) -> None:
    late = begin(f"answers_good_for_hours: null\n{APPROVE}", UNTIL_APPROVAL)
    before = looked_up(late)

    ended = answer(late, 72, **YES)

    assert (ended, late.record()["verdict"]) == (str(RunState.COMPLETED), "contained")
    assert looked_up(late) == before
    assert late.what("gathered_anew") == []


def test_an_approval_after_three_days_approves_nothing_and_all_is_asked_anew(begin: Begin) -> None:
    late = begin(APPROVE, UNTIL_APPROVAL)
    old = late.waiting().key
    intruder_goes_on(late.sandbox)

    first = answer(late, 72, **YES)
    untouched, shown = stage.writes(late.sandbox), late.waiting()
    second = answer(late, 72, answer="no", answered_by="Qian")
    third = answer(late, 72, answer="no", answered_by="Qian")
    new = answer(late, 72, answer="no", answered_by="Qian")
    plan = late.waiting().description
    ended = answer(late, 73, **YES)

    assert (first, second, third) == ("own-login-2", "co-user-2", "known-egress-2")
    assert untouched == []
    assert "已重新查询" in shown.description
    assert old.split("-")[0] == new.split("-")[0] == "containment"
    assert old.split("-")[1] != new.split("-")[1]
    assert "svc-second" in plan
    assert (ended, late.record()["verdict"]) == (str(RunState.COMPLETED), "contained")
    assert [each.plan_hash for each in approvals(late)] == [new.split("-")[1]]
    assert set(Counter(stage.writes(late.sandbox)).values()) == {1}
    assert late.what("gathered_anew") == ["gathered_anew"]
    assert any("hours old" in reason["en"] for reason in late.record()["reasons"])
    assert late.chain_holds()


def test_a_decline_counts_however_late_it_comes(begin: Begin) -> None:
    late = begin(APPROVE, UNTIL_APPROVAL)

    ended = answer(late, 72, decision="decline", approved_by="Wang", only=[])

    assert (ended, late.record()["verdict"]) == (str(RunState.COMPLETED), "declined")
    assert stage.writes(late.sandbox) == []


def test_an_answer_of_the_first_day_lapses_that_of_the_second_counts_and_what_was_done_is_not_done_again(
    begin: Begin,
) -> None:
    late = begin(AUTO, answers(own_login="no"))
    done = stage.writes(late.sandbox)

    first = answer(late, 25, answer="no", answered_by="Wang")
    second = answer(late, 26, answer="no", answered_by="Qian")
    answer(late, 26, answer="no", answered_by="Qian")
    ended = answer(late, 26, **YES)

    said = late.record()["answers"]
    assert done != []
    assert (first, second) == ("own-login-2", "known-egress-1")
    assert (said["own_login"]["by"], said["co_user"]["by"]) == ("Qian", "Wang")
    assert (ended, late.record()["verdict"]) == (str(RunState.COMPLETED), "contained")
    assert set(Counter(stage.writes(late.sandbox)).values()) == {1}
    assert late.what("gathered_anew") == ["gathered_anew"]


def approvals(late: Late) -> list[Any]:
    return [each for plan in plans(late) for each in ledger().approvals(late.incident.id, plan)]


def plans(late: Late) -> list[str]:
    """The plans that were asked about."""
    return [key.split("-")[1] for key in late.answered() if key.startswith("containment-")]
