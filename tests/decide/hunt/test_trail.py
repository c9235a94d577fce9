"""What an actor makes or uses becomes an actor, and nobody else does."""

from typing import Any

import pytest

from tasks.decide.hunt import activity
from tasks.decide.hunt.attack_chain import Lead
from tasks.model.principal import Principal, PrincipalKind
from tests.decide.hunt.audit_log import BAD_IP, OTHER_IP, done
from tests.decide.hunt.trails import followed, uins
from tests.people import ACCOUNT, ALICE, BOB, CAROL, DEPLOY_ROLE, ROOT, RUNNER, SVC_BACKUP


def test_a_quiet_actor_stands_alone() -> None:
    trail, asked = followed([done(ALICE, "cvm:DescribeInstances", 1), done(BOB, "cam:AddUser", 2)])

    assert uins(trail) == [ALICE.uin]
    assert (trail.events, trail.writes, trail.quiet, trail.closed) == (1, 0, True, True)
    assert asked == [Lead(kind="principal", value=ALICE.uin)]


@pytest.mark.parametrize(
    "operation",
    ["cam:AddUser", "cam:AddSubAccount", "cam:AddSubAccountCheckingMFA", "cam:AddConsoleUser", "cam:CREATESUBACCOUNTS"],
)
def test_a_user_that_the_actor_made_is_an_actor(operation: str) -> None:
    made = done(ALICE, operation, 5, created=(SVC_BACKUP.uin,), targets=(SVC_BACKUP.name,))
    act = done(SVC_BACKUP, "cvm:RunInstances", 9)

    trail, asked = followed([made, act])

    assert uins(trail) == [ALICE.uin, SVC_BACKUP.uin]
    assert trail.actors[1].created_by == ALICE.uin
    assert "alice" in trail.actors[1].how.en
    assert "alice" in trail.actors[1].how.zh
    assert trail.writes == 2
    assert Lead(kind="principal", value=SVC_BACKUP.uin) in asked


def test_a_made_user_is_named_before_it_ever_acts() -> None:
    trail, _ = followed([done(ALICE, "cam:AddUser", 5, created=(SVC_BACKUP.uin, "2345"), targets=(SVC_BACKUP.name,))])

    assert [actor.principal for actor in trail.actors] == [ALICE, SVC_BACKUP]


def test_a_user_whose_making_was_refused_is_no_actor() -> None:
    trail, _ = followed([done(ALICE, "cam:AddUser", 5, created=(SVC_BACKUP.uin,), succeeded=False, error="Denied")])

    assert uins(trail) == [ALICE.uin]
    assert trail.writes == 0


def test_a_key_that_the_actor_made_is_followed_and_listed() -> None:
    made = done(ALICE, "cam:CreateAccessKey", 5, created=("AKIDexampleMade",))

    trail, asked = followed([made])

    assert trail.actors[0].keys == ("AKIDexampleMade",)
    assert Lead(kind="key", value="AKIDexampleMade") in asked


def test_one_for_whom_a_key_was_made_is_an_actor_from_then_on() -> None:
    events = [
        done(BOB, "cvm:StopInstances", 1),
        done(ALICE, "cam:CreateAccessKey", 5, created=("AKIDexampleMade",), targets=(BOB.uin,)),
        done(BOB, "cvm:RunInstances", 9, access_key="AKIDexampleMade"),
    ]

    trail, _ = followed(events)

    assert uins(trail) == [ALICE.uin, BOB.uin]
    assert trail.actors[1].created_by is None
    assert trail.actors[1].keys == ("AKIDexampleMade",)
    assert trail.writes == 2


def test_a_key_that_the_actor_signed_with_by_api_is_followed() -> None:
    _, asked = followed([done(ALICE, "cvm:RunInstances", 5, access_key="AKIDexampleUsed")])

    assert Lead(kind="key", value="AKIDexampleUsed") in asked


@pytest.mark.parametrize("call", [{"console": True}, {"console": None}])
def test_a_key_of_the_console_leads_to_nobody(call: dict[str, Any]) -> None:
    shared = "AKIDexampleConsole"
    events = [
        done(ALICE, "cvm:RunInstances", 5, access_key=shared, **call),
        done(ROOT, "cvm:RunInstances", 6, access_key=shared, **call),
    ]

    trail, asked = followed(events)

    assert uins(trail) == [ALICE.uin]
    assert [lead.kind for lead in asked] == ["principal"]


def test_the_bearer_of_a_given_key_is_an_actor() -> None:
    trail, _ = followed([done(BOB, "cvm:RunInstances", 5, access_key="AKIDexampleLost")], keys=("AKIDexampleLost",))

    assert uins(trail) == [ALICE.uin, BOB.uin]
    assert "AKIDexampleLost" in trail.actors[1].how.en


def test_a_given_key_on_a_console_call_proves_nothing() -> None:
    event = done(BOB, "cvm:RunInstances", 5, access_key="AKIDexampleLost", console=True)

    trail, _ = followed([event], keys=("AKIDexampleLost",))

    assert uins(trail) == [ALICE.uin]


def test_a_key_alone_is_followed_and_what_its_owner_does_otherwise_is_not() -> None:
    key = Principal(kind=PrincipalKind.OTHER, uin="AKIDexampleLost", name="AKIDexampleLost")
    events = [
        done(ALICE, "cam:AddUser", 5, created=(SVC_BACKUP.uin,), access_key=key.uin),
        done(ALICE, "cam:AddUser", 6, created=(BOB.uin,), console=True),
        done(ALICE, "cam:AddUser", 7, created=(CAROL.uin,), access_key="AKIDexampleElse"),
        done(SVC_BACKUP, "cvm:RunInstances", 9),
    ]

    trail, asked = followed(events, suspect=key, keys=(key.uin,))

    assert uins(trail) == [key.uin, SVC_BACKUP.uin]
    assert (trail.actors[0].keys, trail.actors[1].created_by) == ((key.uin,), key.uin)
    assert trail.actors[0].principal.label == key.uin
    assert trail.writes == 2
    assert asked == [Lead(kind="key", value=key.uin), Lead(kind="principal", value=SVC_BACKUP.uin)]


def test_an_assumed_role_is_followed_by_its_temporary_key_alone() -> None:
    events = [
        done(DEPLOY_ROLE, "cvm:StopInstances", 7, access_key="AKIDexampleElse"),
        done(
            ALICE,
            "sts:AssumeRole",
            5,
            created=("AKIDexampleTemp",),
            targets=(f"qcs::cam::uin/{ACCOUNT}:roleName/{DEPLOY_ROLE.name}",),
        ),
        done(DEPLOY_ROLE, "cvm:RunInstances", 6, access_key="AKIDexampleTemp"),
    ]

    trail, asked = followed(events)

    assert uins(trail) == [ALICE.uin, DEPLOY_ROLE.uin]
    assert Lead(kind="key", value="AKIDexampleTemp") in asked
    assert trail.closed


def test_an_assumed_role_without_its_key_is_followed_from_then_on() -> None:
    events = [
        done(DEPLOY_ROLE, "cvm:StopInstances", 4),
        done(ALICE, "sts:AssumeRole", 5, targets=(DEPLOY_ROLE.name,)),
        done(DEPLOY_ROLE, "cvm:RunInstances", 6),
    ]

    trail, _ = followed(events, people=(DEPLOY_ROLE,))

    assert uins(trail) == [ALICE.uin, DEPLOY_ROLE.uin]
    assert trail.writes == 2


def test_a_role_that_was_made_is_an_actor() -> None:
    trail, _ = followed([done(ALICE, "cam:CreateRole", 5, created=(DEPLOY_ROLE.uin,), targets=(DEPLOY_ROLE.name,))])

    assert [actor.principal for actor in trail.actors] == [ALICE, DEPLOY_ROLE]


@pytest.mark.parametrize(
    ("operation", "targets"),
    [
        ("cam:UpdateUser", ("bob",)),
        ("cam:UpdateSubAccount", (BOB.uin,)),
        ("cam:SetMfaFlag", (BOB.uin,)),
        ("cam:AttachUserPolicy", (BOB.uin, "246013465")),
        ("cam:DeleteUserPermissionsBoundary", (BOB.uin,)),
    ],
)
def test_one_who_was_changed_counts_only_from_that_moment(operation: str, targets: tuple[str, ...]) -> None:
    events = [
        done(BOB, "cvm:StopInstances", 1),
        done(ALICE, operation, 5, targets=targets),
        done(BOB, "cvm:RunInstances", 9),
    ]

    trail, _ = followed(events, people=(BOB,))

    assert uins(trail) == [ALICE.uin, BOB.uin]
    assert trail.actors[1].created_by is None
    assert operation.split(":")[1] in trail.actors[1].how.en
    assert [found.event.name for found in trail.sensitive if found.event.actor == BOB] == ["RunInstances"]


@pytest.mark.parametrize(
    ("operation", "targets"),
    [
        ("cam:DeleteUser", ("bob",)),
        ("cam:DetachUserPolicy", (BOB.uin,)),
        ("cam:GetUser", ("bob",)),
        ("cam:CreatePolicy", ("bob",)),
        ("cam:UpdateUser", ("alice",)),
        ("cam:AttachGroupPolicy", ("246013465", "1234")),
        ("cvm:UpdateUser", (BOB.uin,)),
    ],
)
def test_an_operation_that_gives_no_control_leads_to_nobody(operation: str, targets: tuple[str, ...]) -> None:
    trail, _ = followed([done(ALICE, operation, 5, targets=targets)], people=(BOB,))

    assert uins(trail) == [ALICE.uin]
    assert trail.closed


def test_what_a_changed_one_changes_is_not_followed_further() -> None:
    events = [
        done(ALICE, "cam:UpdateUser", 5, targets=(BOB.uin,)),
        done(BOB, "cam:UpdateUser", 6, targets=(CAROL.uin,)),
        done(BOB, "cam:AddUser", 7, created=(SVC_BACKUP.uin,)),
    ]

    trail, _ = followed(events)

    assert uins(trail) == [ALICE.uin, BOB.uin, SVC_BACKUP.uin]


def test_a_name_that_nobody_bears_leaves_the_trail_open() -> None:
    trail, _ = followed([done(ALICE, "cam:UpdateUser", 5, targets=("bob",))])

    assert not trail.closed
    assert "bob" in trail.gaps[0].en
    assert "bob" in trail.gaps[0].zh


def test_a_name_is_learned_from_the_making_of_its_bearer() -> None:
    events = [
        done(ALICE, "cam:AddUser", 5, created=(SVC_BACKUP.uin,), targets=(SVC_BACKUP.name,)),
        done(ALICE, "cam:UpdateUser", 6, targets=(SVC_BACKUP.name,)),
    ]

    trail, _ = followed(events)

    assert trail.closed
    assert trail.actors[1].created_by == ALICE.uin


def test_others_at_the_address_are_actors_too() -> None:
    events = [done(ALICE, "account:ConsoleLogin", 1, ip=BAD_IP), done(CAROL, "account:ConsoleLogin", 3, ip=BAD_IP)]

    trail, _ = followed([*events, done(CAROL, "cvm:StopInstances", 2), done(CAROL, "cvm:RunInstances", 4)], ip=BAD_IP)

    assert uins(trail) == [ALICE.uin, CAROL.uin]
    assert BAD_IP in trail.actors[1].how.en
    assert [found.event.name for found in trail.sensitive] == ["RunInstances"]
    assert trail.addresses == (BAD_IP, OTHER_IP)


@pytest.mark.parametrize("own", [BAD_IP, "203.0.113.0/24"])
def test_an_address_of_the_account_itself_leads_to_nobody(own: str) -> None:
    events = [done(ALICE, "account:ConsoleLogin", 1, ip=BAD_IP), done(CAROL, "account:ConsoleLogin", 3, ip=BAD_IP)]

    trail, asked = followed(events, ip=BAD_IP, own_addresses=("192.0.2.0/24", own))

    assert uins(trail) == [ALICE.uin]
    assert [lead.kind for lead in asked] == ["principal"]


def test_a_record_without_an_actor_counts_but_leads_to_nobody() -> None:
    unread = done(BOB.model_copy(update={"uin": ""}), "cvm:RunInstances", 3, ip=BAD_IP, parsed=False)

    trail, _ = followed([unread], ip=BAD_IP)

    assert uins(trail) == [ALICE.uin]
    assert (trail.events, len(trail.sensitive)) == (1, 1)


def test_an_identity_of_the_identity_centre_that_was_made_is_an_actor() -> None:
    trail, _ = followed([done(ALICE, "organization:CreateUser", 5, created=("u-example1",), targets=("eve",))])

    assert [(actor.principal.kind, actor.principal.name) for actor in trail.actors[1:]] == [("cic", "eve")]


def test_a_services_name_in_an_addresss_place_leads_to_nobody() -> None:
    everybodys = "apigw.example.com"
    events = [done(ALICE, "account:ConsoleLogin", 1, ip=everybodys), done(CAROL, "cvm:RunInstances", 3, ip=everybodys)]

    trail, asked = followed(events, ip=everybodys, own_addresses=("192.0.2.0/24",))

    assert uins(trail) == [ALICE.uin]
    assert [lead.kind for lead in asked] == ["principal"]


def test_the_runner_never_becomes_an_actor() -> None:
    events = [
        done(RUNNER, "cam:UpdateUser", 2, ip=BAD_IP, targets=(BOB.uin,)),
        done(ALICE, "cam:UpdateUser", 3, targets=(RUNNER.uin,)),
        done(RUNNER, "cam:AddUser", 4, created=(SVC_BACKUP.uin,)),
    ]

    trail, _ = followed(events, ip=BAD_IP, runner_uin=RUNNER.uin)

    assert uins(trail) == [ALICE.uin]
    assert trail.events == 1


def test_a_suspect_is_followed_even_if_the_runner_borrows_its_identity() -> None:
    trail, _ = followed([done(ALICE, "cvm:RunInstances", 2)], runner_uin=ALICE.uin)

    assert trail.events == 1


def test_a_loop_of_makers_closes() -> None:
    events = [
        done(ALICE, "cam:AddUser", 5, created=(BOB.uin,)),
        done(BOB, "cam:AddUser", 6, created=(ALICE.uin,)),
        done(BOB, "cam:UpdateUser", 7, targets=("alice",)),
    ]

    trail, asked = followed(events)

    assert uins(trail) == [ALICE.uin, BOB.uin]
    assert trail.closed
    assert len(asked) == len(set(asked))


def test_an_enabled_key_of_nobody_known_stands_for_itself() -> None:
    trail, asked = followed([done(ALICE, "cam:UpdateAccessKey", 5, targets=("AKIDexampleOld",))])

    assert Lead(kind="key", value="AKIDexampleOld") in asked
    assert [(actor.principal.kind, actor.principal.uin) for actor in trail.actors[1:]] == [("other", "AKIDexampleOld")]


def test_an_enabled_key_leads_to_the_one_who_then_signs_with_it() -> None:
    events = [
        done(BOB, "cvm:StopInstances", 4, access_key="AKIDexampleOld"),
        done(ALICE, "cam:UpdateAccessKey", 5, targets=("AKIDexampleOld",)),
        done(BOB, "cvm:RunInstances", 6, access_key="AKIDexampleOld"),
    ]

    trail, _ = followed(events)

    assert uins(trail) == [ALICE.uin, BOB.uin]
    assert trail.writes == 2


def test_a_limit_of_leads_cuts_the_chain_and_says_so() -> None:
    users = [f"1000000010{number:02}" for number in range(9)]
    events = [done(ALICE, "cam:AddUser", number, created=(uin,)) for number, uin in enumerate(users)]

    trail, asked = followed(events, max_leads=4)

    assert len(asked) == 4
    assert len(trail.actors) == 10
    assert not trail.closed
    assert "4" in trail.gaps[0].en


def test_resources_are_named_once_with_their_first_moment() -> None:
    ref = {"kind": "cvm", "name": "ins-example1", "region": "ap-guangzhou"}
    events = [
        done(ALICE, "cvm:StopInstances", 7, resources=(ref,)),
        done(ALICE, "cvm:StopInstances", 5, resources=(ref,)),
        done(ALICE, "cvm:RunInstances", 8, created=("ins-example2",), region="ap-guangzhou"),
        done(ALICE, "cvm:DescribeInstances", 2, resources=(ref,)),
        done(ALICE, "cvm:TerminateInstances", 9, resources=(ref,), succeeded=False),
    ]

    trail, _ = followed(events)

    found = [(touched.resource.name, touched.operation, touched.at, touched.by) for touched in trail.resources]
    assert found == [
        ("ins-example1", "StopInstances", events[1].at, ALICE.label),
        ("ins-example2", "RunInstances", events[2].at, ALICE.label),
    ]


def test_a_login_is_neither_a_write_nor_sensitive() -> None:
    trail, _ = followed([done(ALICE, "account:ConsoleLogin", 1, sensitive=True)])

    assert trail.quiet
    assert trail.events == 1


def test_more_sensitive_events_than_are_kept_leave_the_worst_and_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "MAX_SENSITIVE", 4)
    monkeypatch.setattr(activity, "MAX_RESOURCES", 3)
    mild = [done(ALICE, "tag:ModifyResourceTags", number, created=(f"x-{number}",)) for number in range(8)]
    grave = [done(ALICE, "cam:AddUser", 50 + number) for number in range(3)]

    trail, _ = followed([*mild, *grave])

    assert [found.event.name for found in trail.sensitive] == ["ModifyResourceTags"] + ["AddUser"] * 3
    assert [touched.resource.name for touched in trail.resources] == ["x-0", "x-1", "x-2"]
    assert (trail.writes, trail.closed, len(trail.gaps)) == (11, False, 2)
