"""What the drafts for support print."""

from tasks.decide.sentences import both
from tasks.model.base import Sentence, Value
from tasks.model.fact import Known
from tasks.model.facts import Actor, Login, Touched
from tasks.model.plan import Outcome
from tasks.model.record import Record
from tasks.reporting import fact_sentences as sentences
from tasks.reporting.report_tables import answer_words, question_words, short_event
from tasks.reporting.report_view import suspect
from tasks.reporting.summary import headline
from tasks.reporting.templating import when
from tasks.reporting.terms import term

LINES = 30
"""Lines of one list in a draft; support asks for more when it wants more."""

Line = tuple[Sentence, str | Sentence]


class TicketView(Value):
    """The ticket's lists."""

    headline: Sentence
    case: tuple[Line, ...]
    actors: tuple[Sentence, ...]
    sensitive: tuple[Sentence, ...]
    resources: tuple[Sentence, ...]
    outcomes: tuple[Sentence, ...]
    requests: tuple[str | Sentence, ...]
    asks: tuple[Sentence, ...]


class CorrectionView(Value):
    """The request to correct the IP library."""

    fields: tuple[Line, ...]
    evidence: tuple[Sentence, ...]


def ticket_view(record: Record) -> TicketView:
    """The case for somebody who has never seen it."""
    impact = record.impact
    return TicketView(
        headline=headline(record),
        case=case_lines(record),
        actors=sentences.few(impact.actors, _actor, LINES),
        sensitive=sentences.few(impact.sensitive_events, short_event, LINES),
        resources=sentences.few(impact.resources, _resource, LINES),
        outcomes=sentences.few(record.actions, _outcome, LINES),
        requests=sentences.few(_requests(record), lambda name: both(name, name), LINES),
        asks=asks(record),
    )


def correction_view(record: Record) -> CorrectionView:
    """The address, the place in the library, the true place, and how we know."""
    unknown = both("未知", "unknown")
    fields = (
        (both("IP 地址", "Address"), str(record.alert.ip) if record.alert.ip else unknown),
        (both("登录时间", "Time of the login"), when(record.alert.login_time) if record.alert.login_time else unknown),
        (both("提醒里的地点", "Place named by the reminder"), record.alert.place or unknown),
        (both("审计日志里的地点", "Place in the audit log"), _library_place(record)),
        (both("真实地点（请核对）", "Actual place (please check)"), _true_place(record)),
    )
    return CorrectionView(fields=fields, evidence=_evidence(record))


def case_lines(record: Record) -> tuple[Line, ...]:
    """Account, identity, time and address."""
    alert, unknown = record.alert, both("未知", "unknown")
    login = _login(record)
    at = login.event.at if login else alert.login_time
    return (
        (both("主账号", "Main account"), _account(record) or unknown),
        (both("涉事身份", "Identity"), suspect(record) or unknown),
        (both("登录时间", "Time of the login"), when(at) if at else unknown),
        (both("登录 IP", "Address"), str(alert.ip) if alert.ip else unknown),
        (both("地点", "Place"), sentences.place_words(login.event.place) if login else alert.place or unknown),
        (both("登录请求 ID", "Request id of the login"), (login.event.request_id if login else "") or unknown),
    )


def asks(record: Record) -> tuple[Sentence, ...]:
    """What we want of support, by how the case stands."""
    always = (
        both("协助确认上述操作和资源的影响范围，以及是否有我们看不到的操作。",
             "Confirm the extent of these operations and resources, and whether there are any that we can't see."),
        both("协助恢复被改动的资源，并保留相关日志作为证据。",
             "Help to restore what was changed, and keep the logs as evidence."),
        both("核对异常期间产生的费用。", "Check the charges that arose in that time."),
    )  # fmt: skip
    sessions = both("强制下线涉事身份的全部在线会话。", "End every live session of the identities involved.")
    stop = both("协助冻结仍在活动的涉事身份和密钥。", "Help to freeze the identities and keys that are still active.")
    return (sessions, *always) if record.verdict == "contained" else (stop, sessions, *always)


def _login(record: Record) -> Login | None:
    if record.facts is None or not isinstance(record.facts.login, Known):
        return None
    return record.facts.login.value


def _account(record: Record) -> str:
    if record.facts is not None and isinstance(record.facts.caller, Known):
        return record.facts.caller.value.account
    return record.alert.account or ""


def _actor(actor: Actor) -> Sentence:
    who, keys = sentences.principal(actor.principal), " ".join(actor.keys[:5])
    return both(f"{who.zh}：{actor.how.zh} {keys}".rstrip(), f"{who.en}: {actor.how.en} {keys}".rstrip())


def _resource(touched: Touched) -> Sentence:
    what = " ".join(filter(None, (touched.resource.kind, touched.resource.name, touched.resource.region)))
    line = f"{what} · {touched.operation} · {when(touched.at)} · {touched.by}"
    return both(line, line)


def _outcome(outcome: Outcome) -> Sentence:
    kind, status = term(outcome.kind), term(outcome.status)
    return both(
        f"{kind.zh} {outcome.target}：{status.zh}，{outcome.detail.zh}",
        f"{kind.en} {outcome.target}: {status.en}, {outcome.detail.en}",
    )


def _requests(record: Record) -> tuple[str, ...]:
    sensitive = (found.event.request_id for found in record.impact.sensitive_events)
    ours = (request_id for outcome in record.actions for request_id in outcome.request_ids)
    return tuple(dict.fromkeys(filter(None, (*sensitive, *ours))))


def _library_place(record: Record) -> Sentence:
    login = _login(record)
    return sentences.place_words(login.event.place if login else None)


def _true_place(record: Record) -> Sentence:
    blank = both("________", "________")
    if record.facts is None or not isinstance(record.facts.history, Known):
        return blank
    places = sentences.usual_places(record.facts.history.value.logins)[:3]
    names = "、".join(name for name, _ in places), ", ".join(name for name, _ in places)
    return both(f"________（常用地：{names[0]}）", f"________ (usual places: {names[1]})") if places else blank


def _evidence(record: Record) -> tuple[Sentence, ...]:
    said = [_answered(name, record) for name in record.path if name in record.answers]
    return tuple(said) or record.reasons


def _answered(name: str, record: Record) -> Sentence:
    asked, answer = question_words(name), record.answers[name]
    value = answer_words(answer.value)
    return both(f"{asked.zh}{value.zh}：{answer.why.zh}", f"{asked.en} {value.en}: {answer.why.en}")
