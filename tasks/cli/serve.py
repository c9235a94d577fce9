"""`runbooks serve`: alerts in, runs in place, until it is told to end."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect import Flow
from starlette.routing import Route

from tasks.checkin.page import routes as checkin_routes
from tasks.cli.sign_in import tell_sign_in
from tasks.cli.terminal import tell
from tasks.config.home import make_home
from tasks.config.intake_file import load_intake
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import cloud_at
from tasks.engine.session import deploy
from tasks.intake.routes import alert_routes
from tasks.intake.secret_store import TOKEN_FILE, secrets_of, sources_of
from tasks.ledger.database import parse_url
from tasks.lookup.ip_libraries import libraries
from tasks.metrics import ALERTS, IGNORED
from tasks.model.intake_file import IntakeFile
from tasks.reporting.escape import visible
from tasks.runbooks.registry import recognisers
from tasks.serving.descriptors import raise_limit
from tasks.serving.http_server import address_of, listen
from tasks.serving.ingest import Reception
from tasks.serving.serve import Wiring
from tasks.serving.serve import serve as serve_parts

LOGGED = ("runbooks", "tasks.intake")
STORIES = ("prefect.flow_runs", "prefect.task_runs")


class _Line(logging.Formatter):
    """One line a record; what strangers wrote can't steer the terminal or forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record).replace("\n", " ⏎ "))


class _Story(logging.Filter):
    """Lets the steps' story through, and names whose it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = f"{str(getattr(record, 'flow_run_id', ''))[:8]} {record.msg}"
        return bool(getattr(record, "story", False))


@contextmanager
def logged() -> Iterator[None]:
    """Write what happens to standard error, a line each, while the block runs."""
    plain, story = logging.StreamHandler(sys.stderr), logging.StreamHandler(sys.stderr)
    for handler in (plain, story):
        handler.setFormatter(_Line("%(asctime)s %(levelname)s %(message)s"))
    story.addFilter(_Story())
    pairs = [(logging.getLogger(name), plain) for name in LOGGED]
    pairs += [(logging.getLogger(name), story) for name in STORIES]
    for logger, handler in pairs:
        logger.addHandler(handler)
    for name in LOGGED:
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).propagate = False  # Prefect's own handler would say it once more
    try:
        yield
    finally:
        for logger, handler in pairs:
            logger.removeHandler(handler)
            logger.propagate = True


def _counted(source: str, outcome: str, runbook: str = "", *, about: tuple[str, ...] = ()) -> None:
    ALERTS.labels(source, outcome, runbook).inc()
    for topic in about:
        IGNORED.labels(source, topic).inc()


def _routes(config: IntakeFile, reception: Reception) -> list[Route]:
    secrets = secrets_of(config, os.environ, make_home())
    return [
        *alert_routes(config, secrets, recognisers(), take=reception.take, keep=reception.keep, counted=_counted),
        *checkin_routes(config),
    ]


def _announce(config: IntakeFile, address: str, ui_url: str) -> None:
    for source in sources_of(config):
        tell(f"→ {address}/alerts/{source.name} · {source.road} · {source.proof}", style="bold")
    if not config.sources:
        tell(f"  Authorization: Bearer $(cat {make_home() / TOKEN_FILE})")
    tell(f"→ {ui_url}/runs · {address}/readyz · {address}/metrics", style="bold")
    tell_sign_in(ui_url, zh=settings().lang == "zh")


async def _deploy(flows: Mapping[str, Flow[..., Any]], api_url: str) -> dict[UUID, str]:
    return {await deploy(flow, api_url): name for name, flow in flows.items()}


def serve(flows: Mapping[str, Flow[..., Any]]) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        InputError: a setting, the policy or the intake file is wrong; nothing is begun then.
        LedgerError: the ledger's address is none; one that is away is waited for.
    """
    home, config = make_home(), load_intake(settings().intake)
    load_policy(settings().policy)
    libraries()
    cloud_at(settings().endpoint or "", settings().site)
    secrets_of(config, os.environ, home)
    raise_limit()
    parse_url(settings().ledger)
    with listen(settings().intake_host, settings().intake_port) as listener, logged():
        address = address_of(listener)
        parts = Wiring(
            home=home,
            listener=listener,
            flows=flows,
            routes=lambda reception: _routes(config, reception),
            deploy=lambda api_url: _deploy(flows, api_url),
            announce=lambda ui_url: _announce(config, address, ui_url),
            trusted=config.trusted_proxies,
        )
        serve_parts(parts)
