"""Alerts: each is kept as it came, and opens an incident or joins the one that it reports again; in one transaction."""

import secrets
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from tasks.ledger.base import Writer, one_at_a_time
from tasks.ledger.campaigns import Campaigns, campaign_of, join_campaign
from tasks.ledger.canonical import Json
from tasks.ledger.comparison import LOOK_BACK, comparable, place_json
from tasks.ledger.errors import Replayed
from tasks.ledger.event_claims import claim
from tasks.ledger.incidents import Incidents, new_incident
from tasks.ledger.rows import ReceivedAlert
from tasks.ledger.tables import alerts, nonces
from tasks.model.delivery import Delivery, Receipt
from tasks.model.message import Reported
from tasks.model.runbook import Correlation
from tasks.model.sighting import Correlated, Sighting

Rules = Callable[[str], Correlation[Any, Any]]
"""How the alerts of a runbook, given by its name, are compared."""

SHOWN = tuple(ReceivedAlert.model_fields)

# Any number that no other program takes for an advisory lock in the same database.
_LOCK = 0x416C65727473


class Alerts(Incidents, Campaigns):
    """What was reported, by whom, and which incident it belongs to."""

    def take_delivery(
        self,
        delivery: Delivery,
        rules: Rules,
        *,
        mode: str,
        endpoint: str,
        lang: str,
        run_id: str | None = None,
        again: bool = False,
    ) -> tuple[Receipt, ...]:
        """Keep a message's alerts, each in a new incident or as a further witness of one; all of them or none.

        Args:
            delivery: the message.
            rules: how alerts are compared.
            mode: of incidents that it opens.
            endpoint: the cloud that it is about.
            lang: of incidents that it opens.
            run_id: the flow run that works on what it opens, where there is one already.
            again: open an incident even for what has one.

        Raises:
            Replayed: the message's nonce was used before, by another message or where none may come again.
        """
        opening = {"mode": mode, "endpoint": endpoint, "lang": lang, "flow_run_id": run_id}
        with self._connection_to_write() as connection:
            one_at_a_time(connection, _LOCK)  # two reports of one incident may come at the same moment
            _use_nonce(connection, delivery)
            return tuple(
                _take(connection, delivery, each, rules(each.runbook), opening, again=again) for each in delivery.alerts
            )

    def alerts_of(self, incident_id: str) -> tuple[ReceivedAlert, ...]:
        """List the reports of an incident in the order in which they came."""
        return tuple(
            ReceivedAlert.model_validate({name: row[name] for name in SHOWN}) for row in self._rows(alerts, incident_id)
        )


def _use_nonce(connection: Connection, delivery: Delivery) -> None:
    if not delivery.nonce:
        return
    connection.execute(delete(nonces).where(nonces.c.until < delivery.at))
    used = {"source": delivery.source, "until": delivery.nonce_until or delivery.at + LOOK_BACK}
    rows = [used | {"nonce": nonce} for nonce in (delivery.nonce, delivery.again) if nonce]
    try:
        with connection.begin_nested():
            connection.execute(insert(nonces), rows)
    except IntegrityError as exc:
        if not _came_before(connection, delivery):
            raise Replayed(delivery.source) from exc


def _came_before(connection: Connection, delivery: Delivery) -> bool:
    """Whether the very same message came with the nonce: its sender did not hear that it was taken."""
    where = (nonces.c.source == delivery.source, nonces.c.nonce == delivery.again)
    return bool(delivery.again) and connection.execute(select(nonces.c.nonce).where(*where)).first() is not None


def _take(
    connection: Connection,
    delivery: Delivery,
    reported: Reported,
    rule: Correlation[Any, Any],
    opening: dict[str, Any],
    *,
    again: bool,
) -> Receipt:
    said = rule.sighting(reported.alert, delivery.sha256, delivery.at).model_copy(update={"source": delivery.source})
    endpoint, at = str(opening["endpoint"]), delivery.at
    known = () if again else comparable(connection, said, endpoint, reported.runbook)
    found = rule.joins(said, known) if known else Correlated()
    alert_id, new = f"al-{secrets.token_hex(8)}", found.joins is None
    incident_id = found.joins or new_incident(connection, opening | _of(reported, alert_id, found), at).id
    writer = Writer(connection, incident_id)
    _keep(writer, delivery, reported, said, alert_id=alert_id, endpoint=endpoint)
    if said.event_id:
        claim(writer, said.event_id, endpoint=endpoint, at=at, seen=said, belongs=rule.belongs)
    if new:
        _link(writer, said, endpoint, found.resembles)
    return Receipt(incident_id=incident_id, new=new, campaign_id=campaign_of(connection, incident_id))


def _link(writer: Writer, said: Sighting, endpoint: str, resembles: str | None) -> None:
    """Say what a new incident has to do with others."""
    join_campaign(writer, said, endpoint)
    if resembles is not None:
        writer.enter("resembles", detail={"incident_id": resembles}, at=said.at)


def _of(reported: Reported, alert_id: str, found: Correlated) -> dict[str, Any]:
    """What an incident takes over from the alert that opens it."""
    return {
        "dedupe_key": f"alert:{alert_id}",
        "account": reported.alert.account or "",
        "runbook": reported.runbook,
        "alert": reported.alert.model_dump(mode="json"),
        "resembles": found.resembles,
    }


def _keep(
    writer: Writer, delivery: Delivery, reported: Reported, sighting: Sighting, *, alert_id: str, endpoint: str
) -> None:
    """Write the report down, with the message that it came in; the same message again says nothing new."""
    said = {"source": delivery.source, "road": delivery.road, "sha256": delivery.sha256}
    where = (alerts.c.incident_id == writer.incident_id, alerts.c.sha256 == delivery.sha256)
    if writer.connection.execute(select(alerts.c.id).where(*where, alerts.c.source == delivery.source)).first():
        return
    plain: Json = reported.alert.model_dump(mode="json")
    row: dict[str, Any] = said | {
        "id": alert_id,
        "incident_id": writer.incident_id,
        "seq": writer.next_seq,
        "body": delivery.body,
        "runbook": reported.runbook,
        "alert": plain,
        "endpoint": endpoint,
        "at": delivery.at,
    }
    compared = sighting.model_dump(include={"account", "principal", "ip", "event_id"})
    compared |= {"login_at": sighting.happened_at, "place": place_json(sighting)}
    writer.connection.execute(insert(alerts), row | compared)
    writer.enter("alert_taken", detail={**said, "id": alert_id, "alert": plain}, at=delivery.at)
