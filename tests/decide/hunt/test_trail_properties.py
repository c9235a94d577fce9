"""The trail is a fixed point: how it was read does not show."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.decide.hunt.trail import extend, first_leads, trail_of
from tasks.model.audit import AuditEvent
from tests.decide.hunt.audit_log import BAD_IP, END, OTHER_IP, START, done, reader
from tests.decide.hunt.trails import followed, uins
from tests.people import ALICE, BOB, CAROL, DEPLOY_ROLE, ROOT, SVC_BACKUP

PEOPLE = (ALICE, BOB, CAROL, SVC_BACKUP, ROOT, DEPLOY_ROLE)
KEYS = ("", "AKIDexample1", "AKIDexample2")
OPERATIONS = (
    "cam:AddUser",
    "cam:UpdateUser",
    "cam:CreateAccessKey",
    "cam:UpdateAccessKey",
    "sts:AssumeRole",
    "cvm:RunInstances",
    "cvm:DescribeInstances",
    "account:ConsoleLogin",
)
WORDS = (*(who.uin for who in PEOPLE), *(who.name for who in PEOPLE), *KEYS[1:], "ins-example1")


@st.composite
def logs(draw: st.DrawFn) -> list[AuditEvent]:
    """Any log of a small account."""
    return [
        done(
            draw(st.sampled_from(PEOPLE)),
            draw(st.sampled_from(OPERATIONS)),
            draw(st.integers(0, 6)),
            id=f"event-{number}",
            ip=draw(st.sampled_from((BAD_IP, OTHER_IP))),
            access_key=draw(st.sampled_from(KEYS)),
            console=draw(st.sampled_from((True, False, None))),
            succeeded=draw(st.booleans()),
            created=tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2))),
            targets=tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2))),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@settings(max_examples=150)
@given(logs(), st.randoms(use_true_random=False), st.sampled_from((None, BAD_IP)))
def test_neither_order_nor_repetition_changes_the_trail(log: list[AuditEvent], random: Any, ip: str | None) -> None:
    plain, _ = followed(log, ip=ip, runner_uin=CAROL.uin)

    chain, leads = first_leads(ALICE, ip, runner_uin=CAROL.uin)
    while leads:
        mixed = [event for lead in leads for event in reader(log)(lead)] * 2
        random.shuffle(mixed)
        chain, leads = extend(chain, mixed)
    shuffled = trail_of(chain, START, END)

    assert shuffled == plain


@given(logs())
def test_every_chain_closes_within_its_limit_and_counts_no_more_than_there_is(log: list[AuditEvent]) -> None:
    trail, asked = followed(log, ip=BAD_IP, people=PEOPLE)

    assert len(asked) <= 50
    assert trail.writes <= trail.events <= len(log)
    assert len(set(uins(trail))) == len(trail.actors)
    assert all("ins-example1" in gap.en for gap in trail.gaps)
