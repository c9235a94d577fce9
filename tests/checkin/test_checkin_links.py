"""Links: bound to incident and person, used once, expired in time, and kept as hashes only."""

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tasks.checkin import links as checkin
from tasks.checkin.links import links_to_show, read_checkins
from tasks.checkin.page import LedgerDesk, shortened
from tasks.checkin.tokens import KEY_BYTES, again_link, hash_of, is_again, key_of, new_link, token_of
from tasks.checkin.url import checkin_url
from tasks.config.settings import settings
from tasks.errors import SettingsError
from tasks.ledger.rows import ChainOk, Incident
from tasks.ledger.store import Ledger
from tasks.model.checkin import CheckIn
from tests import incidents
from tests.checkin.checkin_samples import given
from tests.scene import STRANGER

BASE = "https://runbooks.example.com/checkin"


def token_in(url: str) -> str:
    return url.removeprefix(f"{BASE}/")


def what(ledger: Ledger, incident_id: str) -> list[str]:
    return [entry.what for entry in ledger.timeline(incident_id) if entry.what.startswith("checkin")]


def test_a_token_is_bound_to_key_incident_person_and_moment(now: datetime) -> None:
    key, other_key = b"k" * KEY_BYTES, b"o" * KEY_BYTES
    later = now + timedelta(microseconds=1)

    tokens = {
        token_of(each, incident_id=incident, person=person, made_at=at)
        for each in (key, other_key)
        for incident in ("inc-1", "inc-2")
        for person in ("Li", "Wang", "")
        for at in (now, later)
    }

    assert len(tokens) == 24
    assert {len(token) for token in tokens} == {43}


def test_the_key_is_made_once_and_for_its_owner_only(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(key_of, [home] * 8))

    assert len(keys) == 1
    assert stat.S_IMODE((home / "checkin.key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir() if "checkin" in path.name] == ["checkin.key"]


def test_a_broken_key_is_told_with_the_mend(home: Path) -> None:
    (home / "checkin.key").write_bytes(b"short")

    with pytest.raises(SettingsError, match="is no key of ours; delete it"):
        key_of(home)


def test_a_broken_key_stops_no_incident(
    ledger: Ledger, home: Path, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "checkin.key").write_bytes(b"short")
    told: list[str] = []
    monkeypatch.setattr(checkin, "say", lambda message, *args: told.append(message % args))

    made = checkin.make_offer(incident.id, ("Li",))

    assert (made, what(ledger, incident.id), len(told)) == (checkin.Offer(), [], 1)


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("public_url: https://runbooks.example.com\n", BASE),
        ("public_url: https://example.com/runbooks/\n", "https://example.com/runbooks/checkin"),
        ("sources: []\n", ""),
        ("public_url: no address\n", ""),
    ],
)
def test_links_begin_with_the_public_address_and_without_one_there_are_none(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: str, url: str
) -> None:
    (home / "intake.yaml").write_text(content, encoding="utf-8")
    monkeypatch.setenv("RUNBOOKS_INTAKE", str(home / "intake.yaml"))
    settings.cache_clear()

    assert checkin_url() == url


def test_the_first_use_of_a_link_is_recorded_and_the_second_changes_nothing(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    _, link = given(ledger, home, incident.id, now)

    first = ledger.use_checkin(link.token_hash, address=STRANGER, at=now + timedelta(minutes=1))
    second = ledger.use_checkin(link.token_hash, address="198.51.100.7", at=now + timedelta(minutes=2))

    assert first is not None
    assert second is not None
    assert (first[0], second[0], second[1].address) == ("recorded", "used", STRANGER)
    assert what(ledger, incident.id) == ["checkin_offered", "checkin_made"]
    offered, made = ledger.timeline(incident.id)[-2:]
    assert (made.who, made.detail) == ("Li", {"person": "Li", "address": STRANGER})
    assert offered.detail == {"person": "Li", "expires_at": (now + timedelta(hours=24)).isoformat()}
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_of_many_uses_at_once_one_is_recorded(ledger: Ledger, home: Path, incident: Incident, now: datetime) -> None:
    _, link = given(ledger, home, incident.id, now)

    with ThreadPoolExecutor(8) as pool:
        tries = pool.map(lambda n: ledger.use_checkin(link.token_hash, address=f"198.51.100.{n}", at=now), range(8))
        outcomes = sorted(found[0] for found in tries if found)

    assert outcomes == ["recorded", *["used"] * 7]
    assert what(ledger, incident.id).count("checkin_made") == 1


@pytest.mark.parametrize(("hours", "outcome"), [(23.9, "recorded"), (24, None), (48, None)])
def test_a_link_works_for_a_day(
    ledger: Ledger, home: Path, incident: Incident, now: datetime, hours: float, outcome: str | None
) -> None:
    _, link = given(ledger, home, incident.id, now)

    used = ledger.use_checkin(link.token_hash, address=STRANGER, at=now + timedelta(hours=hours))

    assert (used[0] if used else None) == outcome


def test_a_link_of_a_closed_incident_and_one_that_never_was_are_both_none(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    _, link = given(ledger, home, incident.id, now)
    ledger.close_incident(incident.id, "ignored", now)

    assert ledger.use_checkin(link.token_hash, address=STRANGER, at=now) is None
    assert ledger.use_checkin(hash_of("never"), address=STRANGER, at=now) is None
    assert what(ledger, incident.id) == ["checkin_offered"]


def test_no_file_of_the_home_ever_holds_a_token(ledger: Ledger, home: Path, incident: Incident, now: datetime) -> None:
    token, _ = given(ledger, home, incident.id, now)
    asyncio.run(LedgerDesk().check_in(token, STRANGER, now, again=True))
    shown = [token_in(link.url) for link in links_to_show(incident.id, BASE)]

    written = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())

    assert STRANGER.encode() in written
    assert not [secret for secret in (token, *shown) if secret.encode() in written]


def test_the_link_that_is_shown_stays_the_same_until_it_was_used(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    token, _ = given(ledger, home, incident.id, now)

    (before,), (again,) = links_to_show(incident.id, BASE), links_to_show(incident.id, BASE)
    asyncio.run(LedgerDesk().check_in(token, STRANGER, now, again=False))
    (after,) = links_to_show(incident.id, BASE)

    assert (before.person, token_in(before.url), again) == ("Li", token, before)
    assert token_in(after.url) != token
    assert asyncio.run(LedgerDesk().show(token_in(after.url))) is not None


@pytest.mark.parametrize("change", ["expired", "made on another machine"])
def test_a_link_that_can_not_be_shown_gives_way_to_a_new_one(
    ledger: Ledger, home: Path, incident: Incident, now: datetime, change: str
) -> None:
    made_at = now - timedelta(hours=25) if change == "expired" else now
    key = key_of(home) if change == "expired" else b"another machine's key of 32 bytes"
    ledger.offer_checkin(new_link(key, incident_id=incident.id, person="Li", at=made_at))

    (shown,) = links_to_show(incident.id, BASE)

    assert shown.expires_at > now + timedelta(hours=23)
    assert asyncio.run(LedgerDesk().show(token_in(shown.url))) is not None


def test_each_person_has_a_link_of_his_own(ledger: Ledger, home: Path, incident: Incident, now: datetime) -> None:
    for person in ("Li", "Wang"):
        given(ledger, home, incident.id, now, person)

    links = links_to_show(incident.id, BASE)

    assert [link.person for link in links] == ["Li", "Wang"]
    assert len({link.url for link in links}) == 2


def test_a_program_gets_one_second_link_for_the_other_address_family(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    token, _ = given(ledger, home, incident.id, now)
    desk = LedgerDesk()

    first = asyncio.run(desk.check_in(token, STRANGER, now, again=True))
    assert first.again is not None
    second = asyncio.run(desk.check_in(first.again, "2001:db8::7", now, again=True))
    third = asyncio.run(desk.check_in(first.again, "2001:db8::8", now, again=True))

    assert (second.outcome, second.again, third.outcome, third.again) == ("recorded", None, "used", None)
    assert {one.address for one in read_checkins(incident.id).value} == {STRANGER, "2001:db8::7"}


def test_the_second_link_is_void_after_a_minute_and_is_never_shown_to_the_operator(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    _, link = given(ledger, home, incident.id, now)
    token, second = again_link(link, at=now)
    ledger.offer_checkin(second)

    shown = [each.url for each in links_to_show(incident.id, BASE)]

    assert (is_again(link), is_again(second), len(shown), token in shown[0]) == (False, True, 1, False)
    assert ledger.use_checkin(second.token_hash, address=STRANGER, at=now + timedelta(minutes=1)) is None


def test_check_ins_are_read_as_facts_with_evidence(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    token, _ = given(ledger, home, incident.id, now)
    given(ledger, home, incident.id, now, "Wang")
    asyncio.run(LedgerDesk().check_in(token, STRANGER, now, again=False))

    seen, again = read_checkins(incident.id), read_checkins(incident.id)

    (evidence,) = incidents.evidence_of(ledger, incident.id)
    assert seen == again
    assert seen.value == (CheckIn(person="Li", address=STRANGER, at=now),)
    assert (seen.evidence, evidence.source) == ((evidence.id,), "checkin")
    assert evidence.body == {"person": "Li", "address": STRANGER, "at": now.isoformat().replace("+00:00", "Z")}


def test_only_open_incidents_with_a_check_in_are_swept(
    ledger: Ledger, home: Path, incident: Incident, now: datetime
) -> None:
    token, _ = given(ledger, home, incident.id, now)

    before = ledger.incidents_with_checkins()
    asyncio.run(LedgerDesk().check_in(token, STRANGER, now, again=False))
    made = ledger.incidents_with_checkins()
    ledger.close_incident(incident.id, "ignored", now)

    assert (before, made, ledger.incidents_with_checkins()) == ((), (incident.id,), ())


@pytest.mark.parametrize(("account", "shown"), [("100000000001", "1000****0001"), ("12345678", "****"), ("", "")])
def test_an_account_is_shown_without_its_middle(account: str, shown: str) -> None:
    assert shortened(account) == shown
