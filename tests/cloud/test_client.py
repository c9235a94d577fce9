"""Calls through the real SDK: what comes back, what is raised, and what never shows."""

import dataclasses
import gzip
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tasks.cloud.client as client_module
from tasks.cloud import credentials, transport
from tasks.cloud.api import Call, Called
from tasks.cloud.client import Cloud, connect
from tasks.cloud.error_codes import error_of
from tasks.cloud.limits import FEWER_PER_SECOND
from tasks.cloud.products import CAM, STS, VPC
from tasks.cloud.rate_limit import WINDOW_S, RateLimit
from tasks.cloud.transport import Transport
from tasks.errors import (
    BadCredential,
    CloudError,
    CloudRefused,
    CloudTransient,
    Denied,
    NotFound,
    SettingsError,
    Silent,
    Throttled,
)
from tasks.sandbox.registry import lookup
from tasks.sandbox.server import Sandbox

WHO = Call(STS, "GetCallerIdentity")
SECRET = "a-secret-that-never-shows"
TOKEN = "a-token-that-never-shows-either"


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """A server that reads a request and answers these bytes, whatever they are."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def http(body: str, *, status: str = "200 OK", content_type: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body.encode())}\r\n"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


def call_raw(answer: bytes, *, require: tuple[str, ...] = ()) -> object:
    with raw_server(answer) as url:
        keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET, "TENCENTCLOUD_TOKEN": TOKEN}
        return connect(endpoint=url, environ=keys).call(dataclasses.replace(WHO, require=require))


def test_an_answer_has_the_body_its_request_id_and_the_actions_name(cloud: Cloud) -> None:
    answer = cloud.call(dataclasses.replace(WHO, require=("AccountId",)))

    assert answer.body["AccountId"] == "100000000001"
    assert answer.request_id == answer.body["RequestId"] != ""
    assert answer.action == "sts:GetCallerIdentity"
    assert answer.at.tzinfo is not None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UnauthorizedOperation", Denied),
        ("UnauthorizedOperation.CamNoAuth", Denied),
        ("AuthFailure.UnauthorizedOperation", Denied),
        ("AuthFailure.SecretIdNotFound", BadCredential),
        ("AuthFailure.SignatureFailure", BadCredential),
        ("AuthFailure.SignatureExpire", BadCredential),
        ("AuthFailure.TokenFailure", BadCredential),
        ("AuthFailure.InvalidSecretId", BadCredential),
        ("AuthFailure", BadCredential),
        ("RequestLimitExceeded", Throttled),
        ("RequestLimitExceeded.UinLimitExceeded", Throttled),
        ("ResourceNotFound.UserNotExist", NotFound),
        ("ClientNetworkError", Silent),
        ("ServerNetworkError", Silent),
        ("InternalError", CloudTransient),
        ("InternalError.SystemError", CloudTransient),
        ("InvalidParameter.PasswordViolatedRules", CloudRefused),
        ("UnauthorizedOperationLike", CloudRefused),
        ("LimitExceeded.OverAmount", CloudRefused),
    ],
)
def test_each_code_of_the_vendor_becomes_the_error_that_says_what_to_do(code: str, kind: type[CloudError]) -> None:
    error = error_of("cam:ListUsers", code, "words", "id-1")

    assert type(error) is kind
    assert (error.action, error.code, error.message, error.request_id) == ("cam:ListUsers", code, "words", "id-1")


def test_a_refusal_names_the_permission_and_the_request(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(deny=["cam:ListUsers"])

    with pytest.raises(Denied) as caught:
        cloud.call(Call(CAM, "ListUsers"))

    assert caught.value.action == "cam:ListUsers"
    assert caught.value.request_id != ""


def test_throttling_is_said_so_and_nothing_is_tried_twice(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(throttle={"cam:ListUsers": 1})
    before = len(sandbox.calls())

    with pytest.raises(Throttled):
        cloud.call(Call(CAM, "ListUsers"))

    assert len(sandbox.calls()) == before + 1


@pytest.mark.parametrize("fault", ["break_off", "server_error", "lost_answer"])
def test_an_answer_that_breaks_off_is_silence(sandbox: Sandbox, cloud: Cloud, fault: str) -> None:
    sandbox.faults.set(**{fault: ["sts:GetCallerIdentity"]})

    with pytest.raises(Silent):
        cloud.call(WHO)


def test_a_cloud_that_hangs_is_silence_after_the_time_out(
    sandbox: Sandbox, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.2)
    sandbox.faults.set(hang=["sts:GetCallerIdentity"])

    with pytest.raises(Silent):
        cloud.call(WHO)


def test_nobody_listening_is_silence() -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET}
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # and never listens
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"

        with pytest.raises(Silent):
            connect(endpoint=url, environ=keys).call(WHO)


def test_an_error_that_the_sdk_overlooks_for_its_content_type_is_raised(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(charset=["cam:ListUsers"], deny=["cam:ListUsers"])

    with pytest.raises(Denied):
        cloud.call(Call(CAM, "ListUsers"))


@pytest.mark.parametrize(
    "answer",
    [
        http("<html>please log in to the network</html>"),
        http("<html>please log in to the network</html>", content_type="text/html"),
        http('{"Other": {}}'),
        http('{"Response": []}', content_type="text/html"),
        http("null"),
        http('{"Response": {"Cut'),
        http("oops", status="502 Bad Gateway"),
        b"no HTTP at all\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_answer_of_the_cloud_is_silence(answer: bytes) -> None:
    with pytest.raises(Silent):
        call_raw(answer)


@pytest.mark.parametrize(
    "body", ['{"Response": {"RequestId": "r-1"}}', '{"Response": {"Data": null, "RequestId": "r-1"}}']
)
def test_an_answer_without_a_required_field_is_refused(body: str) -> None:
    with pytest.raises(CloudRefused, match="MissingField") as caught:
        call_raw(http(body), require=("Data",))

    assert caught.value.request_id == "r-1"


def test_a_required_field_may_be_zero_or_empty() -> None:
    answer = call_raw(http('{"Response": {"Data": [], "Count": 0, "RequestId": "r-1"}}'), require=("Data", "Count"))

    assert answer.body["Data"] == []  # type: ignore[attr-defined] # it is an Answer


def test_no_secret_shows_in_an_error_that_echoes_it() -> None:
    echo = (
        f'{{"Response": {{"Error": {{"Code": "InvalidParameter", "Message": "{SECRET} {TOKEN}"}}, "RequestId": "r"}}}}'
    )

    with pytest.raises(CloudRefused) as caught:
        call_raw(http(echo))

    shown = f"{caught.value} {caught.value!r} {caught.value.message}"
    assert SECRET not in shown
    assert TOKEN not in shown


def test_no_password_shows_in_a_call() -> None:
    assert SECRET not in repr(Call(CAM, "UpdateUser", {"Password": SECRET}))


def test_no_secret_shows_in_the_cloud_itself() -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET, "TENCENTCLOUD_TOKEN": TOKEN}
    cloud = connect(endpoint="http://127.0.0.1:9", environ=keys)

    assert SECRET not in f"{cloud} {cloud!r} {cloud.secrets}"
    assert TOKEN not in f"{cloud} {cloud!r} {cloud.secrets}"
    assert cloud.key_id == "AKIDexample"


def test_a_temporary_key_is_sent_with_its_token() -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET, "TENCENTCLOUD_TOKEN": TOKEN}

    assert connect(environ=keys).credential.get_credential_info() == ("AKIDexample", SECRET, TOKEN)


@pytest.mark.parametrize("lacking", ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"])
def test_half_a_key_names_the_other_half(lacking: str) -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET}
    del keys[lacking]

    with pytest.raises(SettingsError) as caught:
        connect(environ=keys)

    assert caught.value.field == lacking


def test_a_key_with_a_space_is_named_without_being_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        connect(environ={"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": f"{SECRET} "})

    assert SECRET not in str(caught.value)


class Chain:
    """A stand-in for the SDK's chain of credential sources."""

    found: object = None
    waits = threading.Event()

    def get_credentials(self) -> object:
        if isinstance(self.found, Exception):
            raise self.found
        if self.found == "hang":
            self.waits.wait()
            return None
        return self.found


@pytest.mark.parametrize("found", [None, ValueError("no metadata server"), "hang"])
def test_no_credential_anywhere_names_the_variables(found: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "DefaultCredentialProvider", Chain)
    monkeypatch.setattr(credentials, "CHAIN_S", 0.2)
    monkeypatch.setattr(Chain, "found", found)
    monkeypatch.setattr(Chain, "waits", threading.Event())

    with pytest.raises(SettingsError, match="TENCENTCLOUD_SECRET_KEY"):
        connect(environ={})

    Chain.waits.set()


def test_the_sdks_chain_is_asked_where_the_environment_has_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "DefaultCredentialProvider", Chain)
    monkeypatch.setattr(Chain, "found", "a credential")

    assert connect(environ={}).credential == "a credential"


@pytest.mark.parametrize(
    "endpoint", ["127.0.0.1:8765", "ftp://127.0.0.1", "http://", "http://127.0.0.1/path", "http://a?b=c", "http://["]
)
def test_an_endpoint_that_the_sdk_would_misread_is_refused(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="RUNBOOKS_CLOUD_ENDPOINT"):
        connect(endpoint=endpoint, environ={"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET})


@pytest.mark.parametrize(
    ("endpoint", "taken"),
    [
        ("http://cloud.example.com", False),
        ("http://192.0.2.7:8765", False),
        ("http://[2001:db8::7]:8765", False),
        ("http://127.0.0.1.example.com", False),
        ("https://cloud.example.com", True),
        ("http://127.0.0.9:8765", True),
        ("http://localhost:8765", True),
        ("http://[::1]:8765", True),
    ],
)
def test_new_passwords_never_travel_in_clear(endpoint: str, taken: bool) -> None:  # noqa: FBT001
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET}
    if taken:
        assert connect(endpoint=endpoint, environ=keys).endpoint == endpoint
        return

    with pytest.raises(SettingsError, match=r"RUNBOOKS_CLOUD_ENDPOINT: .*give its https:// address"):
        connect(endpoint=endpoint, environ=keys)


def test_without_an_endpoint_each_site_has_its_own_domain() -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET}
    domains = [
        connect(site=site, environ=keys)._client(CAM)._get_endpoint()  # type: ignore[arg-type] # both are
        for site in ("cn", "intl")
    ]

    assert domains == ["cam.tencentcloudapi.com", "cam.intl.tencentcloudapi.com"]


def test_a_proxy_never_stands_before_loopback(sandbox: Sandbox, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    assert cloud.call(WHO).request_id != ""


def test_a_proxy_that_is_set_is_used_for_other_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "cloud.example.com")
    keys = {"TENCENTCLOUD_SECRET_ID": "AKIDexample", "TENCENTCLOUD_SECRET_KEY": SECRET}
    hosts = ("https://other.example.com:8443", "https://cloud.example.com:8443")
    via = [connect(endpoint=url, environ=keys)._client(CAM).request for url in hosts]

    assert via[0].conn.proxy == {"http": "http://proxy.example.com:3128", "https": "http://proxy.example.com:3128"}
    assert isinstance(via[1], Transport)


def test_many_threads_share_warm_connections_and_each_gets_its_own_answer(sandbox: Sandbox, cloud: Cloud) -> None:
    regions = ["ap-guangzhou", "ap-shanghai", "ap-singapore", "ap-beijing"] * 4
    seen: list[Called] = []
    bodies: dict[str, list[object]] = {}
    counted = dataclasses.replace(cloud, on_call=seen.append)

    def ask(region: str) -> None:
        answer = counted.call(Call(VPC, "DescribeAddresses", region=region))
        bodies.setdefault(region, []).append(answer.body["AddressSet"])

    threads = [threading.Thread(target=ask, args=(region,)) for region in regions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(call.region for call in seen) == sorted(regions)
    assert all(answers.count(answers[0]) == 4 for answers in bodies.values())
    assert bodies["ap-guangzhou"][0] != bodies["ap-shanghai"][0]
    kept = len(counted._idle[VPC])
    ask("ap-beijing")
    assert len(counted._idle[VPC]) == kept <= len(regions)


def test_those_who_count_are_told_of_failures_too(sandbox: Sandbox, cloud: Cloud) -> None:
    seen: list[Called] = []
    sandbox.faults.set(throttle={"sts:GetCallerIdentity": 1})
    counted = dataclasses.replace(cloud, on_call=seen.append)

    with pytest.raises(Throttled):
        counted.call(WHO)
    counted.call(WHO)

    assert [call.error for call in seen] == ["Throttled", ""]
    assert all(call.action == "sts:GetCallerIdentity" and call.seconds > 0 for call in seen)


def test_the_rate_limit_lets_a_windows_worth_pass_at_once_and_books_turns_for_the_rest() -> None:
    rate_limit = RateLimit(per_window=2, window_s=10)
    waits = [rate_limit._claim("cam:ListUsers", 100.0) for _ in range(5)]

    assert waits == [0, 0, 10, 10, 20]
    assert rate_limit._claim("cam:GetUser", 100.0) == 0
    assert rate_limit._claim("cam:ListUsers", 200.0) == 0


@pytest.mark.parametrize("action", sorted(FEWER_PER_SECOND))
def test_an_action_that_may_be_called_less_often_is(action: str) -> None:
    rate_limit, fewer = RateLimit(), FEWER_PER_SECOND[action]
    waits = [rate_limit._claim(action, 100.0) for _ in range(fewer + 1)]
    raised = RateLimit(per_window=40)

    assert waits == [*[0] * fewer, pytest.approx(WINDOW_S)]
    assert [raised._claim(action, 100.0) for _ in range(2 * fewer)] == [0] * 2 * fewer
    assert RateLimit()._claim(action, 100.0, background=True) == 0
    assert lookup(*action.split(":")).per_second == fewer


def test_the_rate_limit_really_waits() -> None:
    rate_limit, started = RateLimit(per_window=1, window_s=0.05), time.monotonic()
    rate_limit.wait("cam:ListUsers")
    rate_limit.wait("cam:ListUsers")

    assert time.monotonic() - started >= 0.05


def test_background_calls_leave_turns_for_others() -> None:
    rate_limit = RateLimit(per_window=4, window_s=10, reserve=1)
    background = [rate_limit._claim("cam:GetUser", 100.0, background=True) for _ in range(7)]
    urgent = [rate_limit._claim("cam:GetUser", 100.0) for _ in range(3)]
    behind = rate_limit._claim("cam:GetUser", 100.0, background=True)

    assert background == [0, 0, 0, 10, 10, 10, 20]
    assert urgent == [0, 10, 20]
    assert behind == 20


def test_others_may_have_every_turn_of_a_window() -> None:
    rate_limit = RateLimit(per_window=4, window_s=10, reserve=1)
    urgent = [rate_limit._claim("cam:GetUser", 100.0) for _ in range(5)]

    assert urgent == [0, 0, 0, 0, 10]
    assert rate_limit._claim("cam:GetUser", 100.0, background=True) == 10


@given(st.lists(st.tuples(st.floats(0, 2), st.booleans()), max_size=60))
def test_whoever_asks_no_window_ever_holds_too_many(asked: list[tuple[float, bool]]) -> None:
    rate_limit, now = RateLimit(per_window=4, window_s=1.0, reserve=1), 0.0
    turns: list[float] = []
    lanes: dict[bool, list[float]] = {True: [], False: []}
    for later, background in asked:
        now += later
        turn = now + rate_limit._claim("cam:GetUser", now, background=background)
        turns.append(turn)
        lanes[background].append(turn)

    turns.sort()
    assert all(last - first > 1.0 - 1e-6 for first, last in zip(turns, turns[4:], strict=False))
    assert all(last - first > 1.0 - 1e-6 for first, last in zip(lanes[True], lanes[True][3:], strict=False))
    assert lanes[True] == sorted(lanes[True])


def test_a_cloud_in_the_background_shares_connections_and_limits_with_the_other(cloud: Cloud) -> None:
    background = cloud.in_background()
    waits: list[tuple[str, bool]] = []
    object.__setattr__(cloud.rate_limit, "wait", lambda name, *, background: waits.append((name, background)))
    for each in (cloud, background):
        each.call(WHO)
        each.call(Call(VPC, "DescribeAddresses"))

    assert (cloud.background, background.background) == (False, True)
    assert len(cloud._idle[STS]) == 1
    assert waits == [
        ("sts:GetCallerIdentity", False),
        ("vpc:DescribeAddresses", False),
        ("sts:GetCallerIdentity", True),
        ("vpc:DescribeAddresses", False),
    ]


def test_a_redirect_is_not_followed_with_the_signature() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"

    with pytest.raises(Silent, match="ServerNetworkError"):
        call_raw(moved)


def test_an_answer_may_come_packed() -> None:
    body = gzip.compress(b'{"Response": {"RequestId": "r-1"}}')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    assert call_raw(head + body).request_id == "r-1"  # type: ignore[attr-defined] # it is an Answer


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    trusted = transport._trusted()

    assert trusted.verify_mode is ssl.CERT_REQUIRED
    assert trusted.check_hostname
    assert trusted.cert_store_stats()["x509_ca"] > 0
    assert transport._trusted() is trusted


@pytest.mark.parametrize("proxied", [False, True])
def test_neither_what_signs_nor_what_is_answered_is_in_the_debug_log(
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    proxied: bool,
) -> None:
    if proxied:  # then the SDK carries its calls itself
        monkeypatch.setattr(client_module, "_direct", lambda _: False)
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.delenv(name, raising=False)
    with caplog.at_level(logging.DEBUG):
        connect(endpoint=sandbox.url, environ=sandbox.credentials()).call(WHO)

    assert "TC3-HMAC" not in caplog.text
    assert "100000000001" not in caplog.text
