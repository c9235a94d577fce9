"""The strict environment."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from tasks.model.base import Sentence
from tasks.reporting import templating
from tasks.reporting.templating import (
    compact_json,
    cut,
    environment,
    in_language,
    printed,
    safe_url,
    templates_folder,
    when,
)

BOTH = Sentence(zh="是 <b>", en="yes <b>")


@pytest.mark.parametrize("value", [None, [], {}, (), 1.5, True, object(), datetime(2026, 1, 1, tzinfo=UTC)])
def test_what_has_no_form_for_readers_is_not_printed(value: object) -> None:
    with pytest.raises(TypeError, match="a template prints"):
        printed(value, "md", "zh")


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("<b>", "html", "&lt;b&gt;"),
        ("*b*", "md", "\\*b\\*"),
        ("a\nb", "txt", "a ⏎ b"),
        (7, "md", "7"),
        (BOTH, "html", "yes &lt;b&gt;"),
        (Markup("<b>"), "html", "<b>"),
    ],
)
def test_what_is_printed_is_escaped_for_its_format(value: object, form: templating.Format, expected: str) -> None:
    assert printed(value, form, "en") == expected


def test_an_endless_value_is_cut_before_it_is_escaped() -> None:
    assert printed("<" * 4000, "html", "en") == "&lt;" * 1499 + "…"
    assert printed("<" * 1500, "html", "en") == "&lt;" * 1500


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment("md", "zh").from_string("{{ nobody }}").render()


def test_text_in_a_variable_is_never_a_template() -> None:
    shown = environment("txt", "zh").from_string("{{ text }}").render(text="{{ 7 * 191 }}{% raw %}")

    assert shown == "{{ 7 * 191 }}{% raw %}"


@pytest.mark.parametrize(("lang", "expected"), [("zh", "好 是 &lt;b>"), ("en", "well yes &lt;b>")])
def test_words_are_in_the_language_asked_for(lang: templating.Lang, expected: str) -> None:
    shown = environment("md", lang).from_string("{{ s('好', 'well') }} {{ said | t }}").render(said=BOTH)

    assert shown == expected.replace(">", "&gt;")
    assert in_language(BOTH, lang) in (BOTH.zh, BOTH.en)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 23, 2, 10, tzinfo=UTC), "2026-11-23 10:10:00 +08:00 (02:10:00 UTC)"),
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), "2026-11-23 04:00:00 +08:00 (2026-11-22 20:00:00 UTC)"),
        (datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=-5))), "2026-11-23 13:00:00 +08:00 (05:00:00 UTC)"),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), "9999-12-31T23:00:00+00:00"),
    ],
)
def test_a_time_is_shown_in_china_and_in_utc(moment: datetime, expected: str) -> None:
    assert when(moment) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://console.cloud.tencent.com/cam?a=1&b=2", "https://console.cloud.tencent.com/cam?a=1&amp;b=2"),
        ("http://127.0.0.1:4200/v2/runs", "http://127.0.0.1:4200/v2/runs"),
        ("https://example.com/a)b (c", "https://example.com/a%29b%20%28c"),
        ('https://example.com/"><img>', "https://example.com/%22%3E%3Cimg%3E"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.com", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links(address: str, expected: str) -> None:
    assert safe_url(address) == expected


def test_json_in_code_can_end_neither_code_nor_cell() -> None:
    assert compact_json({"b": "`|<>&", "a": "王\u202e"}) == (
        '{"a":"王⟨U+202E⟩","b":"\\u0060\\u007c\\u003c\\u003e\\u0026"}'
    )


@pytest.mark.parametrize(("text", "expected"), [("abc", "abc"), ("abcd", "ab…")])
def test_a_long_text_is_cut_with_an_ellipsis(text: str, expected: str) -> None:
    assert cut(text, 3) == expected


def test_templates_of_a_wheel_come_before_those_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templating, "__file__", str(tmp_path / "tasks" / "reporting" / "templating.py"))
    checkout = templates_folder()
    (tmp_path / "tasks" / "templates").mkdir(parents=True)

    assert checkout == tmp_path / "templates"
    assert templates_folder() == tmp_path / "tasks" / "templates"
