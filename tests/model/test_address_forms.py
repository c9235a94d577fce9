"""However an address is written, it is that address; and what is none never becomes one."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tasks.model.address import AnyAddress, is_internal, one_spelling, parse_address, same_address, unmapped
from tests.scene import STRANGER

V4, V6 = STRANGER, "2001:db8::7"


@pytest.mark.parametrize(
    "written",
    [
        *(V4, f"::ffff:{V4}", "::FFFF:cb00:7107", "64:ff9b::cb00:7107", f"64:ff9b::{V4}"),
        *(f"{V4}:52344", f"[{V4}]:22", f"{V4}#53", f"/{V4}:52344", f"::ffff:{V4}:52344", f"[::ffff:{V4}]:443"),
        *(f"({V4})", f"【{V4}】", f"[{V4}]", f"<{V4}>", f'"{V4}"', f"「{V4}」", f"“{V4}”", f"{V4}%2"),
        *("203_0_113_7", "203_0_113_7:22", "203[.]0[.]113[.]7", "203(.)0(.)113(.)7", "203[dot]0[dot]113[dot]7"),
        *("２０３．０．１１３．７", "203。0。113。7", "203｡0｡113｡7。", "２０３．０．１１３．７：５２３４４"),
        *(f" {V4}\n", f"\ufeff{V4}\u200b", f"{V4}\x00", f"{V4}.", f"{V4}:", f"{V4}；"),
        *(f"{V4} (广东 深圳)", f"{V4}（广东 深圳）", f"{V4}【中国】", f"{V4} 中国电信", f"{V4}中国", f"{V4}, Shenzhen"),
        *(
            f"IP:{V4}",
            f"IP：{V4}",
            f"IP {V4}",
            f"登录IP为{V4}",
            f"来源地址：{V4}",
            f"登录地址 {V4}",
            f"Source IP: {V4}",
        ),
        *(f"sourceIPAddress={V4}", f"client_ip={V4}", f"ipv4:{V4}:443", f"from {V4} port 52344 ssh2"),
        *(f"{V4}, 10.0.0.1", f"{V4},198.51.100.1", f"10.1.2.3, {V4}, 198.51.100.1", f"fd00::1, {V4}"),
        *(f"unknown, {V4}", f"-, {V4}", f"{V4};10.0.0.1", f"{V4}|10.0.0.1", f"{V4}、10.0.0.1", f"10.0.0.5 ({V4})"),
        *(f"{V4}:52344, [fd00::1]:443", f'for={V4};proto=http, for="[{V6}]:4711"', f"100.64.0.9,{V4}"),
    ],
)
def test_an_ipv4_address_is_itself_however_it_is_written(written: str) -> None:
    assert parse_address(written) == IPv4Address(V4)
    assert one_spelling(written) == V4
    assert same_address(written, V4)


@pytest.mark.parametrize(
    "written",
    [
        *(V6, "2001:DB8::7", "2001:0db8:0000:0000:0000:0000:0000:0007", f"[{V6}]", f"[{V6}]:443", f"{V6}:52344"),
        *(f"{V6}%eth0", f"[{V6}%25eth0]:443", f"{V6}#53", f"IP:{V6}", f"ipv6:[{V6}]:443", f"source: {V6}"),
        *(f'for="[{V6}]:4711"', f"{V6}, 10.0.0.1", f"（{V6}）", "2001[:]db8[:][:]7", "２００１：ｄｂ８：：７"),
    ],
)
def test_an_ipv6_address_is_itself_however_it_is_written(written: str) -> None:
    assert parse_address(written) == IPv6Address(V6)
    assert one_spelling(written) == V6


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("10.0.0.1, 192.168.0.1", "10.0.0.1"),  # all are internal: the first is the client's
        ("fe80::1%eth0", "fe80::1"),
        ("2001:db8::1:80", "2001:db8::1:80"),  # a port without brackets can't be told from a group
        ("64:ff9b::a00:1", "64:ff9b::a00:1"),  # RFC 6052 forbids it of private addresses: somebody's own idea
        ("64:ff9b:1::cb00:7107", "64:ff9b:1::cb00:7107"),
        ("2002:cb00:7107::1", "2002:cb00:7107::1"),
        ("2001:0:cb00:7107:8000:63bf:34ff:8ef8", "2001:0:cb00:7107:8000:63bf:34ff:8ef8"),
        ("::203.0.113.7", "::cb00:7107"),
    ],
)
def test_what_only_looks_like_another_address_stays_what_it_is(written: str, address: str) -> None:
    assert str(parse_address(written)) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "apigw.example.com", "unknown", "-", "null", "localhost", "内网", "::", "0.0.0.0", "0.0.0.0:80"),
        *("1.2.3", "1.2.3.4.5", "256.1.1.1", "010.0.0.1", "203.0.113.07", "0xcb.0.113.7", "3405803783", "203.0.113.*"),
        *("v1.2.3.4", "tool 1.2.3.4", "version:1.2.3.4", "版本 1.2.3.4", "ins-1.2.3.4", "1.2.3.4-beta", "1.2.3.4x"),
        *(
            "203.0.113.7.example.com",
            "203.0.113.7.cafe",
            "x203.0.113.7",
            "face 1.2.3.4",
            "2026 1.2.3.4",
            "skip 1.2.3.4",
        ),
        *("203.0.113.0/24", "203.0.113.7/32", "2001:db8::/64", "203.0.113.7-203.0.113.9", "http://203.0.113.7/"),
        *("00:11:22:33:44:55", "02:10:00", "2026-11-23", "1:2:3", "[]", "[", "203.0.113.²", "２０３．０．１１３．０７"),
        *("1.2.3.4:5:6", "203.0.113.7:523445", "2001:db8::1::2", "(" * 400, "." * 400, "1.2.3.4," * 200),
    ],
)
def test_what_is_no_address_never_becomes_one(text: str) -> None:
    assert parse_address(text) is None
    assert one_spelling(text) == text


def _wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


DECORATIONS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    _wide,
    lambda address: f" {address} ",
    lambda address: f"({address})",
    lambda address: f"【{address}】",
    lambda address: f"{_bracketed(address)}:52344",
    lambda address: f"IP：{address}",
    lambda address: f"登录 IP: {_bracketed(address)}:443",
    lambda address: f"{address} (广东 深圳)",
    lambda address: f"{address}，10.0.0.1",
    lambda address: f"10.0.0.1, fe80::1%eth0, {_bracketed(address)}:1",
    lambda address: f"unknown, {address}, 198.51.100.1",
    lambda address: address.replace(".", "_") if ":" not in address else address,
    lambda address: address.replace(".", "[.]").replace(":", "[:]"),
    lambda address: f"{address}%eth0" if ":" in address else f"::ffff:{address}",
)
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@given(ADDRESSES, st.sampled_from(DECORATIONS))
def test_every_decoration_of_every_address_is_that_address(
    address: IPv4Address | IPv6Address, decorate: Callable[[str], str]
) -> None:
    address = unmapped(address)
    assume(not address.is_unspecified and not is_internal(address))

    assert parse_address(decorate(str(address))) == address


@given(st.one_of(st.text(), st.text("0123456789abcdef.:_,[]()% IP/-", max_size=40)))
def test_reading_never_fails_and_reading_again_changes_nothing(text: str) -> None:
    once = one_spelling(text)

    assert one_spelling(once) == once
    assert (parse_address(text) is None) == (parse_address(once) is None)


@pytest.mark.parametrize("number", [7, 3405803783, True, 1.5, None, b"\xcb\x00\x71\x07", [V4]])
def test_a_number_in_an_addresss_place_is_no_address(number: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[object](AnyAddress).validate_python(number)


@pytest.mark.parametrize("written", [f"{V4}:52344", f"::ffff:{V4}", IPv4Address(V4), IPv6Address(f"::ffff:{V4}")])
def test_an_alerts_address_may_be_written_like_any_other(written: object) -> None:
    assert TypeAdapter[object](AnyAddress).validate_python(written) == IPv4Address(V4)
