"""What is to be done, exactly, and what came of it."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field

from tasks.model.base import Line, Moment, Sentence, Value
from tasks.model.principal import Principal


class ActionKind(StrEnum):
    """Every action that the runbook knows; the answers file and the policy use these names."""

    DISABLE_ACCESS_KEY = "disable_access_key"
    DISABLE_CONSOLE_LOGIN = "disable_console_login"
    QUARANTINE = "quarantine"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of an action
    ENABLE_PROTECTIONS = "enable_protections"
    OFFSITE_CHECK = "offsite_check"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - the name of an action
    ENABLE_OFFSITE_PROTECTION = "enable_offsite_protection"
    LOG_OUT_SESSIONS = "log_out_sessions"
    ASK_COLLABORATOR = "ask_collaborator"


How = Literal["api", "manual"]
Proof = Literal["named"]
"""How far it is proven who decided. named: by the name that was given, which proves nothing."""
Status = Literal["done", "verified", "attested", "failed", "skipped", "declined", "planned"]


class Action(Value):
    """One step of the plan.

    Args:
        target: what it acts on: a key's id, or the principal's uin.
        principal: whom it concerns.
        how: by the API, or by a person who is guided.
        title: what will be done, in words.
        effect: what that changes for the principal (blast radius).
        undo: how it is undone; None where it can't be.
        link: deep link into the web console for a manual step.
    """

    kind: ActionKind
    target: Line
    principal: Principal
    how: How
    title: Sentence
    effect: Sentence
    undo: Sentence | None
    link: str | None = None

    @property
    def name(self) -> str:
        """Kind and target in one word."""
        return f"{self.kind}:{self.target}"


class Plan(Value):
    """The actions for exactly this principal, least first.

    Args:
        rests_on: id of the audit record that turned up after people had been asked, and when facts were gathered anew
            because they had grown too old; empty where neither happened.
    """

    actions: tuple[Action, ...] = ()
    rests_on: str = ""

    @property
    def digest(self) -> str:
        """Sha256 over what is done to whom and how; an approval is bound to it.

        Not over the words, nor over whatever fields there are: a version that rewords or adds one would void every
        approval that waits. A record that turned up late makes another plan, even of the same actions: who approved the
        old one had not seen it.
        """
        acts: list[object] = [
            (a.kind, a.target, a.how, a.principal.kind, a.principal.uin, a.principal.name) for a in self.actions
        ]
        acts += [self.rests_on] if self.rests_on else []
        return hashlib.sha256(json.dumps(acts).encode()).hexdigest()

    @property
    def hash(self) -> str:
        """The beginning of the digest, by which people and the ledger call the plan."""
        return self.digest[:12]


class Approval(Value):
    """Who decided on which plan.

    Args:
        actions: names (`kind:target`) of the approved actions; empty means declined.
        declared: whether the approver is one whom the policy declares; None where an earlier version kept it.
        proof: how far it is proven that it was the approver.
    """

    plan_hash: str
    approver: Line
    actions: tuple[str, ...]
    at: Moment
    declared: bool | None = None
    proof: Proof = "named"


class Outcome(Value):
    """What came of one action.

    Args:
        before: the state saved before the act; what undo needs.
        after: the state that was read back; empty where none was, or an earlier version kept it.
        request_ids: of the calls made.
        by: who approved or attested it.
        detail: what was seen when it was looked at afterwards.
        again: whether it failed for a reason that may pass, so that it is tried again.
    """

    kind: ActionKind
    target: Line
    principal: Principal
    how: How
    status: Status
    before: dict[str, Any] = Field(default_factory=dict)
    after: dict[str, Any] = Field(default_factory=dict)
    request_ids: tuple[str, ...] = ()
    by: Line = ""
    at: Moment | None = None
    detail: Sentence
    again: bool = False

    @property
    def name(self) -> str:
        """Kind and target in one word, as the action had it."""
        return f"{self.kind}:{self.target}"

    @classmethod
    def of(
        cls,
        action: Action,
        status: Status,
        detail: Sentence,
        *,
        by: str,
        at: datetime | None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        request_ids: tuple[str, ...] = (),
        again: bool = False,
    ) -> Self:
        """What came of this action."""
        return cls(
            kind=action.kind,
            target=action.target,
            principal=action.principal,
            how=action.how,
            status=status,
            before=before or {},
            after=after or {},
            request_ids=request_ids,
            by=by,
            at=at,
            detail=detail,
            again=again,
        )
