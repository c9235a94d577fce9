"""The audit log by an address: its records are found in whatever spelling they are."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasks.cloud.audit import PAST_THE_FILTER, Attributes, Page, Search, pages
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.errors import CloudRefused
from tasks.model.place import Place
from tests.cloud.scripted import AuditLog, Scripted
from tests.scene import STRANGER

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OTHER = "203.0.113.8"
LOGIN, FROM = ("EventName", "ConsoleLogin"), ("SourceIPAddress", STRANGER)


def log(*addresses: str, refusal: str = "") -> AuditLog:
    """One login of each address."""
    return AuditLog(
        [{"EventId": f"id-{number}", "SourceIPAddress": ip} for number, ip in enumerate(addresses)], refusal
    )


def read(
    cloud: Scripted, attributes: Attributes, *, max_pages: int | None = None, past_filter: bool = True
) -> list[Page]:
    def place(raw: str) -> Place:
        return Place(raw=raw)

    search = Search(NOW - timedelta(days=1), NOW, attributes, max_pages=max_pages, past_filter=past_filter)
    return list(pages(cloud, search, place_of=place, now=NOW))


def ids(found: list[Page]) -> list[str]:
    return [event.id for page in found for event in page.events]


def filters(cloud: Scripted) -> Iterator[str | None]:
    for asked in cloud.asked:
        wanted = {pair["AttributeKey"]: pair["AttributeValue"] for pair in asked.get("LookupAttributes", ())}
        yield wanted.get("SourceIPAddress")


SPELLINGS = [STRANGER, f"::ffff:{STRANGER}", f"{STRANGER}:52344", f"{STRANGER}, 10.0.0.1"]
BUSY = [OTHER] * EVENTS_PER_PAGE
UNKNOWN = "InvalidParameterValue.attributeKey"


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("before", [[], [OTHER], BUSY, BUSY * 3])
def test_a_login_is_found_by_its_address_however_the_record_spells_it(spelled: str, before: list[str]) -> None:
    found = read(Scripted(log(*before, spelled)), (LOGIN, FROM))

    assert ids(found) == [f"id-{len(before)}"]
    assert found[-1].last


def test_all_logins_of_a_quiet_day_are_seen_by_one_call() -> None:
    cloud = Scripted(log(OTHER, *SPELLINGS))
    found = read(cloud, (LOGIN, FROM))

    assert ids(found) == ["id-1", "id-2", "id-3", "id-4"]
    assert list(filters(cloud)) == [None]


def test_on_a_busy_day_the_filter_spares_the_rest() -> None:
    cloud = Scripted(log(STRANGER, *BUSY * 3, STRANGER))
    found = read(cloud, (LOGIN, FROM))

    assert ids(found) == ["id-0", "id-151"]
    assert list(filters(cloud)) == [None, STRANGER]
    assert found[-1].last


def test_past_the_filter_it_is_not_read_without_end_and_that_is_told() -> None:
    cloud = Scripted(log(*BUSY * (PAST_THE_FILTER + 1)))
    found = read(cloud, (LOGIN, FROM))

    assert len(cloud.asked) == PAST_THE_FILTER + 1
    assert not found[-1].last


def test_the_searchs_own_limit_goes_before() -> None:
    cloud = Scripted(log(*BUSY * 5))

    assert not read(cloud, (LOGIN, FROM), max_pages=2)[-1].last
    assert list(filters(cloud)) == [None, STRANGER, None]


def test_where_the_api_knows_no_filter_by_address_we_filter() -> None:
    cloud = Scripted(log(STRANGER, *BUSY, STRANGER, OTHER, refusal=UNKNOWN))
    found = read(cloud, (LOGIN, FROM))

    assert ids(found) == ["id-0", "id-51"]
    assert found[-1].last


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_an_address_alone_is_asked_for_as_it_is_spelled(spelled: str) -> None:
    cloud = Scripted(log(OTHER, *SPELLINGS))
    found = read(cloud, (("SourceIPAddress", spelled),))

    assert ids(found) == [f"id-{1 + SPELLINGS.index(spelled)}"]
    assert found[-1].last


def test_an_address_alone_without_that_filter_is_looked_for_in_everything() -> None:
    cloud = Scripted(log(*BUSY, *SPELLINGS, refusal=UNKNOWN))

    assert ids(read(cloud, (FROM,))) == ["id-50", "id-51", "id-52", "id-53"]


def test_an_address_alone_without_that_filter_is_not_read_by_whoever_asks_beside_another() -> None:
    assert read(Scripted(log(*SPELLINGS, refusal=UNKNOWN)), (FROM,), past_filter=False) == []


def test_a_services_name_finds_its_own_records() -> None:
    cloud = Scripted(log(OTHER, "apigw.example.com"))

    assert ids(read(cloud, (("SourceIPAddress", "apigw.example.com"),))) == ["id-1"]


@pytest.mark.parametrize("attributes", [(FROM,), (LOGIN, FROM)])
def test_other_refusals_are_not_taken_for_that(attributes: Attributes) -> None:
    cloud = Scripted(log(*BUSY, OTHER, refusal="LimitExceeded"))

    with pytest.raises(CloudRefused):
        read(cloud, attributes)


def test_a_refusal_of_a_search_without_an_address_is_one() -> None:
    def answer(_: Mapping[str, Any]) -> dict[str, Any]:
        raise CloudRefused("cloudaudit:DescribeEvents", "InvalidParameter")

    with pytest.raises(CloudRefused):
        read(Scripted(answer), (LOGIN,))


@pytest.mark.parametrize("attributes", [(FROM,), (LOGIN, FROM)])
def test_a_span_that_is_too_old_asks_nothing(attributes: Attributes) -> None:
    cloud = Scripted(log())
    search = Search(NOW - timedelta(days=200), NOW - timedelta(days=190), attributes)

    assert list(pages(cloud, search, place_of=lambda raw: Place(raw=raw), now=NOW)) == []
    assert cloud.asked == []
