"""`runbooks messages`: what nobody understood, for the person who looks at it."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tasks.context import ledger, utc_now
from tasks.ledger.rows import ChainOk
from tasks.model.base import Sentence
from tasks.model.delivery import Unread
from tests.typed import Typed

WHY = Sentence(zh="提到登录，但没有说明是哪一次。", en="It speaks of a login without saying which.")
HOSTILE = "\x1b[2J登录\u202e提醒\x07 **[x](javascript:1)** [red]rich[/red] {{ 7 * 7 }} `id`\r\nsecond"
PUSH = json.dumps({"data": {"eventName": "x", "n": 1}})
ROBOT = json.dumps({"msgtype": "text", "text": {"content": "登录提醒，来自 203.0.113.7"}}, ensure_ascii=False)


@pytest.fixture
def run(in_english: Path, typed: Typed) -> Typed:
    """Run the command; its exit status, and what it printed to both streams."""
    (in_english / "policy.yaml").write_text("mode: approve\n", encoding="utf-8")
    return partial(typed, "messages")


def keep(body: str, *, source: str = "phone", ago: int = 0, **more: Any) -> str:
    said = {"source": source, "road": "text", "content_type": "text/plain", "why": WHY, "body": body}
    at = utc_now() - timedelta(minutes=ago)
    return (
        ledger().keep_message(Unread.model_validate({**said, "sha256": body[:8].ljust(64, "0"), "at": at, **more})).id
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["未能读懂的消息，最新的在前：", WHY.zh]), ("en", ["Messages that were not understood", WHY.en])],
)
def test_the_list_shows_each_message_with_its_reason_the_newest_first(run: Typed, lang: str, words: list[str]) -> None:
    older, newer = keep("登录提醒 one", ago=5), keep("登录提醒 two", source="mail")
    keep("登录提醒 two", source="mail")
    status, out, _ = run("--lang", lang)

    assert status == 0
    assert out.index(newer) < out.index(older)
    assert [word for word in (*words, "mail (text) · ×2", "> 登录提醒 one", "--open --by") if word not in out] == []


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有等待处理的消息"), ("en", "No message waits for anybody")])
def test_an_empty_list_says_so(run: Typed, lang: str, words: str) -> None:
    status, out, _ = run("--lang", lang)

    assert (status, words in out) == (0, True)


def test_what_is_handled_is_listed_only_where_it_is_asked_for(run: Typed) -> None:
    kept = keep("登录提醒")
    done, said, _ = run(kept, "--done", "--by", "alice")
    waiting, everything = run()[1], run("--all")[1]

    assert (done, f"{kept} is marked as handled" in said) == (0, True)
    assert kept not in waiting
    assert f"{kept}" in everything
    assert "is marked as handled · alice" in everything
    assert ledger().kept_message(kept).handled_by == "alice"
    assert ledger().incidents() == ()


@pytest.mark.parametrize("asked", [(), ("ID",)])
def test_a_hostile_text_steers_no_terminal_and_is_no_markup(run: Typed, asked: tuple[str, ...]) -> None:
    kept = keep(HOSTILE)
    status, out, _ = run(*(kept for _ in asked))

    assert status == 0
    assert not [each for each in "\x1b\u202e\x07\r" if each in out]
    assert "⟨U+001B⟩[2J登录⟨U+202E⟩提醒⟨U+0007⟩" in out
    assert "**[x](javascript:1)** [red]rich[/red] {{ 7 * 7 }}" in out


def test_one_message_is_shown_whole(run: Typed) -> None:
    kept = keep("first\n\n  second " + "x" * 500)
    status, out, _ = run(kept)

    assert status == 0
    assert [word for word in ("first", "second " + "x" * 500, "text/plain", "sha256 first") if word not in out] == []


def test_an_empty_message_is_shown_as_such(run: Typed) -> None:
    kept = keep("", sha256="0" * 64)

    assert "> (empty)" in run()[1]
    assert "(empty)" in run(kept)[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("{id}", "--open", "--done", "--by", "x"), "--done: does not go with --open"),
        (("{id}", "--open"), "--by: is missing; say who"),
        (("{id}", "--done", "--by", " "), "--by: is missing; say who"),
        (("--done", "--by", "alice"), "ID: is missing"),
        (("{id}", "--set", "ip=203.0.113.7"), "--set: goes with --open"),
        (("{id}", "--open", "--by", "alice", "--set", "203.0.113.7"), "--set: write each field as NAME=VALUE"),
        (("msg-unknown",), "'msg-unknown' is no kept message"),
        (("msg-unknown", "--done", "--by", "alice"), "'msg-unknown' is no kept message"),
        (("{id}", "--open", "--by", "alice"), "message: names neither an address (ip)"),
        (("{id}", "--open", "--by", "alice", "--set", "ip=203.0.113"), "alert field 'ip': give one IPv4 or IPv6"),
        (("{id}", "--open", "--by", "alice", "--set", "surprise=1"), "alert field 'surprise': is not a field"),
    ],
)
def test_what_does_not_go_says_how_it_does_and_changes_nothing(run: Typed, words: tuple[str, ...], says: str) -> None:
    kept = keep("hello")
    status, _, err = run(*(word.format(id=kept) for word in words))

    assert (status, says in err) == (2, True)
    assert ledger().incidents() == ()
    assert ledger().kept_message(kept).handled_at is None


def test_what_the_text_says_is_opened_as_its_senders_alert_on_the_persons_word(run: Typed) -> None:
    kept = keep("登录提醒：203.0.113.7")
    status, out, _ = run(kept, "--open", "--by", "alice")

    (incident,) = ledger().incidents()
    (report,) = ledger().alerts_of(incident.id)
    entries = {entry.what: entry for entry in ledger().timeline(incident.id)}
    assert (status, f"{incident.id} was opened" in out, "`runbooks serve` takes it up" in out) == (0, True, True)
    assert (report.source, report.road, report.body) == ("phone", "text", "登录提醒：203.0.113.7")
    assert isinstance(incident.alert, dict)
    assert (incident.alert["ip"], incident.alert["source"], incident.mode) == ("203.0.113.7", "phone", "approve")
    assert (entries["message_opened"].who, entries["message_opened"].detail) == (
        "alice",
        {"message": kept, "fields": {}},
    )
    assert isinstance(ledger().verify_chain(incident.id), ChainOk)
    assert ledger().kept_message(kept).incident_id == incident.id
    assert incident.id in run("--all")[1]


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        ("hello", ["ip=203.0.113.7"], {"ip": "203.0.113.7", "text": "hello"}),
        ("登录提醒：203.0.113.7", ["principal=alice"], {"ip": "203.0.113.7", "principal": "alice"}),
        ("登录提醒：203.0.113.7", ["ip=203.0.113.8"], {"ip": "203.0.113.8"}),
        ("x" * 8000, ["principal=alice"], {"text": "x" * 4000, "principal": "alice"}),
        (PUSH, ["principal=a=b"], {"text": PUSH, "principal": "a=b"}),
        (ROBOT, [], {"ip": "203.0.113.7", "text": "登录提醒，来自 203.0.113.7"}),
        ('{"content": "登录 203.0.113.7\n', [], {"ip": "203.0.113.7"}),
        ("[" * 4000, ["ip=203.0.113.7"], {"ip": "203.0.113.7"}),
    ],
)
def test_fields_that_the_person_knows_stand_beside_the_text_and_against_it(
    run: Typed, body: str, given: list[str], expected: dict[str, str]
) -> None:
    kept = keep(body)
    status, _, err = run(kept, "--open", "--by", "alice", *(word for pair in given for word in ("--set", pair)))

    assert (status, err) == (0, "")
    (incident,) = ledger().incidents()
    assert isinstance(incident.alert, dict)
    assert incident.alert.items() >= expected.items()


def test_one_that_is_handled_is_not_handled_again(run: Typed) -> None:
    kept = keep("登录提醒：203.0.113.7")
    run(kept, "--open", "--by", "alice")
    again, done = run(kept, "--open", "--by", "bob"), run(kept, "--done", "--by", "bob")

    (incident,) = ledger().incidents()
    assert (again[0], done[0]) == (2, 2)
    assert f"{kept} was handled as {incident.id} by alice" in again[2]
    assert f"{kept} was handled as {incident.id} by alice" in done[2]


def test_one_that_was_marked_by_mistake_can_still_be_opened(run: Typed) -> None:
    kept = keep("登录提醒：203.0.113.7")
    run(kept, "--done", "--by", "alice")
    again, opened = run(kept, "--done", "--by", "bob"), run(kept, "--open", "--by", "bob")

    assert (again[0], f"{kept} was handled by alice" in again[2]) == (2, True)
    assert opened[0] == 0
    assert [one.id for one in ledger().incidents()] == [ledger().kept_message(kept).incident_id]


def test_one_whose_opening_was_cut_off_joins_the_incident_that_it_had_opened(
    run: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep("登录提醒：203.0.113.7")

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        patched.setattr(ledger(), "note", killed)
        cut_off = run(kept, "--open", "--by", "alice")
    again = run(kept, "--open", "--by", "alice")

    (incident,) = ledger().incidents()
    assert (cut_off[0], again[0]) == (9, 0)
    assert f"{incident.id} was there already" in again[1]
    assert ledger().kept_message(kept).incident_id == incident.id


def test_what_is_opened_is_found_by_serve_as_any_incident(run: Typed) -> None:
    run(keep("登录提醒：203.0.113.7"), "--open", "--by", "alice")

    assert ledger().unbound_incidents("") == ledger().incidents()
    assert len(ledger().incidents()) == 1
