"""Reports, forms and drafts from every kind of record."""

import base64
import hashlib
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.model.fact import Known
from tasks.model.facts import NOT_GATHERED, AddressKind, OwnAddress, Severity
from tasks.model.plan import ActionKind, Plan
from tasks.model.principal import PrincipalKind
from tasks.model.record import Impact, InCampaign, Record
from tasks.reporting.report_view import report_view
from tasks.reporting.templating import templates_folder
from tasks.reporting.terms import TERMS
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.correction import draft_correction
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import QUESTIONS, Question
from tests.people import ROOT
from tests.reporting import samples
from tests.reporting.markup import Page, markdown_tokens, words
from tests.reporting.rendered import (
    TEXT,
    approval_text,
    draft_ticket,
    manual_text,
    question_text,
    render_html,
    render_markdown,
)
from tests.reporting.samples import HOSTILE_TEXT, VERDICTS, bare_record, hostile_record, huge_record, record

LANGS = ("zh", "en")
CASES = tuple(itertools.product(VERDICTS, LANGS))
REPR = re.compile(r"\bNone\b|datetime\.|Sentence\(|zh='|<\w+\.\w+: |\bTrue\b|\bFalse\b|Undefined|\{\{|\{%")
RUN_URL = "http://127.0.0.1:4200/v2/runs/flow-run/0d9f3f0e-0000-4000-8000-000000000001"
OURS = ("https://cloud.tencent.com/", "https://console.cloud.tencent.com/", RUN_URL)
TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "p",
        "section",
        "strong",
        "code",
        "a",
        "ul",
        "ol",
        "li",
        "dl",
        "div",
        "dt",
        "dd",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
    ]
)


def every_text(case: Record) -> dict[str, str]:
    return {
        "markdown": render_markdown(case),
        "html": "".join(Page(render_html(case)).text),
        "ticket": draft_ticket(case),
        "correction": draft_correction(case),
    }


def forms(facts: LoginFacts, text: str, lang: str) -> dict[str, str]:
    alert = samples.alert(principal=text[:500], place=text[:500], text=text)
    decision = samples.decision(contradictions=(samples.quoted(text),), reasons=(samples.quoted(text),))
    question = samples.ask(text=samples.quoted(text), barred=(text[:500],))
    act = samples.manual_action(title=samples.quoted(text), effect=samples.quoted(text), link=text)
    shared = {"alert": alert, "facts": facts, "run_url": RUN_URL, "run_id": text[:80], "lang": lang}
    return {
        "question": question_text(question, decision=decision, **shared),
        "approval": approval_text(Plan(actions=(act,)), decision=decision, **shared),
        "manual": manual_text((act, act), **shared),
    }


def links(markdown: str) -> list[str]:
    return [str(t.attrs["href"]) for t in markdown_tokens(markdown) if t.type == "link_open"]


def dangerous(markdown: str) -> set[str]:
    return {t.type for t in markdown_tokens(markdown)} & {
        "image",
        "html_inline",
        "html_block",
        "fence",
        "code_block",
        "s_open",
    }


@pytest.mark.parametrize(("verdict", "lang"), CASES)
@pytest.mark.parametrize("facts", ["known", "unknown", "none"])
def test_every_case_renders_without_a_python_form(verdict: str, lang: str, facts: str) -> None:
    known = {"known": samples.facts(), "unknown": samples.unknown_facts(), "none": None}[facts]
    texts = every_text(record(verdict, lang, facts=known))

    assert {name: REPR.findall(text) for name, text in texts.items() if REPR.search(text)} == {}


@pytest.mark.parametrize(("verdict", "lang"), CASES)
def test_a_record_with_nothing_in_it_renders(verdict: str, lang: str) -> None:
    texts = every_text(bare_record(verdict, lang))

    assert {name: REPR.findall(text) for name, text in texts.items() if REPR.search(text)} == {}


@pytest.mark.parametrize("lang", LANGS)
def test_emphasis_never_shows_as_asterisks(lang: str) -> None:
    forms_text = forms(samples.facts(), "alice", lang).values()
    seen = [words(text) for text in (*forms_text, render_markdown(record("contained", lang)))]

    assert [text for text in seen if "**" in text or "`" in text] == []


def test_english_reports_hold_no_chinese_of_ours() -> None:
    plain = record(
        "contained", "en", facts=None, alert=LoginAlert(), approvals=(), actions=(), impact=Impact(affected="no")
    )
    text = render_markdown(plain) + draft_ticket(plain) + draft_correction(plain)

    assert re.findall("[\u4e00-\u9fff：，。]", text) == []


@pytest.mark.parametrize(("verdict", "lang"), CASES)
def test_markdown_of_hostile_words_holds_our_links_only(verdict: str, lang: str) -> None:
    text = render_markdown(hostile_record(HOSTILE_TEXT, lang, verdict))

    assert dangerous(text) == set()
    assert [href for href in links(text) if not href.startswith(OURS)] == []
    assert re.findall(r"\b1337\b", text) == []


@pytest.mark.parametrize(("verdict", "lang"), CASES)
def test_html_of_hostile_words_holds_our_elements_only(verdict: str, lang: str) -> None:
    page = Page(render_html(hostile_record(HOSTILE_TEXT, lang, verdict)))
    attributes = {name for name, _ in page.attributes}
    hrefs = [value for name, value in page.attributes if name == "href"]

    assert set(page.tags) <= TAGS
    assert attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "href",
        "rel",
        "scope",
        "data-label",
    }
    assert [href for href in hrefs if not href.startswith(OURS)] == []
    assert page.odd == []
    assert page.tags.count("style") == page.tags.count("title") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_forms_of_hostile_words_hold_our_links_only(lang: str) -> None:
    for name, text in forms(samples.hostile_facts(HOSTILE_TEXT), HOSTILE_TEXT, lang).items():
        assert (name, dangerous(text)) == (name, set())
        assert (name, set(links(text))) == (name, {RUN_URL})


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=120))
def test_no_text_at_all_breaks_out(text: str) -> None:
    case = hostile_record(text)
    page = Page(render_html(case))
    markdown = render_markdown(case)

    assert set(page.tags) <= TAGS
    assert page.odd == []
    assert dangerous(markdown) == set()
    assert [href for href in links(markdown) if not href.startswith(OURS)] == []


def test_the_page_admits_its_own_style_and_nothing_else() -> None:
    html = render_html(record())
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    policy = re.search('Content-Security-Policy" content="([^"]*)"', html)
    assert style is not None
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert re.findall(r"(?i)<script|<img|<link|src=|url\(|@import", html) == []


def test_huge_lists_are_cut_and_say_so() -> None:
    markdown, html = render_markdown(huge_record("en")), render_html(huge_record("en"))

    assert markdown.count("and 950 more in record\\.json") == 5
    assert "and 990 more in record\\.json" in markdown
    assert "and 970 more in record.json" in draft_ticket(huge_record("en"))
    assert len(markdown) < 120_000
    assert len(html) < 250_000


def test_the_verdict_and_the_work_left_come_first() -> None:
    lines = [line for line in render_markdown(record("containment_incomplete", "en")).splitlines() if line]

    assert lines[1] == "**Containment is incomplete: the attacker may still be able to act in this account.**"
    assert lines[2] == "## What is still to do"
    assert lines[3].startswith("1. Actions that are not done (3): disable the access key AKIDexampleAlice1 (failed)")


def test_a_report_says_what_is_unknown_and_what_to_grant() -> None:
    text = render_markdown(record("needs_person", "en", facts=samples.unknown_facts()))

    assert "Not obtainable (unknown is not the same as no)" in text
    assert text.count("grant cam:ListUsers") == len(samples.FACT_NAMES)


def test_the_state_before_is_printed_as_json_in_code() -> None:
    act = samples.PLAN.actions[1]
    before = {"a|b": "`x` <b>", "boundary": None}
    case = record(actions=(samples.outcome(act, before=before),))

    expected = '{"a\\u007cb":"\\u0060x\\u0060 \\u003cb\\u003e","boundary":null}'
    assert f"`{expected}`" in render_markdown(case)
    assert expected in "".join(Page(render_html(case)).text)


def test_sessions_of_sub_accounts_are_spoken_of_honestly() -> None:
    sub = record(plan=Plan(actions=(samples.action(),)), actions=())
    main = record(plan=Plan(actions=(samples.manual_action(),)), actions=())
    key = samples.action(ActionKind.DISABLE_ACCESS_KEY)
    keys = record(plan=Plan(actions=(key, key.model_copy(update={"principal": ROOT}))), actions=())

    assert "没有能结束子用户、协作者或角色在线会话的公开 API" in render_markdown(sub)
    assert "没有能结束子用户、协作者或角色在线会话的公开 API" not in render_markdown(main)
    assert "主账号的密码、异地登录保护和在线会话没有公开 API" in render_markdown(main)
    assert "主账号的密码、异地登录保护和在线会话没有公开 API" not in render_markdown(sub)
    assert "公开 API" not in render_markdown(keys)


@pytest.mark.parametrize(
    ("affected", "sentence"),
    [("no", "No affected resources were found."), ("unknown", "Whether resources were affected is not settled")],
)
def test_hardening_never_claims_more_than_was_found(affected: str, sentence: str) -> None:
    text = render_markdown(record("contained", "en", impact=Impact(affected=affected), next="harden"))

    assert [s in text for s in ("No affected resources were found.", "Whether resources were affected")] == [
        affected == "no",
        affected == "unknown",
    ]
    assert sentence in text


def test_a_question_that_was_walked_without_an_answer_is_shown_as_such() -> None:
    text = render_markdown(record("needs_person", "en", answers={}, path=("own_login",)))

    assert "| Did the owner make this login? | no answer | – | – |" in text


def test_an_answer_of_the_runbooks_own_is_printed_in_its_words() -> None:
    own = samples.both("立即禁用", "cut it now")
    text = replace(TEXT, choices={"cut_now": own})
    case = record(
        "contained", "en", answers={"own_login": samples.recorded("cut_now"), "co_user": samples.recorded("alice")}
    )

    view = report_view(case, text)

    assert {row[1] for row in view.path.rows} >= {own, samples.both("alice", "alice")}


def test_a_hunt_that_was_cut_off_is_never_called_whole() -> None:
    trail = samples.facts().trail
    assert isinstance(trail, Known)
    torn = trail.model_copy(update={"value": trail.value.model_copy(update={"closed": False})})
    whole, cut = (render_markdown(record("contained", "en", facts=samples.facts(trail=t))) for t in (trail, torn))

    assert whole.count("the hunt was cut off by a limit") == 0
    assert cut.count("the hunt was cut off by a limit") == 2
    assert "the chain closed" in whole


def test_protections_that_are_off_are_always_said() -> None:
    off = render_markdown(record("ignored", "en"))
    fine = render_markdown(record("ignored", "en", protections_off=()))
    unread = render_markdown(record("ignored", "en", protections_off=(), facts=samples.unknown_facts()))

    assert "| alice (100000000011) | login protection | off |" in off
    assert "are on wherever we could read them" in fine
    assert "could not be read; look in the console" in unread


def test_of_protections_that_a_runbook_does_not_look_at_nothing_is_said() -> None:
    facts = samples.facts(protections=NOT_GATHERED)
    text = render_markdown(record("contained", "en", next="harden", protections_off=(), facts=facts))

    assert "## Next step" in text
    assert "Switch these protections on" not in text
    assert "Protections that are off" not in text


def test_a_question_shows_evidence_then_the_question_then_how_to_answer() -> None:
    text = question_text(
        samples.ask(),
        alert=samples.alert(),
        facts=samples.facts(),
        decision=samples.decision(),
        run_url=RUN_URL,
        run_id="run-1",
        lang="en",
    )
    order = [text.index(part) for part in ("The facts", "failed logins in the 24 hours before: 4", "usual places")]
    rest = [text.index(part) for part in ("two logins are too far apart", "Was it another user", "⋮", "Delete")]

    assert order + rest == sorted(order + rest)
    assert f"]({RUN_URL})" in text
    assert "`runbooks answer run-1`" in text


def test_an_approval_shows_the_exact_plan_and_its_hash() -> None:
    text = approval_text(
        samples.PLAN,
        alert=samples.alert(),
        facts=samples.facts(),
        decision=samples.decision(),
        run_url=RUN_URL,
        run_id="run-1",
        lang="en",
    )
    items = [line for line in text.splitlines() if re.match(r"\d+\. \*\*", line)]
    parts = [line.split(":")[0].strip(" -") for line in text.splitlines() if line.startswith("   - ")]

    assert len(items) == len(samples.PLAN.actions)
    assert parts == ["Effect", "Undo"] * len(samples.PLAN.actions)
    assert f"`{samples.PLAN.hash}`" in text
    assert "**Decline**: nothing is changed" in text


def test_manual_steps_are_numbered_with_links_and_read_back() -> None:
    text = manual_text(
        (samples.manual_action(), samples.manual_action(kind=ActionKind.LOG_OUT_SESSIONS)),
        alert=samples.alert(),
        facts=None,
        run_url=RUN_URL,
        run_id="run-1",
        lang="zh",
    )

    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## 1. 修改主账号密码",
        "## 2. 修改主账号密码",
    ]
    assert links(text).count("https://console.cloud.tencent.com/developer/security") == 2
    assert "会话本身读不到" in text


def test_a_known_egress_is_named() -> None:
    own = OwnAddress(network="203.0.113.0/24", kind=AddressKind.INSTANCE, name="ins-jump", region="ap-guangzhou")
    known = Known[tuple[OwnAddress, ...]](value=(own, OwnAddress(network="rubbish", kind=AddressKind.EIP)))
    text = render_markdown(record("ignored", "en", facts=samples.facts(egress=known)))

    assert "it is in 203.0.113.0/24: cloud server ins-jump ap-guangzhou" in text
    assert "rubbish" not in text


def test_the_ticket_says_who_what_when_and_asks() -> None:
    text = draft_ticket(record("containment_incomplete", "en"))

    for part in ("alice (100000000011)", "203.0.113.7", "req-CreateAccessKey-5", "ins-example1", "AKIDexampleGhost1"):
        assert part in text
    assert "1. Help to freeze the identities and keys that are still active." in text


def test_the_correction_names_both_places() -> None:
    text = draft_correction(record("ignored", "en"))

    assert "Place in the audit log: 荷兰 阿姆斯特丹 ExampleHost" in text
    assert "usual places: 中国 江苏省 南京市" in text
    assert "Was it made from a usual place of this account? yes" in text


def test_a_draft_of_hostile_words_has_no_hidden_character_and_no_added_line() -> None:
    plain = draft_ticket(record("contained", "zh", contradictions=()))
    hostile = draft_ticket(hostile_record("a\nb\u202ec\x1b[0m"))

    assert "a ⏎ b⟨U+202E⟩c⟨U+001B⟩[0m" in hostile
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", hostile)
    assert len(hostile.splitlines()) <= len(plain.splitlines())


def test_templates_never_bypass_the_escape() -> None:
    sources = {path.name: path.read_text() for path in templates_folder().glob("*.j2")}
    bypass = re.compile(r"\|\s*(safe|join|format|replace|forceescape)\b|~|Markup|\bautoescape\b")

    assert {name: bypass.findall(text) for name, text in sources.items() if bypass.search(text)} == {}
    assert len(sources) >= 11


@pytest.mark.parametrize("names", [Question, ActionKind, PrincipalKind, AddressKind, Severity])
def test_every_name_of_the_model_has_words(names: type[Question]) -> None:
    assert [name for name in names if name not in QUESTIONS and name not in TERMS] == []


def test_the_templates_stand_where_the_tests_read_them() -> None:
    assert (Path(templates_folder()) / "unusual_login.body.j2").is_file()


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "同一地址 203.0.113.7 的 2 起事件之一"), ("en", "one of 2 incidents from the address 203.0.113.7")],
)
def test_a_report_says_who_reported_the_login_and_which_campaign_it_is_part_of(lang: str, told: str) -> None:
    campaign = InCampaign(id="cmp-1", ip="203.0.113.7", incidents=("inc-1", "inc-2"))

    with_both = render_html(record("contained", lang, campaign=campaign, reported_by=("phone", "watch_logins")))
    without = render_html(record("contained", lang))

    assert told in with_both
    assert "phone, watch_logins" in with_both
    assert "cmp-1" not in without
