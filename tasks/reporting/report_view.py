"""What the report's templates print, worked out from one record."""

from tasks.decide.sentences import both
from tasks.model.alert import Alert
from tasks.model.base import Sentence, Value
from tasks.model.fact import Known, Unknown
from tasks.model.record import Record
from tasks.reporting import report_tables as tables
from tasks.reporting.escape import lines_of
from tasks.reporting.fact_sentences import few, more
from tasks.reporting.factsheet import FactRow, fact_rows, unknown_rows
from tasks.reporting.report_tables import Cell, Code, Link, Table
from tasks.reporting.summary import SUPPORT, correction_due, headline, main_account, sessions_remain, todo
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

SILENT = both("告警没有写明", "the alert does not say")
NAME_CHARS = 60
"""Characters of a name in a title."""

Field = tuple[Sentence, Cell]


class ReportView(Value):
    """Everything that the report prints beside the record itself."""

    title: Sentence
    headline: Sentence
    todo: tuple[Sentence, ...]
    alert: tuple[Field, ...]
    alert_text: tuple[str | Sentence, ...]
    facts: tuple[Field, ...]
    unknown: tuple[Field, ...]
    gaps: tuple[Sentence, ...]
    path: Table
    plan: Table
    approvals: Table
    outcomes: Table
    put_back: Table
    affected: Sentence
    hunt: tuple[Sentence, ...]
    actors: Table
    sensitive: Table
    resources: Table
    protections: Table
    protections_unknown: bool
    permissions: tuple[Cell, ...]
    timeline: Table
    identity: tuple[Field, ...]
    support: Link
    audit_console: Link
    guides: tuple[Link, ...]
    sessions_remain: bool
    main_account: bool
    correction_due: bool


def report_view(record: Record) -> ReportView:
    """The whole report, as text and sentences that the templates escape and lay out."""
    sheet, impact = fact_rows(record.alert, record.facts), record.impact
    return ReportView(
        title=title(record),
        headline=headline(record),
        todo=todo(record),
        alert=alert_fields(record.alert),
        alert_text=alert_text(record.alert),
        facts=known_fields(sheet),
        unknown=unknown_fields(sheet),
        gaps=tuple(gap for row in sheet for gap in row.gaps),
        path=tables.path_table(record),
        plan=tables.plan_table(record.plan.actions),
        approvals=tables.approval_table(record.approvals),
        outcomes=tables.outcome_table(record),
        put_back=tables.put_back_table(record.put_back),
        affected=term(impact.affected),
        hunt=hunt_range(record),
        actors=tables.actor_table(impact.actors),
        sensitive=tables.sensitive_table(impact.sensitive_events),
        resources=tables.resource_table(impact.resources),
        protections=tables.protection_table(record.protections_off),
        protections_unknown=record.facts is None or isinstance(record.facts.protections, Unknown),
        permissions=tuple(Code(code=name) for name in record.permissions_missing),
        timeline=tables.timeline_table(record.timeline),
        identity=identity_fields(record),
        support=Link(to=SUPPORT, text=both("腾讯云在线客服", "Tencent Cloud online support")),
        audit_console=Link(to=AUDIT_CONSOLE, text=both("云审计控制台", "the CloudAudit console")),
        guides=GUIDES,
        sessions_remain=sessions_remain(record),
        main_account=main_account(record),
        correction_due=correction_due(record),
    )


def title(record: Record) -> Sentence:
    """Whose login, from which address."""
    who, ip = cut(suspect(record), NAME_CHARS), str(record.alert.ip or "")
    tail = " · ".join(part for part in (who, ip) if part)
    return both(f"异地登录处置报告 · {tail}".rstrip(" ·"), f"Unusual login: incident report · {tail}".rstrip(" ·"))


def suspect(record: Record) -> str:
    """Who logged in: as the audit log says, else as the alert does."""
    if record.facts is not None and isinstance(record.facts.login, Known):
        return record.facts.login.value.event.actor.label
    return record.alert.principal or record.alert.account or ""


def alert_fields(alert: Alert) -> tuple[Field, ...]:
    """What the alert says; what it does not say is named as such."""
    return (
        (both("IP 地址", "Address"), str(alert.ip) if alert.ip else SILENT),
        (both("登录时间", "Time of the login"), when(alert.login_time) if alert.login_time else SILENT),
        (both("主账号", "Main account"), alert.account or SILENT),
        (both("谁", "Who"), alert.principal or SILENT),
        (both("地点", "Place"), alert.place or SILENT),
        (both("登录方式", "Way of login"), alert.method or SILENT),
        (both("告警来源", "Came by"), alert.source),
    )


def alert_text(alert: Alert) -> tuple[str | Sentence, ...]:
    """The alert's own lines, cut."""
    lines = lines_of(alert.text)
    cut = (more(len(lines) - ALERT_LINES),) if len(lines) > ALERT_LINES else ()
    return (*lines[:ALERT_LINES], *cut)


def known_fields(sheet: tuple[FactRow, ...]) -> tuple[Field, ...]:
    """Facts that were gathered, each with its evidence."""
    return tuple((row.label, (*row.lines, *_source(row))) for row in sheet if row.reason is None)


def unknown_fields(sheet: tuple[FactRow, ...]) -> tuple[Field, ...]:
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


def identity_fields(record: Record) -> tuple[Field, ...]:
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


def _reported(record: Record) -> tuple[Field, ...]:
    """Who reported the login, and which campaign it is part of; nothing where nobody but this run knows of it."""
    found: list[Field] = []
    if record.reported_by:
        found.append((both("提醒来源", "Reported by"), ", ".join(record.reported_by)))
    if record.campaign is not None:
        count, ip = len(record.campaign.incidents), record.campaign.ip
        told = both(
            f"{record.campaign.id}：同一地址 {ip} 的 {count} 起事件之一",
            f"{record.campaign.id}: one of {count} incidents from the address {ip}",
        )
        found.append((both("攻击活动", "Campaign"), told))
    return tuple(found)


def _source(row: FactRow) -> tuple[Sentence, ...]:
    if not row.evidence:
        return ()
    return few(row.evidence, lambda name: both(f"证据 {name}", f"evidence {name}"), 3)


def _grant(row: FactRow) -> tuple[Sentence, ...]:
    if row.permission is None:
        return ()
    return (both(f"需要授予权限 {row.permission}", f"grant {row.permission}"),)
