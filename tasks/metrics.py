"""What is counted and timed, for Prometheus."""

from collections.abc import Callable
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from tasks.cloud.api import Called

SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
"""Buckets: from one quick call to a person who was woken."""

REGISTRY = CollectorRegistry()

ALERTS = Counter(
    "runbooks_alerts",
    "Messages by source, by what became of them, and by the runbook that they are for",
    ("source", "outcome", "runbook"),
    registry=REGISTRY,
)
IGNORED = Counter(
    "runbooks_messages_ignored",
    "Messages that are surely about something else, by source and by what they are about",
    ("source", "about"),
    registry=REGISTRY,
)
KEPT = Gauge(
    "runbooks_messages_kept", "Messages that nobody understood, and that no person has handled yet", registry=REGISTRY
)
DROPPED = Counter(
    "runbooks_messages_dropped", "Kept messages that were dropped before any person had handled them", registry=REGISTRY
)
INCIDENTS = Gauge(
    "runbooks_incidents_open", "Open incidents by runbook and state", ("runbook", "state"), registry=REGISTRY
)
BACKLOG = Gauge("runbooks_backlog", "Incidents that wait for a free place in this process", registry=REGISTRY)
LOOP_ENDS = Counter(
    "runbooks_loop_ends",
    "Background loops that an error ended and that were begun again",
    ("loop", "error"),
    registry=REGISTRY,
)
FACTS = Histogram("runbooks_facts_seconds", "From the alert's arrival to all facts", buckets=SECONDS, registry=REGISTRY)
DECISION = Histogram(
    "runbooks_decision_seconds", "From the alert's arrival to the first decision", buckets=SECONDS, registry=REGISTRY
)
CONTAINMENT = Histogram(
    "runbooks_containment_seconds", "From the alert's arrival to the last act", buckets=SECONDS, registry=REGISTRY
)
CALLS = Counter(
    "runbooks_cloud_calls", "Calls of the cloud by action and result", ("action", "result"), registry=REGISTRY
)
THROTTLES = Counter("runbooks_cloud_throttles", "Calls that the cloud throttled", ("action",), registry=REGISTRY)


def count_call(called: Called) -> None:
    """Count one call of the cloud; may be called from any thread."""
    CALLS.labels(called.action, called.error or "ok").inc()
    if called.error == "Throttled":
        THROTTLES.labels(called.action).inc()


def took(histogram: Histogram, elapsed: timedelta) -> None:
    """Note how long something took; a clock that was set back counts as no time."""
    histogram.observe(max(0.0, elapsed.total_seconds()))


def exposition(refresh: Callable[[], None]) -> bytes:
    """The text that Prometheus reads.

    Args:
        refresh: brings the gauges up to date.
    """
    refresh()
    return generate_latest(REGISTRY)
