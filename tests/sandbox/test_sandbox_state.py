"""What is written is read back, and is still there after a restart."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tasks.sandbox.server import Sandbox
from tests.people import ALICE

ALICE_UIN = int(ALICE.uin)


def test_a_restarted_sandbox_finds_its_cloud_its_log_and_its_alert(ask: Any, tmp_path: Path) -> None:
    file = tmp_path / "drill" / "cloud.json"
    with Sandbox.start("stolen-sub-account", state_file=file) as first:
        alert = first.alert()
        ask(first, "cam:UpdateUser", {"Name": "alice", "ConsoleLogin": 0})
        first.console("enable_offsite_protection")
        log = [event.request_id for event in first.world.log.events]

    with Sandbox.start("stolen-sub-account", state_file=file) as second:
        assert second.alert() == alert
        assert ask(second, "cam:GetUser", {"Name": "alice"})["ConsoleLogin"] == 0
        assert second.world.cloud.offsite.verify
        assert [event.request_id for event in second.world.log.events][: len(log)] == log


def test_a_write_is_in_the_file_before_its_answer_and_nothing_else_lies_about(ask: Any, tmp_path: Path) -> None:
    file = tmp_path / "cloud.json"
    with Sandbox.start("stolen-sub-account", state_file=file) as sandbox:
        ask(sandbox, "cam:UpdateUser", {"Name": "alice", "Remark": "seen"})
        kept = json.loads(file.read_text("utf-8"))

    assert next(one["remark"] for one in kept["cloud"]["people"] if one["name"] == "alice") == "seen"
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_state_file_of_another_scenario_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cloud.json"
    Sandbox.start("known-egress", state_file=file).stop()

    with pytest.raises(ValueError, match="holds the scenario 'known-egress', not 'no-history'"):
        Sandbox.start("no-history", state_file=file)


def test_without_a_state_file_each_start_is_new(ask: Any) -> None:
    with Sandbox.start("stolen-sub-account") as first:
        ask(first, "cam:UpdateUser", {"Name": "alice", "Remark": "seen"})

    with Sandbox.start("stolen-sub-account") as second:
        assert ask(second, "cam:GetUser", {"Name": "alice"})["Remark"] == "研发"


def test_protections_that_are_set_are_read_back_everywhere(ask: Any, sandbox: Sandbox) -> None:
    ask(
        sandbox,
        "cam:SetMfaFlag",
        {"OpUin": ALICE_UIN, "LoginFlag": {"Phone": 1}, "ActionFlag": {"Stoken": 1, "Phone": 0}},
    )

    flags = ask(sandbox, "cam:DescribeSafeAuthFlagColl", {"SubUin": ALICE_UIN})
    detail = ask(sandbox, "csip:DescribeAccessKeyUserDetail", {"SubUin": str(ALICE_UIN)})["User"]

    assert (flags["LoginFlag"]["Phone"], flags["ActionFlag"]["Stoken"], flags["ActionFlag"]["Phone"]) == (1, 1, 0)
    assert (detail["LoginFlag"], detail["ActionFlag"]) == (1, 1)


def test_setting_one_protection_leaves_the_other_alone(ask: Any, sandbox: Sandbox) -> None:
    ask(sandbox, "cam:SetMfaFlag", {"OpUin": 100000000012, "LoginFlag": {"Phone": 1}})

    flags = ask(sandbox, "cam:DescribeSafeAuthFlagColl", {"SubUin": 100000000012})

    assert (flags["LoginFlag"]["Phone"], flags["LoginFlag"]["Stoken"], flags["ActionFlag"]["Stoken"]) == (1, 0, 1)


def test_a_new_user_with_a_key_can_call_after_a_policy_is_given(ask: Any, sandbox: Sandbox) -> None:
    made = ask(sandbox, "cam:AddUser", {"Name": "newcomer", "UseApi": 1})
    keys = (made["SecretId"], made["SecretKey"])

    assert ask(sandbox, "sts:GetCallerIdentity", keys=keys)["UserId"] == str(made["Uin"])
    ask(sandbox, "cam:AttachUserPolicy", {"PolicyId": 2, "AttachUin": made["Uin"]})
    assert ask(sandbox, "cam:GetUser", {"Name": "newcomer"}, keys=keys)["Uin"] == made["Uin"]


def test_nobody_has_more_than_two_keys(ask: Any, sandbox: Sandbox) -> None:
    ask(sandbox, "cam:CreateAccessKey", {"TargetUin": ALICE_UIN})

    with pytest.raises(Exception, match="up to 2 access keys"):
        ask(sandbox, "cam:CreateAccessKey", {"TargetUin": ALICE_UIN})


def test_a_deleted_policy_is_taken_from_whoever_had_it(ask: Any, sandbox: Sandbox) -> None:
    uin = next(one.uin for one in sandbox.world.cloud.people if one.name == "svc-backup")
    number = next(one.id for one in sandbox.world.cloud.policies if one.name == "backup-helper")

    ask(sandbox, "cam:DeletePolicy", {"PolicyId": [number]})

    listed = ask(sandbox, "cam:ListAttachedUserAllPolicies", {"TargetUin": uin, "Rp": 20, "Page": 1, "AttachType": 0})
    assert [one["PolicyName"] for one in listed["PolicyList"]] == ["AdministratorAccess"]


def test_a_stopped_track_is_shown_as_stopped_and_can_be_started_again(ask: Any, sandbox: Sandbox) -> None:
    pages = {"PageNumber": 1, "PageSize": 10}
    (track,) = ask(sandbox, "cloudaudit:DescribeAuditTracks", pages)["Tracks"]

    sandbox.attempt("alice", "cloudaudit:ModifyAuditTrack", {"TrackId": 1, "Status": 1})

    assert (track["Name"], track["Status"]) == ("all-events", 0)
    assert ask(sandbox, "cloudaudit:DescribeAuditTracks", pages)["Tracks"][0]["Status"] == 1


def test_last_use_of_a_key_follows_its_calls(ask: Any, sandbox: Sandbox) -> None:
    key = sandbox.credentials("svc-backup")["TENCENTCLOUD_SECRET_ID"]

    (row,) = ask(sandbox, "cam:GetSecurityLastUsed", {"SecretIdList": [key]})["SecretIdLastUsedRows"]
    alarms = ask(
        sandbox,
        "csip:DescribeSourceIPAsset",
        {"Filter": {"Filters": [{"Name": "SourceIP", "Values": ["203.0.113.8"]}]}},
    )

    assert abs(row["LastSecretUsedDate"] / 1000 - (sandbox.world.cloud.started - 3600)) < 2
    assert (alarms["Total"], alarms["Data"][0]["IPType"], alarms["Data"][0]["InstanceID"]) == (1, 1, "")
