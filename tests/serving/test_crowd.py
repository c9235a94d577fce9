"""Who may be connected, and who goes when there are too many."""

import resource
from dataclasses import dataclass
from ipaddress import ip_network

import pytest

from tasks.errors import SettingsError
from tasks.serving import descriptors
from tasks.serving.crowd import Crowd, most_of


@dataclass(eq=False)
class Connection:
    is_half_open: bool = True
    gone: bool = False

    def turn_away(self) -> None:
        self.gone = True


def test_a_newcomer_takes_the_place_of_the_oldest_that_is_half_open() -> None:
    crowd = Crowd(most=3, each=9)
    old = [Connection(is_half_open=False), Connection(), Connection()]
    entered = [crowd.enter(one, f"192.0.2.{n}") for n, one in enumerate(old, 1)]

    entered.append(crowd.enter(Connection(), "192.0.2.9"))

    assert entered == [True] * 4
    assert ([one.gone for one in old], len(crowd)) == ([False, True, False], 3)


def test_who_has_most_gives_a_place_first_and_a_trusted_proxy_last() -> None:
    crowd = Crowd(most=5, each=9, trusted=[ip_network("203.0.113.0/29")])
    addresses = ("198.51.100.1", "203.0.113.1", "203.0.113.1", "192.0.2.1", "192.0.2.1")
    guests = [Connection() for _ in addresses]
    for guest, address in zip(guests, addresses, strict=True):
        crowd.enter(guest, address)

    gone = list[list[bool]]()
    for n in range(3):
        crowd.enter(Connection(is_half_open=False), f"2001:db8:0:{n}::1")
        gone.append([guest.gone for guest in guests])

    assert [one.index(True) for one in gone] == [3, 0, 0]
    assert [sum(one) for one in gone] == [1, 2, 3]
    assert not any(gone[-1][1:3])


@pytest.mark.parametrize(("most", "each"), [(2, 9), (9, 2)])
def test_where_all_are_being_answered_the_newcomer_goes_until_one_has_left(most: int, each: int) -> None:
    crowd, old = Crowd(most, each), [Connection(is_half_open=False) for _ in range(2)]
    for one in old:
        crowd.enter(one, "192.0.2.1")

    refused = crowd.enter(Connection(), "192.0.2.1")
    crowd.leave(old[0])
    crowd.leave(old[0])

    assert (refused, crowd.enter(Connection(), "192.0.2.1"), any(one.gone for one in old)) == (False, True, False)


@pytest.mark.parametrize(
    ("addresses", "gone"),
    [
        (("192.0.2.1", "192.0.2.1", "192.0.2.1"), [True, False, False]),
        (("192.0.2.1", "192.0.2.2", "192.0.2.1"), [False, False, False]),
        (("2001:db8::1", "2001:db8::2", "2001:db8::3"), [True, False, False]),
        (("2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"), [False, False, False]),
        (("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"), [True, False, False]),
        (("203.0.113.5", "203.0.113.5", "203.0.113.5"), [False, False, False]),
        (("", "", ""), [False, False, False]),
    ],
)
def test_one_subscriber_has_its_share_and_a_trusted_proxy_more(addresses: tuple[str, ...], gone: list[bool]) -> None:
    crowd = Crowd(most=9, each=2, trusted=[ip_network("203.0.113.0/29")])
    guests = [Connection() for _ in addresses]

    for guest, address in zip(guests, addresses, strict=True):
        crowd.enter(guest, address)

    assert [guest.gone for guest in guests] == gone


@pytest.mark.parametrize(
    ("limits", "expected", "most"),
    [
        ((1024, 524_288), 16_384, 512),
        ((1024, 4096), 4096, 512),
        ((1024, 1024), 1024, 256),
        ((65_536, 65_536), 65_536, 512),
        ((1024, resource.RLIM_INFINITY), 16_384, 512),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), 16_384, 512),
    ],
)
def test_the_soft_limit_is_raised_and_connections_are_far_fewer(
    limits: tuple[int, int], expected: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [limits]
    monkeypatch.setattr(resource, "getrlimit", lambda _: now[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, given: now.append(given))

    found = descriptors.raise_limit()

    assert (found, most_of(found)) == (expected, most)
    assert now[-1][1] == limits[1]


@pytest.mark.parametrize(("soft", "starts"), [(1024, True), (200, False)])
def test_where_it_may_not_be_raised_the_old_one_holds_if_it_is_enough(
    soft: int, *, starts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, 4096))
    monkeypatch.setattr(resource, "setrlimit", forbidden)

    if starts:
        assert descriptors.raise_limit() == soft
    else:
        with pytest.raises(SettingsError, match="RLIMIT_NOFILE"):
            descriptors.raise_limit()
