"""What the draft of a ticket for support prints."""

from tasks.decide.sentences import both
from tasks.model.base import Sentence, Value
from tasks.model.facts import Actor, Touched
from tasks.model.plan import Outcome
from tasks.model.record import Record
from tasks.model.report import Field
from tasks.model.runbook import AnyRunbookText
from tasks.reporting import fact_sentences as sentences
from tasks.reporting.report_tables import short_event
from tasks.reporting.summary import headline
from tasks.reporting.templating import when
from tasks.reporting.terms import term

LINES = 30
"""Lines of one list in a draft; support asks for more when it wants more."""


class TicketView(Value):
    """The ticket's lists."""

    title: Sentence
    headline: Sentence
    case: tuple[Field, ...]
    actors: tuple[Sentence, ...]
    sensitive: tuple[Sentence, ...]
    resources: tuple[Sentence, ...]
    outcomes: tuple[Sentence, ...]
    requests: tuple[str | Sentence, ...]
    asks: tuple[Sentence, ...]


def ticket_view(record: Record, text: AnyRunbookText) -> TicketView:
    """The case for somebody who has never seen it."""
    impact = record.impact
    return TicketView(
        title=text.ticket,
        headline=headline(record, text.headlines),
        case=text.ticket_case(record.alert, record.facts),
        actors=sentences.few(impact.actors, _actor, LINES),
        sensitive=sentences.few(impact.sensitive_events, short_event, LINES),
        resources=sentences.few(impact.resources, _resource, LINES),
        outcomes=sentences.few(record.actions, _outcome, LINES),
        requests=sentences.few(_requests(record), lambda name: both(name, name), LINES),
        asks=asks(record),
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
