"""The contract of a runbook: all that the shared rooms ask of it, on one screen.

`tasks/runbooks/<name>/runbook.py` makes one, called `RUNBOOK`; `tasks/runbooks/registry.py` finds it by its name.
Nothing in it knows Prefect, and but for `gather` nothing does IO. `A` and `F` are the runbook's own alert and facts.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from tasks.model.alert import Alert
from tasks.model.answer import Answer, Statement
from tasks.model.base import Sentence, Value
from tasks.model.checkin import CheckIn, CheckInPage, CheckInWords
from tasks.model.decision import Decision, EarlyContainment
from tasks.model.explanation import Basis, Weighed
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Facts
from tasks.model.hunt import HuntStart
from tasks.model.late_event import Found, Looks
from tasks.model.message import Message, Recognition
from tasks.model.plan import Plan
from tasks.model.policy import Mode, Policy
from tasks.model.principal import Principal
from tasks.model.record import Record
from tasks.model.report import FactRow, Field, FormTitles, Headlines
from tasks.model.sighting import Correlated, Sighted, Sighting
from tasks.model.suspect import Suspect

A = TypeVar("A", bound=Alert)
F = TypeVar("F", bound=Facts)
A_contra = TypeVar("A_contra", bound=Alert, contravariant=True)
F_contra = TypeVar("F_contra", bound=Facts, contravariant=True)


@dataclass(frozen=True, kw_only=True)
class Runbook(Generic[A, F]):
    """One runbook.

    Args:
        name: of the runbook, its flow, file, folder, deployment, template and case table.
        facts: the type of what it gathers.
        intake: its alerts, and which messages are some.
        correlation: which reports are of one incident.
        urgency: how urgent an incident is, from 0 to 7, by the alert and, once they are gathered, the facts.
        gather: the facts; it is given the collector of `tasks.lookup`, which this room can't name, and never fails.
        suspect: who is in question, by the alert alone where there are no facts. It is handed on to what follows.
        contain_first: whether to contain before anybody is asked.
        decide: where the procedure stands, by alert, facts, suspect, statements and policy, at a time.
        weigh: what bears on each question of the path, by what it is decided by.
        plan: what to do about the suspect, None for nobody, on this site of the vendor.
        hunt_from: what to follow through the audit log.
        checkins: how devices that people show count; None where the suspect is no person.
        late: how an event is looked for again that the audit log did not show yet; None where nothing is awaited.
        answers: the type of the questions' part of an answers file.
        text: its words.
    """

    name: str
    facts: type[F]
    intake: "Recogniser[A]"
    correlation: "Correlation[A, F]"
    urgency: Callable[[A, F | None], int]
    gather: Callable[[Any, A, Policy], Coroutine[Any, Any, F]]
    suspect: Callable[[A, F | None], Suspect]
    contain_first: Callable[[A, F, Suspect, Policy, Mode], EarlyContainment]
    decide: "Decide[A, F]"
    weigh: Callable[[A, F, Suspect, Basis], tuple[Weighed, ...]]
    plan: Callable[[Principal | None, F, Policy, Literal["cn", "intl"]], Plan]
    hunt_from: Callable[[A, F], HuntStart]
    checkins: "Checkins[A, F] | None"
    late: "Late[A, F] | None" = None
    answers: type[Value]
    text: "RunbookText[A, F]"

    @property
    def alert(self) -> type[A]:
        """The type of its alerts."""
        return self.intake.alert


@dataclass(frozen=True, kw_only=True)
class Recogniser(Generic[A]):
    """Which messages are alerts of a runbook.

    Args:
        alert: the type of its alerts.
        goes_before: runbooks that know less of a message which this one recognises; to them it is then no alert.
        read: the alert that a person hands in, as JSON or as the text came; InputError where it is none.
        recognise: what a message is to this runbook: alerts, surely something else, or not understood. In doubt it is
            not understood: what is something else is answered and forgotten.
    """

    alert: type[A]
    goes_before: frozenset[str] = frozenset()
    read: Callable[[str], A]
    recognise: Callable[[Message], Recognition[A]]


@dataclass(frozen=True, kw_only=True)
class Correlation(Generic[A, F]):
    """Which reports are of one incident.

    Args:
        sighting: what an alert says, spelled so that two can be compared; with the message's digest and arrival.
        joins: what a new report is to the incidents that it could be about.
        belongs: whether a report that joined still belongs, now that the incident's event is known; it is given the
            report, the one that opened the incident, and the event.
        event: what the incident is about, as the cloud's own log has it; None where the facts show none.
        record: the cloud's own id of what the incident is about, such as an audit record's: the incident that claims it
            first answers it. None where the facts show none: whoever joined it is then all that is known.
    """

    sighting: Callable[[A, str, datetime], Sighting]
    joins: Callable[[Sighting, Sequence[Sighted]], Correlated]
    belongs: Callable[[Sighting, Sighting, Sighting], bool]
    event: Callable[[F], Sighting | None]
    record: Callable[[F], str | None]


class Decide(Protocol[A_contra, F_contra]):
    """How a runbook's procedure is walked."""

    def __call__(
        self,
        alert: A_contra,
        facts: F_contra,
        suspect: Suspect,
        words: tuple[Statement, ...],
        policy: Policy,
        /,
        *,
        now: datetime,
    ) -> Decision:
        """Decide by the facts, the suspect and the words so far, at a time."""
        ...


@dataclass(frozen=True, kw_only=True)
class Checkins(Generic[A, F]):
    """How devices that people show count.

    Args:
        question: the question that they help with, and may answer.
        concerned: the declared people who get a link of their own; nobody where none is declared.
        shown: the facts with these check-ins, unless they hold as many already.
        proves: whose check-ins answer the question with yes; None where none do.
        told: one check-in, compared with the incident.
        page: what the holder of a link may see.
        words: how people are asked to show a device.
    """

    question: str
    concerned: Callable[[Suspect, F, tuple[Answer, ...], Policy], tuple[str, ...]]
    shown: Callable[[F, Known[tuple[CheckIn, ...]]], F]
    proves: Callable[[Suspect, F, tuple[Answer, ...], Policy], str | None]
    told: Callable[[CheckIn, Suspect], Sentence]
    page: Callable[[A], CheckInPage]
    words: CheckInWords


@dataclass(frozen=True, kw_only=True)
class Late(Generic[A, F]):
    """How an event is looked for again that the audit log did not show when facts were gathered.

    Args:
        awaited: why facts lack it, where that is only because the log does not show it, or not yet; else None.
        look: looks for it alone, in a call or two; it is given the collector of `tasks.lookup`, and may fail as any
            source does. Where the alert has no time, the collector's is that at which the alert was known.
        same: whether what was asked about one suspect is what would be asked about the other: then an answer about the
            first still counts.
        told: by how much it was late, by the alert and the facts that have it, at the time it was found.
    """

    awaited: Callable[[F], Sentence | None]
    look: Callable[[Any, A], Coroutine[Any, Any, Known[Found] | Unknown]]
    same: Callable[[Suspect, Suspect], bool]
    told: Callable[[A, F, datetime], Sentence]


@dataclass(frozen=True, kw_only=True)
class RunbookText(Generic[A, F]):
    """The words of a runbook.

    Args:
        opened: what is logged when an incident opens.
        report, ticket: what the report and the ticket for support are headed with.
        headlines, forms: the first sentences of reports, and what forms are headed with.
        questions: each question as it is asked and reported.
        choices: its answers as they are reported that are neither yes, no, unknown nor a name.
        who: whom and which address a title names; by the facts where they are there. Empty for what is not known.
        run_name: what the UI calls the run.
        alert: what the alert says, field by field.
        facts: every fact, in the order in which a person reads a case.
        form_facts: names of the facts that forms show; the first stands in the alert's place once it is known.
        rests_on: what is not known that bears on a question, or on an approval where there is no question, and so what
            an answer rests on.
        ticket_case: who, when and from where, for somebody who has never seen the case.
        todo: what is still to do besides what every runbook asks for.
        drafts: what people may send besides the ticket, by name; None where it is not due.
    """

    opened: Sentence
    report: Sentence
    ticket: Sentence
    headlines: Headlines
    forms: FormTitles
    questions: Mapping[str, Sentence]
    choices: Mapping[str, Sentence]
    who: Callable[[A, F | None], tuple[str, str]]
    run_name: Callable[[A, F | None], str]
    alert: Callable[[A], tuple[Field, ...]]
    facts: Callable[[A, F], tuple[FactRow, ...]]
    form_facts: tuple[str, ...]
    rests_on: Callable[[A, F, str | None, Looks | None], tuple[Sentence, ...]]
    ticket_case: Callable[[A, F | None], tuple[Field, ...]]
    todo: Callable[[Record], tuple[Sentence, ...]]
    drafts: Callable[[Record], Mapping[str, str | None]]


AnyRunbookText = RunbookText[Alert, Facts]
AnyRunbook = Runbook[Alert, Facts]
"""A runbook of which only what all have in common is known."""
