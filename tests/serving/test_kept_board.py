"""The notice in Prefect's UI about messages that nobody understood."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import get_client

from tasks.context import ledger
from tasks.engine.notice import put_notice
from tasks.errors import EngineError
from tasks.ledger.rows import KeptMessage
from tasks.model.base import Sentence
from tasks.model.delivery import Unread
from tasks.serving import kept_board
from tasks.serving.kept_board import KEY, ROWS_MAX, Board, notice_of
from tests.reporting.markup import markdown_tokens, words
from tests.scene import AT

WHY = Sentence(zh="看不懂。", en="It is not clear.")
HOSTILE = "{{ 7 * 191 }} ![x](https://example.com/x) <img src=x> [y](javascript:1) | **b** `c` \x1b[2J"


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNBOOKS_LANG", "en")


def keep(body: str, number: int = 0) -> str:
    said = {"source": "phone", "road": "text", "content_type": "", "why": WHY, "sha256": f"{number:064}"}
    return ledger().keep_message(Unread.model_validate({**said, "body": body, "at": AT + timedelta(minutes=number)})).id


def kept(body: str, number: int = 0) -> KeptMessage:
    said = {"source": "phone", "road": "text", "content_type": "", "why": WHY, "sha256": "0" * 64, "count": 2}
    times = {"first_at": AT, "last_at": AT, "handled_by": None, "handled_at": None, "incident_id": None}
    return KeptMessage.model_validate({**said, **times, "id": f"msg-{number}", "body": body})


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", ["看不懂。", "没读懂的消息"]), ("en", ["It is not clear.", "Messages that were not"])]
)
def test_the_notice_names_each_message_and_the_command(lang: Any, said: list[str]) -> None:
    notice = notice_of([kept("登录提醒\nsecond", 1)], lang)

    expected = [*said, "msg-1", "phone (text) ×2", "登录提醒", "runbooks messages"]
    assert [word for word in expected if word not in words(notice.markdown)] == []
    assert "second" not in notice.markdown
    assert notice.description.endswith("1")


def test_what_strangers_wrote_stays_text() -> None:
    tokens = markdown_tokens(notice_of([kept(HOSTILE, 1)], "en").markdown)

    assert {each.type for each in tokens} & {"image", "link_open", "html_inline", "html_block", "strong_open"} == set()
    assert [each.content for each in tokens if each.type == "code_inline"] == ["msg-1", "runbooks messages"]
    assert len([each for each in tokens if each.type == "td_open"]) == 5
    assert "{{ 7 * 191 }}" in words(notice_of([kept(HOSTILE, 1)], "en").markdown)
    assert "\x1b" not in notice_of([kept(HOSTILE, 1)], "en").markdown


def test_of_many_the_newest_are_shown_and_the_others_counted() -> None:
    notice = notice_of([kept("x", number) for number in range(ROWS_MAX + 3)], "en")

    assert notice.markdown.count("msg-") == ROWS_MAX
    assert "And more: 3" in " ".join(words(notice.markdown).split())
    assert notice.description == f"Messages that wait for a person: {ROWS_MAX + 3}"


def test_where_nothing_waits_it_says_so() -> None:
    assert "No message waits for anybody" in notice_of([], "en").markdown


@pytest.mark.usefixtures("home")
def test_it_is_put_up_when_something_is_kept_and_again_only_when_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[tuple[str, bool]] = []

    async def noted(key: str, markdown: str, description: str, *, anew: bool) -> None:
        assert key == KEY
        put.append((description[-1], anew))

    monkeypatch.setattr(kept_board, "put_notice", noted)
    board = Board()

    async def story() -> None:
        await board.look()
        first = keep("one", 1)
        for _ in range(3):
            await board.look()
        keep("two", 2)
        await board.look()
        ledger().handle_message(first, by="alice", at=AT)
        await board.look()

    asyncio.run(story())

    assert put == [("0", False), ("1", True), ("2", True), ("1", True)]


@pytest.mark.usefixtures("home")
def test_what_could_not_be_shown_is_shown_by_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[str] = []

    async def away(*_: Any, **__: Any) -> None:
        raise EngineError("away")

    async def noted(key: str, *_: Any, **__: Any) -> None:
        put.append(key)

    board = Board()
    keep("one")
    monkeypatch.setattr(kept_board, "put_notice", away)
    with pytest.raises(EngineError):
        asyncio.run(board.look())
    monkeypatch.setattr(kept_board, "put_notice", noted)
    asyncio.run(board.look())

    assert put == [KEY]


async def artifacts(key: str) -> list[tuple[str, str]]:
    async with get_client() as client:
        asked = {"artifacts": {"key": {"any_": [key]}}}
        found = (await client.request("POST", "/artifacts/filter", json=asked)).json()
    return [(each["data"], each["description"]) for each in found]


@pytest.mark.usefixtures("prefect_server")
def test_a_notice_is_one_artifact_that_changes() -> None:
    async def story() -> list[list[tuple[str, str]]]:
        seen = []
        for number, anew in ((0, False), (1, True), (2, True), (3, False)):
            await put_notice("kept-test", f"text {number}", f"{number} wait", anew=anew)
            seen.append(await artifacts("kept-test"))
        return seen

    assert asyncio.run(story()) == [[], *([(f"text {n}", f"{n} wait")] for n in (1, 2, 3))]


def test_a_server_that_is_away_is_an_error_that_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_: str) -> None:
        raise httpx.ConnectError("away")

    monkeypatch.setattr("tasks.engine.notice._known", away)

    with pytest.raises(EngineError, match="kept-test could not be shown"):
        asyncio.run(put_notice("kept-test", "x", "x", anew=True))
