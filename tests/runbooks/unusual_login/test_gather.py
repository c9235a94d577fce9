"""All facts at once, on good days and bad, from a sandbox through the real SDK."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import tasks.cloud.client as client_module
from tasks.cloud.client import Cloud, connect
from tasks.config.settings import settings
from tasks.errors import BadCredential, LedgerError
from tasks.ipinfo.places import place_of
from tasks.lookup import history
from tasks.lookup.collector import Collector
from tasks.lookup.ip_libraries import libraries
from tasks.lookup.login import match_login
from tasks.lookup.trail import trail_now
from tasks.lookup.unavailable import fatal
from tasks.model.fact import Known, Unknown
from tasks.model.facts import AddressKind, Switch
from tasks.model.policy import Network, Policy
from tasks.model.principal import CoUser, PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import Gathering, gather, reported, start_of
from tasks.sandbox.server import Sandbox
from tests.ip_files import city, write_mmdb, write_xdb
from tests.patient import LONG_S
from tests.people import BOB, ROOT

pytestmark = pytest.mark.usefixtures("no_waiting")

FACTS = tuple(name for name in LoginFacts.model_fields if name not in ("gathered_at", "checkins"))
NOWHERE = "0|0|0|0"
OFFLINE = {"reputation", "whereabouts"}
Kept = list[tuple[str, str, datetime, Any]]


@contextmanager
def opened(scenario: str) -> Iterator[Sandbox]:
    with Sandbox.start(scenario) as sandbox:
        sandbox.faults.set(rate_limit=False)
        yield sandbox


@pytest.fixture(scope="module")
def _stolen() -> Iterator[Sandbox]:
    with opened("stolen-sub-account") as sandbox:
        yield sandbox


@pytest.fixture
def stolen(_stolen: Sandbox) -> Iterator[Sandbox]:
    yield _stolen
    _stolen.faults.clear()
    _stolen.faults.set(rate_limit=False)


def alert_of(sandbox: Sandbox, **changes: Any) -> LoginAlert:
    return LoginAlert.model_validate(sandbox.alert() | changes)


def cloud_of(sandbox: Sandbox, **more: Any) -> Cloud:
    return connect(endpoint=sandbox.url, environ=sandbox.credentials(), **more)


def facts_of(
    sandbox: Sandbox, *, alert: LoginAlert | None = None, cloud: Cloud | None = None, **more: Any
) -> LoginFacts:
    policy = more.pop("policy", Policy())
    now = datetime.now(UTC)
    collector = Collector(cloud or cloud_of(sandbox), now=now, **more)
    return asyncio.run(gather(collector, alert or alert_of(sandbox), policy))


def known(fact: Known[Any] | Unknown) -> Any:
    assert isinstance(fact, Known), fact
    return fact.value


def states(facts: LoginFacts) -> dict[str, str]:
    return {name: getattr(facts, name).state for name in FACTS}


def test_on_a_good_day_everything_is_known_and_cites_its_evidence(stolen: Sandbox) -> None:
    kept: Kept = []

    def keep(source: str, request_id: str, at: datetime, body: object) -> str:
        kept.append((source, request_id, at, body))
        return request_id

    facts = facts_of(stolen, keep=keep)

    assert set(states(facts).values()) == {"known"}
    cited = {each for name in FACTS for each in getattr(facts, name).evidence}
    assert cited == {request_id for _, request_id, _, _ in kept}
    assert all(getattr(facts, name).evidence for name in FACTS if name != "reputation")
    assert LoginFacts.model_validate_json(facts.model_dump_json()) == facts


def test_the_facts_of_a_stolen_sub_account_are_those_of_the_story(stolen: Sandbox) -> None:
    facts = facts_of(stolen)
    caller, login, trail = known(facts.caller), known(facts.login), known(facts.trail)

    assert (caller.kind, caller.policies, caller.lacks) == (PrincipalKind.SUB_USER, ("RunbookRunner",), ())
    assert caller.key_id == stolen.credentials()["TENCENTCLOUD_SECRET_ID"]
    assert (login.event.actor.name, login.event.ip, login.failures_before) == ("alice", "203.0.113.7", 2)
    assert known(facts.history).logins
    assert all(past.at < login.event.at for past in known(facts.history).logins)
    near = {past.ip for past in known(facts.history).logins if login.event.at - past.at < timedelta(hours=22)}
    assert near <= set(known(facts.history).addresses)
    assert known(facts.rights).admin
    assert {key.key_id for key in known(facts.keys)} >= {"AKIDexampleAlice00000000000000001"}
    assert {"svc-backup", "alice"} <= {actor.principal.name for actor in trail.actors}
    assert trail.closed
    assert trail.sensitive
    assert [alarm.ip for alarm in known(facts.alarms)] == ["203.0.113.7"]


def test_co_users_are_of_every_kind_with_their_last_place(stolen: Sandbox) -> None:
    users = {user.principal.name: user for user in known(facts_of(stolen).co_users)}

    assert {"root", "alice", "dave", "erin", "frank"} <= users.keys()
    assert users["root"].principal.uin == "100000000001"
    assert users["bob"].last_place is not None
    assert users["alice"].last_ip == "203.0.113.7"
    assert users["alice"].last_place is not None


def test_own_addresses_are_of_every_kind_and_declared_networks_among_them(stolen: Sandbox) -> None:
    policy = Policy(networks=(Network(name="office", cidr="192.0.2.128/25"),))  # type: ignore[arg-type] # pydantic parses it
    kinds = {address.kind for address in known(facts_of(stolen, policy=policy).egress)}

    assert kinds >= {
        AddressKind.DECLARED,
        AddressKind.EIP,
        AddressKind.NAT,
        AddressKind.VPN,
        AddressKind.CUSTOMER_GATEWAY,
        AddressKind.INSTANCE,
        AddressKind.LIGHTHOUSE,
    }


def test_protections_are_read_for_everybody_concerned(stolen: Sandbox) -> None:
    read = {each.principal.name: each for each in known(facts_of(stolen).protections)}

    assert read["alice"].login is read["alice"].operation is read["alice"].offsite is Switch.OFF
    assert read["bob"].methods == ("Stoken",)
    assert read["root"].login is not Switch.UNKNOWN
    assert "runbook-runner" not in read


@pytest.mark.parametrize(
    ("scenario", "kind", "name"),
    [
        ("stolen-main-account", PrincipalKind.MAIN, "root"),
        ("stolen-collaborator", PrincipalKind.COLLABORATOR, "dave"),
        ("stolen-role", PrincipalKind.ROLE, "DeployRole"),
        ("no-history", PrincipalKind.SUB_USER, "alice"),
    ],
)
def test_whoever_logged_in_is_told_by_kind(scenario: str, kind: PrincipalKind, name: str) -> None:
    with opened(scenario) as sandbox:
        facts = facts_of(sandbox)

    actor = known(facts.login).event.actor
    assert (actor.kind, actor.name) == (kind, name)
    assert facts.trail.state == facts.rights.state == facts.history.state == "known"
    assert known(facts.rights).admin is (kind in (PrincipalKind.MAIN, PrincipalKind.SUB_USER))


def test_keys_of_the_main_account_that_a_sub_user_can_not_see_are_unknown_not_none() -> None:
    with opened("stolen-main-account") as sandbox:
        facts = facts_of(sandbox)

    assert isinstance(facts.keys, Unknown)
    assert "main account" in facts.keys.reason.en


DENIED = {
    "cloudaudit:DescribeEvents": {"login", "history"},
    "cam:ListAccessKeys": {"keys"},
    "cam:ListAttachedUserAllPolicies": {"rights"},
    "cam:ListEntitiesForPolicy": {"administrators"},
    "csip:DescribeAccessKeyAlarm": {"alarms"},
    "sts:GetCallerIdentity": {"caller"},
}


@pytest.mark.parametrize("action", DENIED)
def test_a_permission_that_is_lacking_leaves_its_facts_unknown_and_the_others_known(
    action: str, stolen: Sandbox
) -> None:
    stolen.faults.set(deny=[action])
    facts = facts_of(stolen)
    unknown = {name for name in FACTS if isinstance(getattr(facts, name), Unknown)}

    assert unknown == DENIED[action]
    assert {getattr(facts, name).permission for name in unknown} == {action}
    if action != "sts:GetCallerIdentity":
        assert known(facts.caller).lacks == (action,)


GAPS = {
    "cam:ListAccounts": ("co_users",),
    "cam:DescribeSubAccounts": ("co_users",),
    "csip:DescribeAccessKeyUserDetail": ("co_users", "protections"),
    "cam:DescribeSafeAuthFlagColl": ("protections",),
    "cam:GetSecurityLastUsed": ("keys",),
    "cam:GetUserPermissionBoundary": ("rights",),
    "vpc:DescribeNatGateways": ("egress",),
    "lighthouse:DescribeRegions": ("egress",),
}


@pytest.mark.parametrize("action", GAPS)
def test_a_part_that_is_refused_is_a_gap_in_what_is_known(action: str, stolen: Sandbox) -> None:
    stolen.faults.set(deny=[action])
    facts = facts_of(stolen)

    assert "unknown" not in states(facts).values()
    assert known(facts.caller).lacks == (action,)
    for name in GAPS[action]:
        assert any(action in gap.en for gap in getattr(facts, name).gaps), name


def test_without_the_full_list_people_are_found_piece_by_piece(stolen: Sandbox) -> None:
    stolen.faults.set(deny=["cam:ListAccounts", "cam:ListCollaborators"])
    facts = facts_of(stolen)
    names = {user.principal.name for user in known(facts.co_users)}

    assert {"root", "alice", "erin"} <= names
    assert "dave" not in names
    assert known(facts.caller).lacks == ("cam:ListAccounts", "cam:ListCollaborators")


def test_with_no_list_at_all_people_are_unknown_and_the_suspect_is_not(stolen: Sandbox) -> None:
    stolen.faults.set(
        deny=["cam:ListAccounts", "cam:ListCollaborators", "cam:ListUsers", "cam:ListWeChatWorkSubAccounts"]
    )
    facts = facts_of(stolen)

    assert isinstance(facts.co_users, Unknown)
    assert facts.co_users.permission == "cam:ListAccounts"
    assert isinstance(facts.protections, Unknown)
    assert known(facts.login).event.actor.name == "alice"
    assert known(facts.keys)


def test_the_international_site_has_no_full_list_and_does_without(stolen: Sandbox) -> None:
    before = len(stolen.calls())
    facts = facts_of(stolen, cloud=cloud_of(stolen, site="intl"))
    called = {str(call) for call in stolen.calls()[before:]}

    assert {"root", "alice", "dave"} <= {user.principal.name for user in known(facts.co_users)}
    assert not any("ListAccounts" in call or "ListWeChatWorkSubAccounts" in call for call in called)


def enough_s(sandbox: Sandbox, *, at_least_s: float) -> float:
    """A deadline that only what hangs will miss: many times what gathering takes on this machine now."""
    started = time.monotonic()
    facts_of(sandbox)
    return max(at_least_s, 10 * (time.monotonic() - started))


def test_a_cloud_that_never_answers_leaves_everything_unknown_within_the_deadline(
    stolen: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT_S", LONG_S)
    deadline_s = enough_s(stolen, at_least_s=1.0)
    stolen.faults.set(hang=["*"])
    facts = facts_of(stolen, deadline_s=deadline_s)

    assert {name for name in FACTS if getattr(facts, name).state == "known"} == OFFLINE
    assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())
    assert fatal(facts) is None


def test_one_source_that_hangs_holds_up_nobody_else(stolen: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT_S", LONG_S)
    deadline_s = enough_s(stolen, at_least_s=3.0)
    stolen.faults.set(hang=["cam:ListAccessKeys", "vpc:DescribeAddresses"])
    facts = facts_of(stolen, deadline_s=deadline_s)

    assert {name for name in FACTS if getattr(facts, name).state == "unknown"} == {"keys", "egress"}
    assert known(facts.trail).actors


def test_a_connection_that_breaks_once_is_tried_again(stolen: Sandbox) -> None:
    stolen.faults.set(
        break_off={"cam:ListAccounts": 1, "cloudaudit:DescribeEvents": 3}, throttle={"cam:ListAccessKeys": 2}
    )
    facts = facts_of(stolen)

    assert set(states(facts).values()) == {"known"}


@pytest.mark.parametrize(
    "keys",
    [
        {"TENCENTCLOUD_SECRET_ID": "AKIDexampleNobody", "TENCENTCLOUD_SECRET_KEY": "wrong"},
        {"TENCENTCLOUD_SECRET_KEY": "wrong"},
    ],
)
def test_a_wrong_credential_is_one_clear_reason_everywhere(keys: dict[str, str], stolen: Sandbox) -> None:
    cloud = connect(endpoint=stolen.url, environ=stolen.credentials() | keys)
    facts = facts_of(stolen, cloud=cloud)
    error = fatal(facts)

    assert {name for name in FACTS if getattr(facts, name).state == "known"} <= OFFLINE
    assert isinstance(error, BadCredential)
    assert "TENCENTCLOUD_SECRET_ID" in error.message
    assert "wrong" not in facts.model_dump_json()


def test_a_good_credential_is_not_fatal(stolen: Sandbox) -> None:
    assert fatal(facts_of(stolen)) is None


def test_an_alert_about_another_account_is_answered_by_no_fact_of_this_one(stolen: Sandbox) -> None:
    facts = facts_of(stolen, alert=alert_of(stolen, account="100000000777"))

    assert known(facts.caller).account == "100000000001"
    for name in set(FACTS) - {"caller", "reputation"}:
        assert "100000000777" in getattr(facts, name).reason.en


def test_an_alert_without_an_address_takes_it_from_the_record(stolen: Sandbox) -> None:
    facts = facts_of(stolen, alert=alert_of(stolen, ip=None))

    assert known(facts.login).event.ip == "203.0.113.7"
    assert facts.reputation.state == "known"


def test_an_address_is_where_the_record_and_the_operators_libraries_agree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    near = write_xdb(tmp_path / "v4.xdb", {"203.0.113.0/24": "中国|江苏省|南京市|电信", "198.51.100.0/24": NOWHERE})
    far = write_mmdb(
        tmp_path / "city.mmdb", {"203.0.113.0/24": city("Singapore", code="SG"), "198.51.100.0/24": city("China")}
    )
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", f"{near},{far}")
    with opened("stolen-sub-account") as sandbox:
        facts = facts_of(sandbox)

    where = known(facts.whereabouts)
    event = known(facts.login).event
    assert event.place is not None
    assert (where.ip, where.voices[-1].place) == (event.ip, event.place)
    assert [(voice.name, voice.place.country) for voice in where.voices] == [
        ("ip2region", "中国"),
        ("DB-IP", "新加坡"),
        ("Tencent", event.place.country),
    ]
    assert facts.whereabouts.state == "known"
    assert facts.whereabouts.evidence == facts.login.evidence


def test_a_library_that_can_not_be_read_stops_no_incident_and_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stolen: Sandbox
) -> None:
    before = facts_of(stolen)
    monkeypatch.setenv("RUNBOOKS_IP_LIBRARIES", "nowhere.mmdb")
    settings.cache_clear()
    libraries.cache_clear()
    facts = facts_of(stolen)

    assert isinstance(facts.whereabouts, Unknown)
    assert "RUNBOOKS_IP_LIBRARIES: nowhere.mmdb" in facts.whereabouts.reason.en
    assert "RUNBOOKS_IP_LIBRARIES: nowhere.mmdb" in caplog.text
    assert facts.reputation == before.reputation
    assert known(facts.history).logins == known(before.history).logins


def test_an_alert_that_fits_several_logins_is_not_guessed_at() -> None:
    with opened("stolen-sub-account") as sandbox:
        sandbox.try_login("bob", ip="198.51.100.10")
        sandbox.try_login("carol", ip="198.51.100.70")
        facts = facts_of(sandbox, alert=LoginAlert())

    assert isinstance(facts.login, Unknown)
    assert "logins fit the alert" in facts.login.reason.en
    assert isinstance(facts.reputation, Unknown)
    assert isinstance(facts.trail, Unknown)
    assert facts.co_users.state == facts.history.state == "known"


def test_a_login_that_the_log_does_not_show_is_unknown_and_its_trail_stays_open() -> None:
    with opened("login-not-in-audit") as sandbox:
        facts = facts_of(sandbox)

    assert isinstance(facts.login, Unknown)
    assert "(yet)" in facts.login.reason.en
    assert known(facts.keys)
    assert not known(facts.trail).closed
    assert facts.trail.gaps  # type: ignore[union-attr] # it is known


def test_the_login_of_somebody_else_is_not_taken_for_one_that_is_not_in_the_log_yet() -> None:
    with opened("owner-on-the-road") as sandbox:  # the owner's own login is 35 minutes old
        just_now = datetime.now(UTC) - timedelta(minutes=5)
        named = LoginAlert(login_time=just_now, account="100000000001", principal="bob", place="广东 深圳")
        facts = facts_of(sandbox, alert=named)

    assert isinstance(facts.login, Unknown)
    assert "does not (yet) show" in facts.login.reason.en
    assert "root (100000000001) @ 203.0.113.55" in facts.login.reason.en
    assert "another name" in facts.login.reason.en


@pytest.mark.parametrize(
    ("name", "found", "asked"),
    [("root", True, 0), ("Example-Corp", True, 1), ("example-corporation", False, 1), ("bob", False, 1)],
)
def test_who_goes_by_a_nickname_is_asked_only_where_nothing_but_the_name_differs(
    name: str, *, found: bool, asked: int
) -> None:
    calls: list[str] = []

    async def people() -> tuple[CoUser, ...]:
        calls.append(name)
        return (CoUser(principal=ROOT, nickname="example-corp"), CoUser(principal=BOB))

    with opened("owner-on-the-road") as sandbox:
        collector = Collector(cloud_of(sandbox), now=datetime.now(UTC))
        given = reported(alert_of(sandbox, principal=name))
        match = asyncio.run(match_login(collector, given, place_of, people=people))

    assert (isinstance(match, Known), len(calls)) == (found, asked)


def test_a_login_long_ago_or_in_the_future_is_not_in_the_log(stolen: Sandbox) -> None:
    now = datetime.now(UTC)
    for moment in (now - timedelta(days=200), now + timedelta(days=2)):
        facts = facts_of(stolen, alert=alert_of(stolen, login_time=moment.isoformat()))

        assert isinstance(facts.login, Unknown)
        assert facts.co_users.state == "known"


def test_a_thousand_co_users_are_read_within_the_real_limits() -> None:
    with Sandbox.start("thousand-users") as sandbox:
        facts = facts_of(sandbox)

    assert len(known(facts.co_users)) > 1000
    assert known(facts.login).event.actor.name == "user-0500"
    assert any("more identities" in gap.en for gap in facts.protections.gaps)  # type: ignore[union-attr] # it is known
    assert known(facts.trail).actors


def test_no_token_and_no_key_is_in_what_is_kept_or_known(stolen: Sandbox) -> None:
    kept: Kept = []
    seen: list[str] = []
    cloud = cloud_of(stolen)
    send = Cloud._send

    def spy(self: Cloud, *args: Any) -> dict[str, Any]:
        body = send(self, *args)
        seen.append(json.dumps(body))
        return body

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cloud, "_send", spy)
        facts = facts_of(stolen, cloud=cloud, keep=lambda *each: kept.append(each) or "id")
    tokens = {token for body in seen for token in re.findall(r'[Tt]oken[\\\\": ]+([A-Za-z][\w.~+/=-]{11,})', body)}
    shown = json.dumps([each[3] for each in kept]) + facts.model_dump_json()

    assert tokens, seen[0][:300]
    assert not [token for token in tokens if token in shown]
    assert stolen.credentials()["TENCENTCLOUD_SECRET_KEY"] not in shown


def test_a_ledger_that_can_not_keep_evidence_stops_the_gathering(stolen: Sandbox) -> None:
    def keep(*_: object) -> str:
        raise LedgerError("the disk is full")

    with pytest.raises(LedgerError, match="the disk is full"):
        facts_of(stolen, keep=keep)


@pytest.mark.parametrize(("lang", "words"), [("zh", "登录记录 · 已查明"), ("en", "the login · known")])
def test_each_source_tells_when_it_ends_in_the_cases_language(lang: str, words: str, stolen: Sandbox) -> None:
    lines: list[str] = []
    facts_of(stolen, progress=lines.append, lang=lang)

    assert len(lines) == len(FACTS)
    assert any(line.startswith(words) for line in lines)


def test_a_source_that_fails_tells_why(stolen: Sandbox) -> None:
    lines: list[str] = []
    stolen.faults.set(deny=["cam:ListAccessKeys"])
    facts_of(stolen, progress=lines.append, lang="en")

    assert any("lacks the permission cam:ListAccessKeys" in line for line in lines)


def later(sandbox: Sandbox, facts: LoginFacts, act: Callable[[], object]) -> Known[Any] | Unknown:
    act()
    now = datetime.now(UTC) + timedelta(seconds=2)
    return asyncio.run(trail_now(Collector(cloud_of(sandbox), now=now), start_of(alert_of(sandbox), facts)))


def test_looking_again_sees_what_was_done_since() -> None:
    with opened("stolen-but-quiet") as sandbox:
        facts = facts_of(sandbox)
        quiet = known(facts.trail).writes
        trail = later(
            sandbox, facts, lambda: sandbox.attempt("alice", "cam:AddUser", {"Name": "late-guest"}, ip="203.0.113.7")
        )

    assert quiet == 0
    assert known(trail).writes == 1
    assert "late-guest" in {actor.principal.name for actor in known(trail).actors}


def test_looking_again_without_knowing_who_it_was_finds_nothing() -> None:
    with opened("login-not-in-audit") as sandbox:
        alert = alert_of(sandbox, principal=None)
        facts = facts_of(sandbox, alert=alert)
        again = asyncio.run(trail_now(Collector(cloud_of(sandbox), now=datetime.now(UTC)), start_of(alert, facts)))

    assert isinstance(facts.trail, Unknown)
    assert isinstance(again, Unknown)


def test_with_no_policy_for_flags_protections_are_what_the_security_center_knows(stolen: Sandbox) -> None:
    stolen.faults.set(deny=["cam:DescribeSafeAuthFlagColl"])
    read = {each.principal.name: each for each in known(facts_of(stolen).protections)}

    assert read["root"].login is Switch.OFF
    assert read["alice"].login is read["alice"].offsite is Switch.UNKNOWN


def test_with_neither_source_protections_are_unknown(stolen: Sandbox) -> None:
    stolen.faults.set(deny=["cam:DescribeSafeAuthFlagColl", "csip:DescribeAccessKeyUserDetail"])
    facts = facts_of(stolen)

    assert isinstance(facts.protections, Unknown)
    assert facts.protections.permission == "cam:DescribeSafeAuthFlagColl"


def test_without_knowing_the_caller_the_alerts_account_stands_in(stolen: Sandbox) -> None:
    stolen.faults.set(deny=["sts:GetCallerIdentity"])
    facts = facts_of(stolen)
    nameless = facts_of(stolen, alert=alert_of(stolen, account=None))

    assert not any("Which main account" in gap.en for gap in facts.co_users.gaps)  # type: ignore[union-attr] # it is known
    assert any("Which main account" in gap.en for gap in nameless.co_users.gaps)  # type: ignore[union-attr] # it is known


def test_with_every_region_refused_only_declared_networks_are_known(stolen: Sandbox) -> None:
    stolen.faults.set(deny=["cvm:DescribeRegions", "lighthouse:DescribeRegions"])
    declared = Policy(networks=(Network(name="office", cidr="192.0.2.128/25"),))  # type: ignore[arg-type] # pydantic parses it

    assert isinstance(facts_of(stolen).egress, Unknown)
    assert [address.name for address in known(facts_of(stolen, policy=declared).egress)] == ["office"]


def test_logins_of_everybody_are_cut_where_they_are_too_many_but_the_suspects_are_whole(
    stolen: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = known(facts_of(stolen).history).logins
    monkeypatch.setattr(history, "ALL_PAGES", 1)
    facts = facts_of(stolen)
    cut = known(facts.history).logins

    assert len(cut) < len(whole)
    assert [each for each in cut if each.principal.name == "alice"] == [
        each for each in whole if each.principal.name == "alice"
    ]
    assert "Only the newest logins" in facts.history.gaps[0].en  # type: ignore[union-attr] # it is known


def test_the_main_accounts_own_credential_sees_its_keys_and_flags() -> None:
    with opened("stolen-main-account") as sandbox:
        before = len(sandbox.calls())
        facts = facts_of(sandbox, cloud=connect(endpoint=sandbox.url, environ=sandbox.credentials("root")))
        called = [str(call) for call in sandbox.calls()[before:]]

    assert known(facts.caller).kind is PrincipalKind.MAIN
    assert {key.key_id for key in known(facts.keys)} >= {sandbox.credentials("root")["TENCENTCLOUD_SECRET_ID"]}
    assert any("DescribeSafeAuthFlag'" in call or "DescribeSafeAuthFlag " in call for call in called), called[0]


@pytest.mark.parametrize("called", ["主账号", "main", "root", " Main "])
def test_the_main_account_is_known_by_its_names_where_the_log_lacks_the_login(called: str) -> None:
    with opened("login-not-in-audit") as sandbox:
        facts = facts_of(sandbox, alert=alert_of(sandbox, principal=called))

    assert not isinstance(facts.login, Known)
    assert known(facts.trail).actors[0].principal.kind is PrincipalKind.MAIN
    assert known(facts.rights).admin
    assert isinstance(facts.keys, Unknown)
    assert "main account's keys" in facts.keys.reason.en  # not readable by a sub-user, and no longer "nobody"


def test_what_logged_in_long_after_it_is_read_too_and_its_address_looked_at() -> None:
    with opened("stolen-main-account") as sandbox:
        facts = facts_of(sandbox)

    later = known(facts.history).later
    assert [login.principal.name for login in later] == ["audit-sync"]
    assert later[0].at - known(facts.login).event.at == timedelta(minutes=40)
    assert {login.ip for login in later} <= set(known(facts.history).addresses)


@pytest.mark.parametrize(
    ("ago", "until_ago"),
    [(timedelta(minutes=30), 0), (timedelta(hours=5), 0), (timedelta(hours=30), 8), (timedelta(days=60), 60 * 24 - 22)],
)
def test_logins_are_read_as_long_after_it_as_another_can_speak_against_it(
    stolen: Sandbox, ago: timedelta, until_ago: float
) -> None:
    collector = Collector(cloud_of(stolen), now=datetime.now(UTC))
    alert = alert_of(stolen, login_time=collector.now - ago)
    until = Gathering(collector, alert, Policy(), place_of)._until(timedelta(hours=22))

    assert collector.now - until == timedelta(hours=until_ago)
