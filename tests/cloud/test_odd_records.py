"""Audit records that are old, broken or from elsewhere: what they say is read, and nothing else is made of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cloud.mask import mask
from tasks.cloud.parse import parse_event
from tasks.model.audit import AuditEvent
from tasks.model.principal import PrincipalKind
from tests.cloud.audit_record import INNER, OUTER, TOKEN, place, read
from tests.scene import AT, STRANGER


def names(event: AuditEvent) -> list[str]:
    return [each.name for each in event.resources]


VOLUME, SNAPSHOT = "volume/*", "snapshot/snap-0example"
QCS = "qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-0example"
OTHER_QCS = "qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-1example"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (f"{VOLUME}|{SNAPSHOT}", [VOLUME, SNAPSHOT]),
        (f"|{VOLUME}||{SNAPSHOT}|", [VOLUME, SNAPSHOT]),
        (f" {VOLUME} | {SNAPSHOT} ", [VOLUME, SNAPSHOT]),
        (f"{VOLUME}｜{SNAPSHOT}", [VOLUME, SNAPSHOT]),
        (f"{VOLUME}|{VOLUME}", [VOLUME]),
        (f"*|{SNAPSHOT}", [SNAPSHOT]),
        (f"{QCS}|{OTHER_QCS}", [QCS, OTHER_QCS]),
        (f"{QCS},{OTHER_QCS}", [QCS, OTHER_QCS]),
        (f"{QCS};ins-2example", [QCS, "ins-2example"]),
        ("ins-0example,ins-1example", ["ins-0example", "ins-1example"]),
        ("ins-0example; ins-1example;", ["ins-0example", "ins-1example"]),
        ("ins-0example,ins-1example|vol-0example", ["ins-0example", "ins-1example", "vol-0example"]),
        ("100000000011,100000000012", ["100000000011", "100000000012"]),
        (f"{VOLUME}、{SNAPSHOT}", [VOLUME, SNAPSHOT]),
        # A comma may be part of a name, and of a path.
        ("ops,night shift", ["ops,night shift"]),
        ("ins-0example,ops", ["ins-0example,ops"]),
        (
            "qcs::cos:ap-guangzhou:uid/1250000000:bucket-1250000000/a,b",
            ["qcs::cos:ap-guangzhou:uid/1250000000:bucket-1250000000/a,b"],
        ),
        ("ops,night shift|alice", ["ops,night shift", "alice"]),
        # Lists, and lists in text.
        (["ins-0example", f"{VOLUME}|{SNAPSHOT}"], ["ins-0example", VOLUME, SNAPSHOT]),
        ('["ins-0example", "ins-1example"]', ["ins-0example", "ins-1example"]),
        ('"ins-0example"', ['"ins-0example"']),
        ("[not json", ["[not json"]),
        (7, ["7"]),
        *(
            (nothing, [])
            for nothing in ("", "|", "||", " | ", "*", "*|*", ",", ";,", None, [], {}, [None], "[]", '["*"]')
        ),
    ],
)
def test_the_resources_of_a_record_are_each_one(written: object, found: list[str]) -> None:
    assert names(read({"resourceName": written}, Resources=None)) == found
    assert names(read({"resourceSet": [written]}, Resources=None)) == found
    assert names(read({}, Resources={"ResourceName": written})) == found
    assert names(read({}, Resources=[{"ResourceName": written}])) == found
    assert names(read({}, Resources=json.dumps([{"ResourceName": written}]))) == found


def test_a_name_is_cut_by_its_own_length_and_not_by_its_place_in_the_text() -> None:
    many = [f"ins-{number:08x}" for number in range(100)]

    assert names(read({"resourceName": "|".join(many)}, Resources=None)) == many
    assert names(read({"resourceName": "x" * 900}, Resources=None)) == ["x" * 500]


@pytest.mark.parametrize(
    ("written", "service"), [("CVM", "cvm"), ("volume|snapshot", "volume"), ("|cvm", "cvm"), (["cvm"], "cvm")]
)
def test_the_service_is_one(written: object, service: str) -> None:
    assert read({"resourceType": written}).service == service
    assert read({"resourceType": ""}, Resources={"ResourceType": written}).service == service
    assert read({"resourceType": None}, Resources=[{"ResourceType": written}]).service == service


def whole() -> AuditEvent:
    return read()


IDENTITY = INNER["userIdentity"]


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(json.dumps(json.dumps(INNER)), id="JSON in JSON"),
        pytest.param(json.dumps(json.dumps(json.dumps(INNER))), id="JSON in JSON in JSON"),
        pytest.param(json.dumps(json.dumps(INNER))[1:-1], id="quotes that kept their backslashes"),
        pytest.param([INNER], id="a list of one"),
        pytest.param([json.dumps(INNER)], id="a list of one text"),
        pytest.param(json.dumps(INNER) + "\x00", id="a null byte behind"),
        pytest.param(" \n" + json.dumps(INNER, indent=2), id="blanks"),
        pytest.param(json.dumps(INNER | {"userAgent": "two\nlines"}).replace("\\n", "\n"), id="a raw line break"),
    ],
)
def test_the_inside_is_read_however_it_is_wrapped(inner: object) -> None:
    raw = OUTER | {"CloudAuditEvent": inner}
    agent = {"user_agent": whole().user_agent}
    event = parse_event(raw, place_of=place)

    assert event.parsed
    assert event.model_copy(update=agent) == whole()
    assert parse_event(mask(raw, unfold=True), place_of=place).model_copy(update=agent) == whole()
    assert TOKEN not in json.dumps(mask(raw, unfold=True))
    assert TOKEN not in json.dumps(mask(raw))


@pytest.mark.parametrize("inner", [[INNER, INNER], [], [[]], '"text"', '""', '{\\"a', "[" * 5000, '"' * 300])
def test_an_inside_that_is_none_is_not_read(inner: object) -> None:
    assert not parse_event(OUTER | {"CloudAuditEvent": inner}, place_of=place).parsed


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.capitalize, lambda key: key[:1].lower() + key[1:]])
def test_keys_are_known_however_they_are_spelled(spell: Any) -> None:
    def spelled(found: dict[str, Any]) -> dict[str, Any]:
        return {spell(key): value for key, value in found.items()}

    inner = spelled(INNER | {"userIdentity": spelled(IDENTITY)})
    event = parse_event(spelled(OUTER | {"CloudAuditEvent": json.dumps(inner)}), place_of=place)
    ours = {"mfa", "session"}  # what is in the session's own text keeps its spelling

    assert event.model_dump(exclude=ours) == whole().model_dump(exclude=ours)


def test_a_rightly_spelled_key_goes_before_another_spelling() -> None:
    event = parse_event(OUTER | {"eventid": "another", "CloudAuditEvent": json.dumps(INNER)}, place_of=place)
    empty = parse_event(OUTER | {"EventId": "", "EventID": "another"}, place_of=place)

    assert (event.id, empty.id) == ("id-1", "another")


def test_a_record_that_is_delivered_elsewhere_has_no_outside() -> None:
    event = parse_event(INNER, place_of=place)

    assert event.parsed
    assert (event.id, event.at, event.name, event.ip, event.actor) == ("id-1", AT, "AddUser", STRANGER, whole().actor)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"userIdentity": None}, "actor.name", "alice"),
        ({"userIdentity": {}}, "actor.kind", PrincipalKind.OTHER),
        ({"userIdentity": [IDENTITY]}, "actor.uin", "100000000011"),
        ({"userIdentity": json.dumps(IDENTITY)}, "actor.uin", "100000000011"),
        ({"userIdentity": IDENTITY | {"principalId": 100000000011}}, "actor.uin", "100000000011"),
        ({"userIdentity": IDENTITY | {"principalId": 100000000011.0}}, "actor.uin", "100000000011"),
        ({"userIdentity": IDENTITY | {"principalId": " 100000000011 "}}, "actor.uin", "100000000011"),
        ({"userIdentity": IDENTITY | {"principalId": "１００"}}, "actor.uin", ""),
        ({"userIdentity": IDENTITY | {"accountId": [100000000001]}}, "account", "100000000001"),
        ({"userIdentity": IDENTITY | {"userName": "alice\x00"}}, "actor.name", "alice"),
        ({"eventName": "AddUser\x00"}, "name", "AddUser"),
        ({"apiErrorCode": "OK"}, "succeeded", True),
        ({"apiErrorCode": "SUCCESS"}, "succeeded", True),
        ({"apiErrorCode": 0.0}, "succeeded", True),
        ({"apiErrorCode": False}, "succeeded", True),
        ({"apiErrorCode": {}}, "succeeded", True),
        ({"apiErrorCode": "Failed"}, "succeeded", False),
        ({"errorCode": 4101.0}, "error", "4101"),
        ({"sensitiveAction": True}, "sensitive", True),
        ({"sensitiveAction": 1}, "sensitive", True),
        ({"sensitiveAction": "true"}, "sensitive", True),
        ({"sensitiveAction": "0"}, "sensitive", False),
        ({"sensitiveAction": ""}, "sensitive", False),
        ({"actionType": "WRITE"}, "write", True),
        ({"actionType": ["Write"]}, "write", None),
    ],
)
def test_an_odd_field_is_read_as_what_it_means(changes: dict[str, Any], field: str, value: object) -> None:
    found: Any = read(changes)
    for part in field.split("."):
        found = getattr(found, part)

    assert found == value


SERVICE = "apigw.example.com"


@pytest.mark.parametrize(
    ("inner", "outer", "browser", "ip"),
    [
        (f"::ffff:{STRANGER}", "", "", STRANGER),
        (f"{STRANGER}:52344", "", "", STRANGER),
        (f"{STRANGER}, 10.0.0.1", "", "", STRANGER),
        ([STRANGER], "", "", STRANGER),
        ("", f"::FFFF:{STRANGER}", "", STRANGER),
        (SERVICE, STRANGER, "", STRANGER),
        (SERVICE, SERVICE, "", SERVICE),
        (SERVICE, "", STRANGER, SERVICE),
        ("内网", "", "", "内网"),
        *((nothing, nothing, STRANGER, STRANGER) for nothing in ("", "-", "unknown", "NULL", None, [], {})),
        ("", "", "", ""),
        (None, None, None, ""),
        (0, "", "", "0"),
    ],
)
def test_the_address_is_one_or_a_services_name(inner: object, outer: object, browser: object, ip: str) -> None:
    session = {"userIdentity": IDENTITY | {"sessionContext": {"userIp": browser}}}
    event = parse_event(
        OUTER | {"SourceIPAddress": outer, "CloudAuditEvent": INNER | session | {"sourceIPAddress": inner}},
        place_of=place,
    )

    assert event.ip == ip


def test_a_record_without_an_id_has_one_of_its_own_the_same_each_time() -> None:
    def nameless(**more: Any) -> AuditEvent:
        return read({"eventID": None}, EventId=None, RequestID=None, **more)

    assert nameless().id
    assert nameless().id == nameless(Location=None).id
    assert nameless().id != nameless(EventName="DeleteUser").id
    assert nameless().id != whole().id


def test_sessions_whose_tokens_were_hidden_wholly_are_not_one() -> None:
    raw = OUTER | {"CloudAuditEvent": INNER | {"userIdentity": IDENTITY | {"sessionContext": {"token": "short"}}}}

    assert parse_event(mask(raw, unfold=True), place_of=place).session == ""


KEYS = sorted({*OUTER, *INNER, *IDENTITY, "token", "mfa", "userIp", "resourceSet"})
SPELLED = st.sampled_from(KEYS).flatmap(lambda key: st.sampled_from([key, key.lower(), key.upper()]))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["|", ",", ";", "[", "{", '"', "\\", "\x00", "*", "qcs::", "::", "1.2.3.4", TOKEN, "2026-11-23"]),
    st.text('|,;[]{}":\\ \x00*/-0a', max_size=12),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SPELLED, inner, max_size=6) | inner.map(json.dumps),
    max_leaves=10,
)


@given(st.dictionaries(SPELLED, ANYTHING, max_size=12))
def test_whatever_a_record_is_it_is_read_and_can_be_kept(raw: dict[str, Any]) -> None:
    event = parse_event(raw, place_of=place)
    masked = parse_event(mask(raw, unfold=True), place_of=place)

    assert event.id
    assert masked.id
    assert AuditEvent.model_validate_json(event.model_dump_json()) == event
    assert "\x00" not in event.model_dump_json()
