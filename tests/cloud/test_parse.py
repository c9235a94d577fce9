"""Audit records of every shape, read without complaint."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cloud.limits import INSTANCES_PER_CALL
from tasks.cloud.mask import mask
from tasks.cloud.parse import NO_TIME, parse_event
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.principal import PrincipalKind
from tests.cloud.audit_record import INNER, OUTER, SECONDS, TOKEN, place, read
from tests.scene import AT


def test_a_whole_record_is_read_whole() -> None:
    event = read()

    assert (event.id, event.at, event.service, event.name, event.title) == ("id-1", AT, "cam", "AddUser", "添加子用户")
    assert (event.actor.kind, event.actor.uin, event.actor.name) == (PrincipalKind.SUB_USER, "100000000011", "alice")
    assert (event.account, event.ip, event.region) == ("100000000001", "203.0.113.7", "ap-guangzhou")
    assert event.place == place("中国 江苏省 南京市 中国电信")
    assert (event.access_key, event.console, event.write, event.sensitive) == ("AKIDexampleSession", True, True, True)
    assert (event.succeeded, event.error, event.mfa, event.parsed) == (True, "", True, True)
    assert event.created == ("100000900003", "AKIDexampleNew")
    assert event.targets == ("svc",)
    assert event.resources == (ResourceRef(kind="cam", name="svc", region="ap-guangzhou"),)
    assert (event.request_id, event.user_agent) == ("req-1", "SDK_NODEJS_0.2.1")
    assert len(event.session) == 16


def test_it_reads_the_same_before_and_after_masking() -> None:
    raw = OUTER | {"CloudAuditEvent": json.dumps(INNER)}

    assert parse_event(mask(raw, unfold=True), place_of=place) == parse_event(raw, place_of=place)
    assert parse_event(mask(raw), place_of=place) == parse_event(raw, place_of=place)


@pytest.mark.parametrize("unfold", [True, False])
def test_no_token_is_in_an_event(*, unfold: bool) -> None:
    raw = OUTER | {"CloudAuditEvent": json.dumps(INNER)}

    assert TOKEN not in parse_event(raw, place_of=place).model_dump_json()
    assert TOKEN not in json.dumps(mask(raw, unfold=unfold))


@pytest.mark.parametrize(
    "broken",
    ["", "null", "[]", "{", '{"requestParameters":"{"Action":"LookupEvents"}"}', "not json", '"text"', None, 7, ["x"]],
)
def test_a_record_whose_inside_is_broken_keeps_its_outside(broken: object) -> None:
    raw = OUTER | {"CloudAuditEvent": broken}
    event = parse_event(raw, place_of=place)

    assert not event.parsed
    assert (event.id, event.at, event.name, event.ip) == ("id-1", AT, "AddUser", "203.0.113.7")
    assert (event.actor.kind, event.actor.uin, event.actor.name) == (PrincipalKind.OTHER, "", "alice")
    assert (event.service, event.account, event.access_key) == ("cam", "100000000001", "AKIDexampleSession")
    assert (event.write, event.console, event.mfa, event.succeeded) == (None, None, None, True)


def test_the_main_account_is_known_by_its_name_where_nothing_else_is_left() -> None:
    event = read("{", Username="root")

    assert (event.actor.kind, event.actor.uin, event.actor.name) == (PrincipalKind.MAIN, "100000000001", "root")


@pytest.mark.parametrize(
    "written",
    [
        SECONDS,
        str(SECONDS),
        SECONDS * 1000,
        SECONDS * 10**6,
        str(SECONDS * 10**9),
        float(SECONDS),
        f"{SECONDS}.0",
        f" {SECONDS}\x00",
        "20261123101000",
        20261123101000,
        "2026/11/23 10:10:00",
        "2026-11-23T10:10:00+0800",
        "2026-11-23 02:10:00.000+00:00",
        "2026-11-23 10:10:00",
        "2026-11-23T02:10:00Z",
        "2026-11-23T10:10:00+08:00",
    ],
)
def test_a_time_is_read_however_it_is_written(written: object) -> None:
    assert read({"eventTime": written}).at == AT


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", "0000-00-00 00:00:00", 0, -5, 10**40, "soon", {}, [1], 1e300, "٣", "²"),
        *("20261399999999", "9999-12-31 23:59:59", "3000-12-12 00:00:00", 10**25, "1000000000001000000000001"),
    ],
)
def test_a_time_that_is_none_is_taken_from_outside(written: object) -> None:
    assert read({"eventTime": written}).at == AT


def test_a_record_without_any_time_is_not_counted_as_read() -> None:
    event = read({"eventTime": None}, EventTime=None)

    assert event.at == NO_TIME
    assert not event.parsed


@pytest.mark.parametrize(
    ("identity", "kind", "uin", "name"),
    [
        ({"type": "Root", "principalId": "100000000001", "userName": "root"}, "main", "100000000001", "root"),
        ({"type": "CAMUser", "principalId": 100000000001, "userName": "x"}, "main", "100000000001", "root"),
        (
            {"type": "AssumedRole", "principalId": "4611686018400000001", "userName": "ops"},
            "role",
            "4611686018400000001",
            "ops",
        ),
        (
            {"type": "CAMRole", "principalId": "4611686018400000001", "userName": ""},
            "role",
            "4611686018400000001",
            "4611686018400000001",
        ),
        ({"type": "Collaborator"}, "collaborator", "100000000011", "alice"),
        ({"type": "SomethingNew"}, "other", "100000000011", "alice"),
        ({"type": None, "userName": "root"}, "other", "100000000011", "root"),
        ({"type": None, "userName": "root", "principalId": ""}, "main", "100000000001", "root"),
        ({"type": "CAMUser", "userName": "root"}, "sub_user", "100000000011", "root"),
        ({"userName": "名" * 900}, "sub_user", "100000000011", "名" * 500),
    ],
)
def test_each_kind_of_identity_is_told_apart(identity: dict[str, Any], kind: str, uin: str, name: str) -> None:
    actor = read({"userIdentity": INNER["userIdentity"] | identity}, Username=None).actor

    assert (actor.kind, actor.uin, actor.name) == (kind, uin, name)


@pytest.mark.parametrize(
    "session",
    [{"token": TOKEN, "mfa": 0}, json.dumps({"token": TOKEN, "mfa": "0"}), json.dumps({"token": TOKEN, "mfa": 0})],
)
def test_a_session_is_read_as_an_object_or_as_text(session: object) -> None:
    event = read({"userIdentity": INNER["userIdentity"] | {"sessionContext": session}})

    assert event.mfa is False
    assert event.session == read().session


@pytest.mark.parametrize("session", ["", "{", None, [], 5, "null"])
def test_a_session_that_can_not_be_read_is_none(session: object) -> None:
    event = read({"userIdentity": INNER["userIdentity"] | {"sessionContext": session}})

    assert (event.session, event.mfa) == ("", None)


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        ({"apiErrorCode": 0, "errorCode": 0}, ""),
        ({"apiErrorCode": "0", "errorCode": ""}, ""),
        ({"apiErrorCode": None, "errorCode": None}, ""),
        ({"apiErrorCode": "ResourceNotFound", "errorCode": 0}, "ResourceNotFound"),
        ({"apiErrorCode": 0, "errorCode": 4101}, "4101"),
        ({"apiErrorCode": 0, "errorCode": "4101"}, "4101"),
    ],
)
def test_success_is_the_absence_of_every_code(codes: dict[str, Any], error: str) -> None:
    event = read(codes)

    assert (event.error, event.succeeded) == (error, not error)


def test_the_outer_code_counts_too() -> None:
    assert not read(ErrorCode=1201).succeeded


@pytest.mark.parametrize(
    ("kind", "console"), [("ConsoleCall", True), ("ApiCall", False), ("MiniProgramCall", True), ("", None), (3, None)]
)
def test_console_and_api_are_told_apart(kind: object, *, console: bool | None) -> None:
    assert read({"eventType": kind}).console is console


@pytest.mark.parametrize(
    ("kind", "write"), [("Write", True), ("Read", False), ("write", True), ("", None), (None, None)]
)
def test_writes_are_told_from_reads(kind: object, *, write: bool | None) -> None:
    assert read({"actionType": kind}).write is write


@pytest.mark.parametrize(
    ("service", "action", "response", "created"),
    [
        (
            "cvm",
            "Write",
            {"InstanceIdSet": ["ins-aaaa0001", "ins-aaaa0002"], "RequestId": "r"},
            ("ins-aaaa0001", "ins-aaaa0002"),
        ),
        ("cam", "Write", {"AccessKey": {"AccessKeyId": "AKIDexample2", "SecretAccessKey": TOKEN}}, ("AKIDexample2",)),
        ("cam", "Write", {"RoleId": 4611686018400000001}, ("4611686018400000001",)),
        ("cam", "Write", {"PolicyId": 7, "AppId": 1250000000, "Uid": 5}, ("7",)),
        ("sts", "Read", {"Credentials": {"TmpSecretId": "AKIDexampleTmp", "Token": TOKEN}}, ("AKIDexampleTmp",)),
        ("cvm", "Read", {"InstanceSet": [{"InstanceId": "ins-aaaa0001"}]}, ()),
        ("cam", "Write", {"Uin": 0, "RoleId": ""}, ()),
    ],
)
def test_what_a_call_made_is_read_from_its_answer(
    service: str, action: str, response: object, created: tuple[str, ...]
) -> None:
    event = read({"resourceType": service, "actionType": action, "responseElements": json.dumps(response)})

    assert event.created == created


@pytest.mark.parametrize(
    ("service", "request_", "targets"),
    [
        ("cam", {"PolicyId": 1, "AttachUin": 100000900003}, ("1", "100000900003")),
        ("cam", {"AccessKeyId": "AKIDexample2", "Status": "Inactive", "SecretId": "AKIDconsole"}, ("AKIDexample2",)),
        ("cam", {"Name": "svc", "TargetUin": "100000000011"}, ("svc", "100000000011")),
        ("cvm", {"Name": "a machine"}, ()),
        ("sts", {"RoleArn": "qcs::cam::uin/100000000001:roleName/ops"}, ("qcs::cam::uin/100000000001:roleName/ops",)),
    ],
)
def test_whom_a_call_was_aimed_at_is_read_from_its_request(
    service: str, request_: object, targets: tuple[str, ...]
) -> None:
    assert read({"resourceType": service, "requestParameters": json.dumps(request_)}).targets == targets


def test_every_machine_of_the_biggest_call_is_kept() -> None:
    made = [f"ins-{number:08x}" for number in range(INSTANCES_PER_CALL)]
    event = read(
        {"resourceType": "cvm", "actionType": "Write", "responseElements": json.dumps({"InstanceIdSet": made})}
    )

    assert event.created == tuple(made)
    assert len(event.resources) == 500


def test_resources_are_named_once_from_every_part_of_the_record() -> None:
    event = read(
        {
            "resourceType": "cvm",
            "resourceName": "ins-aaaa0001,ins-aaaa0002",
            "resourceSet": ["*", {"resourceId": "ins-aaaa0003", "other": 1}],
            "requestParameters": {"InstanceIds": ["ins-aaaa0004"], "ImageId": "img-aaaa0001", "Count": 2},
            "responseElements": {"InstanceIdSet": ["ins-aaaa0005"]},
        },
        Resources=[{"ResourceType": "cvm", "ResourceName": "ins-aaaa0001"}, {"ResourceName": "*"}, "odd"],
        ResourceRegion="ap-shanghai",
    )
    names = [each.name for each in event.resources]

    assert names == ["ins-aaaa0001", "ins-aaaa0002", "ins-aaaa0003", "ins-aaaa0004", "img-aaaa0001", "ins-aaaa0005"]
    assert {(each.kind, each.region) for each in event.resources} == {("cvm", "ap-shanghai")}


@pytest.mark.parametrize(("location", "known"), [(None, None), ("", None), ("未知", "未知"), ("地" * 900, "地" * 500)])
def test_a_place_is_read_by_whoever_knows_places(location: str | None, known: str | None) -> None:
    assert read(Location=location).place == (place(known) if known else None)


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(TOKEN),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3) | inner.map(json.dumps)
    ),
    max_leaves=6,
)
KNOWN_FIELDS = st.dictionaries(st.sampled_from(sorted(OUTER)), JSONISH)
KNOWN_INNER = st.dictionaries(st.sampled_from(sorted(INNER)), JSONISH)
IDENTITY = st.dictionaries(st.sampled_from(sorted(INNER["userIdentity"])), JSONISH)


@given(
    odd=st.dictionaries(st.text(max_size=5), JSONISH),
    outer=KNOWN_FIELDS,
    inner=KNOWN_INNER,
    identity=IDENTITY,
    as_text=st.booleans(),
)
def test_nothing_makes_the_parser_fail(
    odd: dict[str, Any], outer: dict[str, Any], inner: dict[str, Any], identity: dict[str, Any], *, as_text: bool
) -> None:
    whole = inner | ({"userIdentity": identity} if identity else {})
    raw = odd | outer | {"CloudAuditEvent": json.dumps(whole) if as_text else whole}

    event = parse_event(raw, place_of=place)
    assert AuditEvent.model_validate_json(event.model_dump_json()) == event
    parse_event(mask(raw, unfold=True), place_of=place)
