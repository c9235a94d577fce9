"""The address of a client, behind proxies and without."""

from ipaddress import ip_network

import pytest

from tasks.intake.client_address import from_proxy

TRUSTED = [ip_network("192.0.2.0/24"), ip_network("2001:db8:ff::/48")]
PROXY = ("192.0.2.1", 443)


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        (("203.0.113.7", 5), [], "203.0.113.7"),
        (("203.0.113.7", 5), ["198.51.100.1"], "203.0.113.7"),
        (PROXY, [], "192.0.2.1"),
        (PROXY, ["203.0.113.7"], "203.0.113.7"),
        (PROXY, ["198.51.100.66, 203.0.113.7"], "203.0.113.7"),
        (PROXY, ["203.0.113.7, 192.0.2.2"], "203.0.113.7"),
        (PROXY, ["203.0.113.7", "192.0.2.2"], "203.0.113.7"),
        (PROXY, ["192.0.2.9, 192.0.2.2"], "192.0.2.9"),
        (PROXY, ["203.0.113.7, rubbish"], "192.0.2.1"),
        (PROXY, [""], "192.0.2.1"),
        (PROXY, ["203.0.113.7:52344"], "203.0.113.7"),
        (PROXY, ["[2001:db8::7]:52344"], "2001:db8::7"),
        (PROXY, ['"2001:db8::7"'], "2001:db8::7"),
        (("::ffff:192.0.2.1", 443), ["::ffff:203.0.113.7"], "203.0.113.7"),
        (("2001:db8:ff::1", 443), ["2001:db8::7%eth0"], "2001:db8::7"),
        (PROXY, ["x" * 60_000], "192.0.2.1"),
        (PROXY, [",".join(["203.0.113.7"] + ["192.0.2.2"] * 100)], "192.0.2.2"),
        (None, ["203.0.113.7"], ""),
        (("testclient", 1), ["203.0.113.7"], ""),
    ],
)
def test_only_trusted_proxies_are_believed_and_only_hop_by_hop(
    client: tuple[str, int] | None, forwarded: list[str], expected: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]

    assert from_proxy(client, [(b"host", b"x"), *headers], TRUSTED) == expected


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert from_proxy(PROXY, [(b"X-Forwarded-For", b"203.0.113.7")], []) == "192.0.2.1"
