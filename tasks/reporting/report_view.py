"""What the report's templates print, worked out from one record."""

from tasks.decide.sentences import both
from tasks.model.base import Sentence, Value
from tasks.model.fact import Unknown
from tasks.model.facts import NOT_GATHERED
from tasks.model.record import Record, Resembling
from tasks.model.report import FactRow
from tasks.model.runbook import AnyRunbookText
from tasks.reporting import report_tables as tables
from tasks.reporting.escape import lines_of
from tasks.reporting.explanation import ExplanationView, explanation_view
from tasks.reporting.fact_sentences import few, more
from tasks.reporting.factsheet import unknown_rows
from tasks.reporting.report_tables import Cell, Code, Link, Table
from tasks.reporting.summary import SUPPORT, headline, main_account, sessions_remain, todo
from tasks.reporting.templating import cut, when
from tasks.reporting.terms import term

ALERT_LINES = 12
"""Lines of the alert's own text that a report shows; an SMS has two or three."""

AUDIT_CONSOLE = "https://console.cloud.tencent.com/cloudaudit"
GUIDE = "https://cloud.tencent.com/document/product/378"
GUIDES = (
    Link(to=f"{GUIDE}/8392", text=both("登录保护", "login protection")),
    Link(to=f"{GUIDE}/10740", text=both("操作保护", "operation protection")),
    Link(to=f"{GUIDE}/43101", text=both("异地登录保护", "off-site login protection")),
)

NAME_CHARS = 60
"""Characters of a name in a title."""

Row = tuple[Sentence, Cell]


class ReportView(Value):
    """Everything that the report prints beside the record itself.

    Args:
        body: the runbook's template.
        protections_seen: whether the runbook looks at protections at all.
    """

    body: str
    title: Sentence
    headline: Sentence
    todo: tuple[Sentence, ...]
    alert: tuple[Row, ...]
    alert_text: tuple[str | Sentence, ...]
    facts: tuple[Row, ...]
    unknown: tuple[Row, ...]
    gaps: tuple[Sentence, ...]
    rests_on: tuple[Sentence, ...]
    path: Table
    explained: ExplanationView
    plan: Table
    approvals: Table
    outcomes: Table
    put_back: Table
    undone: Table
    affected: Sentence
    hunt: tuple[Sentence, ...]
    actors: Table
    sensitive: Table
    resources: Table
    protections: Table
    protections_seen: bool
    protections_unknown: bool
    permissions: tuple[Cell, ...]
    timeline: Table
    identity: tuple[Row, ...]
    support: Link
    audit_console: Link
    guides: tuple[Link, ...]
    sessions_remain: bool
    main_account: bool


def report_view(record: Record, text: AnyRunbookText) -> ReportView:
    """The whole report, as text and sentences that the templates escape and lay out."""
    sheet = text.facts(record.alert, record.facts) if record.facts is not None else ()
    impact = record.impact
    return ReportView(
        body=f"{record.runbook}.body.j2",
        title=title(record, text),
        headline=headline(record, text.headlines),
        todo=todo(record, text),
        alert=text.alert(record.alert),
        alert_text=alert_text(record.alert.text),
        facts=known_fields(sheet),
        unknown=unknown_fields(sheet),
        gaps=tuple(gap for row in sheet for gap in row.gaps),
        rests_on=_rests_on(record, text),
        path=tables.path_table(record, text.questions, text.choices),
        explained=explanation_view(record, text),
        plan=tables.plan_table(record.plan.actions),
        approvals=tables.approval_table(record.approvals),
        outcomes=tables.outcome_table(record),
        put_back=tables.put_back_table(record.put_back),
        undone=tables.put_back_table(record.undone),
        affected=term(impact.affected),
        hunt=hunt_range(record),
        actors=tables.actor_table(impact.actors),
        sensitive=tables.sensitive_table(impact.sensitive_events),
        resources=tables.resource_table(impact.resources),
        protections=tables.protection_table(record.protections_off),
        protections_seen=record.facts is None or record.facts.protections != NOT_GATHERED,
        protections_unknown=record.facts is None or isinstance(record.facts.protections, Unknown),
        permissions=tuple(Code(code=name) for name in record.permissions_missing),
        timeline=tables.timeline_table(record.timeline),
        identity=identity_fields(record),
        support=Link(to=SUPPORT, text=both("腾讯云在线客服", "Tencent Cloud online support")),
        audit_console=Link(to=AUDIT_CONSOLE, text=both("云审计控制台", "the CloudAudit console")),
        guides=GUIDES,
        sessions_remain=sessions_remain(record),
        main_account=main_account(record),
    )


def _rests_on(record: Record, text: AnyRunbookText) -> tuple[Sentence, ...]:
    """What the last answer that was wanted rests on."""
    if record.facts is None:
        return ()
    return text.rests_on(record.alert, record.facts, record.path[-1] if record.path else None, record.looks)


def title(record: Record, text: AnyRunbookText) -> Sentence:
    """What it is a report of, about whom, from which address."""
    who, ip = text.who(record.alert, record.facts)
    tail = " · ".join(part for part in (cut(who, NAME_CHARS), ip) if part)
    return both(f"{text.report.zh} · {tail}".rstrip(" ·"), f"{text.report.en} · {tail}".rstrip(" ·"))


def alert_text(written: str) -> tuple[str | Sentence, ...]:
    """The alert's own lines, cut."""
    lines = lines_of(written)
    cut = (more(len(lines) - ALERT_LINES),) if len(lines) > ALERT_LINES else ()
    return (*lines[:ALERT_LINES], *cut)


def known_fields(sheet: tuple[FactRow, ...]) -> tuple[Row, ...]:
    """Facts that were gathered, each with its evidence."""
    return tuple((row.label, (*row.lines, *_source(row))) for row in sheet if row.reason is None)


def unknown_fields(sheet: tuple[FactRow, ...]) -> tuple[Row, ...]:
    """Facts that were not obtainable: why, and what to grant."""
    return tuple((row.label, (row.reason, *_grant(row))) for row in unknown_rows(sheet) if row.reason is not None)


def hunt_range(record: Record) -> tuple[Sentence, ...]:
    """What part of the audit log was read."""
    if record.facts is None or isinstance(record.facts.trail, Unknown):
        return (both("没有读到操作记录", "the audit log could not be read"),)
    trail = record.facts.trail.value
    whole = both("链条已经闭合", "the chain closed")
    torn = both("追查被上限截断，可能还有更多", "the hunt was cut off by a limit; there may be more")
    span = both(f"{when(trail.since)} 至 {when(trail.until)}", f"{when(trail.since)} to {when(trail.until)}")
    addresses = few(trail.addresses, lambda ip: both(f"用过的地址：{ip}", f"acted from {ip}"), 10)
    return (span, whole if trail.closed else torn, *addresses)


def identity_fields(record: Record) -> tuple[Row, ...]:
    """Which incident and run this is."""
    closed = when(record.closed_at) if record.closed_at else both("尚未关闭", "still open")
    return (
        (both("事件编号", "Incident"), Code(code=record.incident_id)),
        (both("运行编号", "Flow run"), Code(code=record.flow_run_id)),
        (both("模式", "Mode"), term(record.mode)),
        (both("开始", "Opened"), when(record.opened_at)),
        (both("结束", "Closed"), closed),
        *_reported(record),
    )


def _reported(record: Record) -> tuple[Row, ...]:
    """Who reported it, and what other incidents it has to do with; nothing where only this run knows of it."""
    found: list[Row] = []
    if record.reported_by:
        found.append((both("提醒来源", "Reported by"), ", ".join(record.reported_by)))
    if record.campaign is not None:
        count, ip = len(record.campaign.incidents), record.campaign.ip
        told = both(
            f"{record.campaign.id}：同一地址 {ip} 的 {count} 起事件之一",
            f"{record.campaign.id}: one of {count} incidents from the address {ip}",
        )
        found.append((both("攻击活动", "Campaign"), told))
    if record.resembles is not None:
        found.append((both("可能是同一件事", "May be the same as"), resembling_words(record.resembles)))
    return tuple(found)


def resembling_words(other: Resembling) -> Sentence:
    """Another incident, and how it stands."""
    if other.verdict is None:
        return both(f"{other.id}（未结案）", f"{other.id} (open)")
    verdict = term(other.verdict)
    return both(f"{other.id}（结案：{verdict.zh}）", f"{other.id}, closed as: {verdict.en}")


def _source(row: FactRow) -> tuple[Sentence, ...]:
    if not row.evidence:
        return ()
    return few(row.evidence, lambda name: both(f"证据 {name}", f"evidence {name}"), 3)


def _grant(row: FactRow) -> tuple[Sentence, ...]:
    if row.permission is None:
        return ()
    return (both(f"需要授予权限 {row.permission}", f"grant {row.permission}"),)
