"""The plan is against exactly the suspect and what it created, least first."""

from typing import Any

import pytest

from tasks.decide.hunt.created import created_by_chain
from tasks.decide.plan import against, disable_key, plan_of
from tasks.model.fact import Known
from tasks.model.facts import AccessKey, Switch
from tasks.model.plan import Action, Plan
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import principal_of
from tests.decide import build
from tests.people import ACCOUNT, ALICE, BOB, DAVE, DEPLOY_ROLE, KEY_OWNER, ROOT, RUNNER, SVC_BACKUP
from tests.scene import STRANGER


def _plan(facts: LoginFacts, policy: Policy = build.POLICY, alert: LoginAlert = build.ALERT) -> Plan:
    return build.plan(alert, facts, policy)


def _named(plan: Plan) -> list[str]:
    return [f"{action.kind.value}:{action.target}:{action.how}" for action in plan.actions]


def _of(principal: Principal, **changed: Any) -> LoginFacts:
    return build.facts(login=build.login(principal), **changed)


def _keys(*keys: AccessKey) -> Known[tuple[AccessKey, ...]]:
    return Known(value=keys)


def test_a_sub_user_is_contained_least_first() -> None:
    facts = build.facts(protections=build.protections(phone_bound=True))

    assert _named(_plan(facts, Policy(offsite_check=True))) == [
        "disable_access_key:AKIDexample1:api",
        "disable_console_login:100000000011:api",
        "quarantine:100000000011:api",
        "reset_password:100000000011:api",
        "enable_protections:100000000011:api",
        "offsite_check:100000000011:api",
    ]


def test_only_active_keys_of_his_own_are_disabled() -> None:
    keys = _keys(build.key(ALICE), build.key(ALICE, "AKIDexample2", active=False), build.key(BOB))

    targets = [one.target for one in _plan(build.facts(keys=keys)).actions if one.kind.value == "disable_access_key"]

    assert targets == ["AKIDexample1"]


def test_unread_keys_are_looked_up_by_a_person() -> None:
    first = _plan(build.facts(keys=build.NOT_READ)).actions[0]

    assert (first.name, first.how) == ("disable_access_key:100000000011", "manual")
    assert "The list of keys could not be read" in first.effect.en
    assert first.link == "https://console.cloud.tencent.com/cam/capi"


@pytest.mark.parametrize(("console", "there"), [(True, True), (None, True), (False, False)])
def test_console_login_and_password_matter_where_the_console_is_open(*, console: bool | None, there: bool) -> None:
    users = Known[tuple[CoUser, ...]](value=(build.co_user(ALICE, console=console),))

    kinds = {action.kind.value for action in _plan(build.facts(co_users=users)).actions}

    assert ({"disable_console_login", "reset_password"} <= kinds) is there
    assert "quarantine" in kinds


@pytest.mark.parametrize(
    ("state", "there"),
    [
        ({}, True),
        ({"phone_bound": True, "login": Switch.ON}, True),
        ({"phone_bound": True, "operation": Switch.ON}, True),
        ({"phone_bound": False}, False),
        ({"methods": ("U2FToken",), "login": Switch.ON}, False),
        ({"login": Switch.ON, "operation": Switch.ON}, False),
        ({"login": Switch.UNKNOWN, "operation": Switch.UNKNOWN}, False),
    ],
)
def test_protections_are_switched_on_but_never_downgraded(state: dict[str, Any], *, there: bool) -> None:
    plan = _plan(build.facts(protections=build.protections(**state)))

    assert ("enable_protections" in {action.kind.value for action in plan.actions}) is there


@pytest.mark.parametrize(("site", "asked", "there"), [("cn", True, True), ("cn", False, False), ("intl", True, False)])
def test_the_off_site_check_is_opt_in_and_only_on_the_chinese_site(site: Any, *, asked: bool, there: bool) -> None:
    plan = build.plan(build.ALERT, build.facts(), Policy(offsite_check=asked), site=site)

    assert ("offsite_check" in {action.kind.value for action in plan.actions}) is there


def test_a_collaborator_changes_his_own_password() -> None:
    facts = _of(DAVE, keys=_keys(build.key(DAVE)))

    assert _named(_plan(facts)) == [
        "disable_access_key:AKIDexample1:api",
        "quarantine:100000000021:api",
        "ask_collaborator:100000000021:manual",
    ]


def test_a_role_is_quarantined_and_its_sessions_are_said_to_live_on() -> None:
    plan = _plan(_of(DEPLOY_ROLE))

    assert _named(plan) == [f"disable_console_login:{DEPLOY_ROLE.uin}:api", f"quarantine:{DEPLOY_ROLE.uin}:api"]
    assert all("until they expire" in action.effect.en for action in plan.actions)


@pytest.mark.parametrize("kind", [PrincipalKind.WECOM, PrincipalKind.CIC])
def test_an_outside_identity_is_disabled_where_it_lives(kind: PrincipalKind) -> None:
    plan = _plan(_of(ALICE.model_copy(update={"kind": kind})))

    assert _named(plan)[1:] == ["quarantine:100000000011:api", "log_out_sessions:100000000011:manual"]
    assert "An outside identity platform" in plan.actions[-1].effect.en


def test_an_identity_of_unknown_kind_is_left_to_a_person() -> None:
    plan = _plan(_of(KEY_OWNER, keys=_keys(build.key(KEY_OWNER))))

    assert _named(plan) == ["disable_access_key:AKIDexample1:manual", "quarantine:AKIDexample9:manual"]


def test_the_main_account_is_guided() -> None:
    plan = _plan(_of(ROOT, keys=_keys(build.key(ROOT))))

    assert _named(plan) == [
        "disable_access_key:AKIDexample1:manual",
        f"change_password:{ACCOUNT}:manual",
        f"enable_offsite_protection:{ACCOUNT}:manual",
        f"log_out_sessions:{ACCOUNT}:manual",
    ]
    assert {action.link for action in plan.actions[1:]} == {"https://console.cloud.tencent.com/developer/security"}


def test_the_international_site_has_links_of_its_own() -> None:
    plan = build.plan(build.ALERT, _of(ROOT), build.POLICY, site="intl")

    assert {str(action.link).split("/")[2] for action in plan.actions} == {"console.tencentcloud.com"}


@pytest.mark.parametrize(("state", "there"), [(Switch.ON, False), (Switch.OFF, True), (Switch.UNKNOWN, True)])
def test_off_site_protection_that_is_on_is_left_alone(state: Switch, *, there: bool) -> None:
    plan = _plan(_of(ROOT, protections=build.protections(ROOT, offsite=state)))

    assert ("enable_offsite_protection" in {action.kind.value for action in plan.actions}) is there


@pytest.mark.parametrize(
    ("caller", "how"),
    [
        (build.caller(), "manual"),
        (build.caller(PrincipalKind.MAIN, ACCOUNT), "manual"),
        (build.caller(PrincipalKind.MAIN, ACCOUNT, "AKIDexample1"), "manual"),
        (build.caller(PrincipalKind.MAIN, ACCOUNT, "AKIDexample7"), "api"),
        (build.NOT_READ, "manual"),
    ],
)
def test_only_the_main_account_disables_its_keys_and_never_the_one_in_use(caller: Any, how: str) -> None:
    plan = _plan(_of(ROOT, keys=_keys(build.key(ROOT)), caller=caller))

    assert (plan.actions[0].name, plan.actions[0].how) == ("disable_access_key:AKIDexample1", how)


def test_the_runbook_never_locks_itself_out() -> None:
    caller = build.caller(uin=ALICE.uin, key_id="AKIDexample1")
    keys = _keys(build.key(ALICE), build.key(ALICE, "AKIDexample2"))

    plan = _plan(build.facts(caller=caller, keys=keys))

    by_api = [action.name for action in plan.actions if action.how == "api"]
    assert by_api == ["disable_access_key:AKIDexample2"]
    manual = [action for action in plan.actions if action.how == "manual"]
    assert all("The runbook itself runs as this identity" in action.effect.en and action.link for action in manual)


def test_what_the_suspect_made_is_contained_with_him() -> None:
    second = Principal(kind=PrincipalKind.SUB_USER, uin="100000000067", name="second")
    made = build.sensitive("CreateAccessKey", service="cam", created=("AKIDexample5",), targets=(SVC_BACKUP.uin,))
    actors = (build.actor(SVC_BACKUP, by=ALICE), build.actor(second, by=SVC_BACKUP))
    first = build.actor(ALICE, keys=("AKIDexample5",))

    plan = _plan(build.facts(trail=build.trail(made, actors=(*actors, first))))

    acted = {(action.kind.value, action.target) for action in plan.actions}
    assert {("quarantine", SVC_BACKUP.uin), ("quarantine", second.uin)} <= acted
    assert ("disable_access_key", "AKIDexample5") in acted
    owner = next(action.principal for action in plan.actions if action.target == "AKIDexample5")
    assert owner == SVC_BACKUP


def test_a_suspect_is_not_his_own_making() -> None:
    ring = (build.actor(SVC_BACKUP, by=ALICE), build.actor(ALICE, by=SVC_BACKUP))

    made = created_by_chain(ALICE, build.facts(trail=build.trail(actors=ring)))

    assert made.principals == (SVC_BACKUP,)


def test_what_was_made_through_a_role_is_contained_and_the_role_is_not() -> None:
    actors = (build.actor(DEPLOY_ROLE), build.actor(SVC_BACKUP, by=DEPLOY_ROLE))

    concerned = {action.principal.uin for action in _plan(build.facts(trail=build.trail(actors=actors))).actions}

    assert concerned == {ALICE.uin, SVC_BACKUP.uin}


def test_those_who_were_merely_met_are_left_alone() -> None:
    met = (build.actor(BOB, keys=("AKIDexample8",)), build.actor(SVC_BACKUP, by=BOB))

    concerned = {action.principal.uin for action in _plan(build.facts(trail=build.trail(actors=met))).actions}

    assert concerned == {ALICE.uin}


@pytest.mark.parametrize(
    ("listed", "targets", "owner"),
    [
        ((), (BOB.uin,), BOB),
        ((), ("bob",), BOB),
        ((), (), ALICE),
        ((build.key(BOB, "AKIDexample5"),), (), BOB),
        ((build.key(BOB, "AKIDexample5", active=False),), (), None),
    ],
)
def test_a_key_made_for_somebody_is_disabled_and_its_owner_left_alone(
    listed: tuple[AccessKey, ...], targets: tuple[str, ...], owner: Principal | None
) -> None:
    made = build.sensitive("CreateAccessKey", service="cam", created=("AKIDexample5",), targets=targets)
    first = build.actor(ALICE, keys=("AKIDexample5",))

    plan = _plan(build.facts(keys=_keys(*listed), trail=build.trail(made, actors=(first,))))

    concerned = [action for action in plan.actions if action.target == "AKIDexample5"]
    assert [action.principal for action in concerned] == ([owner] if owner else [])
    assert {action.kind.value for action in plan.actions if action.principal == BOB} <= {"disable_access_key"}


def test_a_made_key_belongs_to_who_uses_it() -> None:
    made = build.sensitive("CreateAccessKey", service="cam", created=("AKIDexample5",))
    actors = (build.actor(ALICE, keys=("AKIDexample5",)), build.actor(BOB, keys=("AKIDexample5",)))

    plan = _plan(build.facts(keys=_keys(), trail=build.trail(made, actors=actors)))

    assert next(action.principal for action in plan.actions if action.target == "AKIDexample5") == BOB


def test_a_key_made_by_a_stranger_is_left_alone() -> None:
    made = build.sensitive("CreateAccessKey", service="cam", created=("AKIDexample5",), actor=BOB)
    met = build.actor(BOB, keys=("AKIDexample5",))

    plan = _plan(build.facts(trail=build.trail(made, actors=(met,))))

    assert "AKIDexample5" not in {action.target for action in plan.actions}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("alice", ALICE),
        (" Alice ", ALICE),
        (ALICE.uin, ALICE),
        ("root", ROOT),
        ("主账号", ROOT),
        (RUNNER.uin, RUNNER),
        ("mallory", None),
        (None, None),
    ],
)
def test_without_an_audit_record_the_alert_names_the_suspect(name: str | None, found: Principal | None) -> None:
    alert = LoginAlert(ip=STRANGER, principal=name)

    principal = principal_of(alert, build.facts(login=build.NOT_READ))

    assert (principal.uin if principal else None) == (found.uin if found else None)


def test_two_of_one_name_are_nobody() -> None:
    twin = ALICE.model_copy(update={"uin": "100000000077"})
    users = Known[tuple[CoUser, ...]](value=(build.co_user(ALICE), build.co_user(twin)))

    assert principal_of(LoginAlert(principal="alice"), build.facts(login=build.NOT_READ, co_users=users)) is None


def test_a_record_without_a_uin_is_matched_by_its_name() -> None:
    nameless = ALICE.model_copy(update={"uin": ""})

    assert principal_of(build.ALERT, _of(nameless)) == ALICE
    assert principal_of(build.ALERT, _of(nameless.model_copy(update={"name": ""}))) is None


def test_where_nobody_can_be_named_nothing_is_planned() -> None:
    assert _plan(build.facts(login=build.NOT_READ)) == Plan()


def test_an_unread_trail_leaves_the_suspect_alone_in_it() -> None:
    concerned = {action.principal.uin for action in _plan(build.facts(trail=build.NOT_READ)).actions}

    assert concerned == {ALICE.uin}


def _all_actions() -> list[Action]:
    everybody = (ALICE, DAVE, DEPLOY_ROLE, ROOT, KEY_OWNER)
    plans = (_plan(_of(one, protections=build.protections()), Policy(offsite_check=True)) for one in everybody)
    return [action for plan in plans for action in plan.actions]


@pytest.mark.parametrize(
    ("owner", "how"), [(ALICE, "api"), (ROOT, "manual"), (KEY_OWNER, "manual"), (RUNNER, "manual")]
)
def test_a_plan_against_a_key_alone_leaves_its_owner_alone(owner: Principal, how: str) -> None:
    """The API disables neither the main account's key nor one of nobody known, and the runner spares itself."""
    facts = build.facts()

    plan = plan_of((disable_key(owner, "AKIDexample1", facts, "cn"),), facts, "cn")

    assert _named(plan) == [f"disable_access_key:AKIDexample1:{how}"]


def test_a_plan_that_is_composed_is_least_first_and_does_nothing_twice() -> None:
    facts = build.facts()
    whole, key = against(ALICE, facts, "cn"), disable_key(ALICE, "AKIDexample1", facts, "cn")

    assert _named(plan_of((*whole, key), facts, "cn")) == [
        "disable_access_key:AKIDexample1:api",
        "disable_console_login:100000000011:api",
        "quarantine:100000000011:api",
        "reset_password:100000000011:api",
    ]


def test_each_action_is_told_in_both_languages() -> None:
    actions = _all_actions()

    assert len({action.kind for action in actions}) == 10
    for action in actions:
        told = (action.title, action.effect, *((action.undo,) if action.undo else ()))
        assert all(one.zh and one.en and "{" not in one.zh + one.en for one in told)


def test_what_cannot_be_undone_says_so() -> None:
    final = {action.kind.value for action in _all_actions() if action.undo is None}

    assert final == {"reset_password", "offsite_check", "change_password", "log_out_sessions", "ask_collaborator"}


def test_a_link_is_there_for_a_person_and_only_for_him() -> None:
    assert all((action.link is not None) is (action.how == "manual") for action in _all_actions())


def test_a_name_with_braces_stays_as_it_is() -> None:
    odd = ALICE.model_copy(update={"name": "{who}{target}{0}"})

    title = next(a.title.en for a in _plan(_of(odd)).actions if a.kind.value == "quarantine")

    assert title == "Quarantine {who}{target}{0} (100000000011) with a policy that denies everything"
