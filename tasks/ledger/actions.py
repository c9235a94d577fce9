"""Actions: claimed before the act and confirmed after it, so that no act is done twice."""

from datetime import datetime

from sqlalchemy import insert, select, update

from tasks.errors import LedgerError
from tasks.ledger.base import Connected, Writer
from tasks.ledger.canonical import Json, canonical, plain, short_id
from tasks.ledger.errors import AlreadySettled, DrivenElsewhere, UnknownRow
from tasks.ledger.rows import ActionRow, Claim, ClaimState
from tasks.ledger.tables import actions, leases

CLAIMED = "claimed"
"""The status of an action that may or may not have been done."""


class Actions(Connected):
    """What was done to the cloud, or may have been."""

    def claim_action(
        self,
        incident_id: str,
        *,
        kind: str,
        target: str,
        plan_hash: str,
        request: Json,
        at: datetime,
        owner: str,
        drives: bool = False,
    ) -> Claim:
        """Ask to act; only one caller ever hears `fresh`.

        `unfinished` means that somebody claimed it and may have acted: read the cloud and confirm what is there.
        `done` comes with the confirmed action, whatever its status: a failed one is tried again under a new plan.

        Args:
            drives: whether the caller acts as the one who drives the incident, which nobody may beside another.

        Raises:
            DrivenElsewhere: another process holds the incident's lease; it may have gone on where this one stood still.
        """
        what = {"kind": kind, "target": target, "plan_hash": plan_hash, "request": plain(request), "owner": owner}
        action_id = short_id("act", incident_id, kind, target, plan_hash)
        with self._writing(incident_id) as writer:
            held = writer.found(leases, leases.c.incident_id == incident_id) if drives else None
            if held is not None and held["owner"] != owner and held["until"] > at:
                raise DrivenElsewhere(f"{incident_id} is driven by {held['owner']} by now.")
            known = writer.found(actions, actions.c.id == action_id)
            if known is not None:
                return _known_claim(writer, ActionRow.model_validate(dict(known)), owner=owner, at=at)
            row = what | {"id": action_id, "incident_id": incident_id, "seq": writer.next_seq} | _unconfirmed(at)
            writer.connection.execute(insert(actions), row)
            writer.enter("action_claimed", who=owner, detail={"id": action_id, **what}, at=at)
            return Claim(state=ClaimState.FRESH, action=ActionRow.model_validate(row))

    def save_before(self, action_id: str, before: Json, at: datetime) -> ActionRow:
        """Keep what an action is about to change; the first word stands, for a later one may have seen the act.

        Raises:
            AlreadySettled: if the action is confirmed and no state before it was kept.
        """
        with self._writing_action(action_id) as writer:
            action = _action(writer, action_id)
            if action.before_at is None and action.status != CLAIMED:
                raise AlreadySettled(f"Action {action_id} is confirmed as {action.status}; what it changed is gone.")
            if action.before_at is None:
                _change(writer, action_id, before=before, before_at=at)
                writer.enter("action_before", who=action.owner, detail={"id": action_id, "before": before}, at=at)
            elif canonical(before) != canonical(action.before):
                detail: Json = {"id": action_id, "before": before}
                writer.enter("action_before_ignored", who=action.owner, detail=detail, at=at)
            return _action(writer, action_id)

    def confirm_action(self, action_id: str, status: str, result: Json, at: datetime) -> ActionRow:
        """Say how an action ended; saying the same again does nothing.

        Raises:
            AlreadySettled: if it was confirmed differently.
        """
        if status in {"", CLAIMED}:
            raise LedgerError(f"An action is not confirmed as {status!r}: say how it ended.")
        with self._writing_action(action_id) as writer:
            action = _action(writer, action_id)
            if action.status == CLAIMED:
                _change(writer, action_id, status=status, result=result, confirmed_at=at)
                detail: Json = {"id": action_id, "status": status, "result": result}
                writer.enter("action_confirmed", who=action.owner, detail=detail, at=at)
            elif canonical([status, result]) != canonical([action.status, action.result]):
                raise AlreadySettled(f"Action {action_id} was confirmed as {action.status}, with another result.")
            return _action(writer, action_id)

    def action(self, action_id: str) -> ActionRow:
        """Look an action up."""
        with self._reading() as connection:
            row = connection.execute(select(actions).where(actions.c.id == action_id)).mappings().one_or_none()
        if row is None:
            raise UnknownRow(f"The ledger knows no action {action_id}.")
        return ActionRow.model_validate(dict(row))

    def actions(self, incident_id: str) -> tuple[ActionRow, ...]:
        """List an incident's actions in the order in which they were claimed."""
        return tuple(ActionRow.model_validate(row) for row in self._rows(actions, incident_id))


def _unconfirmed(at: datetime) -> dict[str, object]:
    return {
        "status": CLAIMED,
        "before": None,
        "result": None,
        "claimed_at": at,
        "before_at": None,
        "confirmed_at": None,
    }


def _known_claim(writer: Writer, action: ActionRow, *, owner: str, at: datetime) -> Claim:
    if action.status != CLAIMED:
        return Claim(state=ClaimState.DONE, action=action)
    writer.enter("action_claimed_again", who=owner, detail={"id": action.id, "owner": owner}, at=at)
    return Claim(state=ClaimState.UNFINISHED, action=action)


def _action(writer: Writer, action_id: str) -> ActionRow:
    row = writer.connection.execute(select(actions).where(actions.c.id == action_id)).mappings().one()
    return ActionRow.model_validate(dict(row))


def _change(writer: Writer, action_id: str, **values: object) -> None:
    writer.connection.execute(update(actions).where(actions.c.id == action_id).values(values))
