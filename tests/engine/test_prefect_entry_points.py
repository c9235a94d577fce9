"""Prefect's inner entry points that we use are where they were, and look as they did."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from prefect import _flow_run_suspension, flow_engine
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, FlowRunPolicy, StateDetails
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.events.worker import EventsWorker
from prefect.exceptions import Abort, Pause, PrefectSignal
from prefect.logging.handlers import APILogWorker
from prefect.server.api import server as prefect_server_module
from prefect.server.database import configurations, dependencies
from prefect.utilities.engine import propose_state

PARAMETERS: list[tuple[Callable[..., Any], list[str]]] = [
    (flow_engine.run_flow_async, ["flow", "flow_run", "parameters", "wait_for", "return_type", "context"]),
    (propose_state, ["client", "state", "flow_run_id", "force"]),
    (_flow_run_suspension.mark_flow_run_suspension_requested, ["flow_run_id", "state"]),
    (PrefectClient.set_flow_run_state, ["self", "flow_run_id", "state", "force"]),
    (PrefectClient.resume_flow_run, ["self", "flow_run_id", "run_input"]),
    (PrefectClient.filter_flow_run_input, ["self", "flow_run_id", "key_prefix", "limit", "exclude_keys"]),
    (PrefectClient.delete_flow_run_input, ["self", "flow_run_id", "key"]),
    (configurations.AioSqliteConfiguration.begin_transaction, ["self", "session", "with_for_update"]),
    (APILogWorker.drain_all, ["timeout", "at_exit"]),
    (EventsWorker.drain_all, ["timeout", "at_exit"]),
]


@pytest.mark.parametrize(("function", "names"), PARAMETERS, ids=lambda value: getattr(value, "__qualname__", ""))
def test_an_entry_point_takes_what_we_give_it(function: Callable[..., Any], names: list[str]) -> None:
    assert list(inspect.signature(function).parameters) == names


def test_the_client_contexts_can_be_held_open() -> None:
    assert all(callable(context.get_or_create) for context in (AsyncClientContext, SyncClientContext))


def test_a_pause_is_a_signal_that_no_except_exception_catches() -> None:
    assert issubclass(Pause, PrefectSignal)
    assert not issubclass(Pause, Exception)
    assert issubclass(Abort, PrefectSignal)


def test_a_run_knows_the_questions_that_fired() -> None:
    assert {"pause_keys", "resuming"} <= set(FlowRunPolicy.model_fields)
    assert {"empirical_policy", "deployment_id"} <= set(FlowRun.model_fields)
    assert {"pause_key", "run_input_keyset"} <= set(StateDetails.model_fields)


def test_the_engine_observes_suspensions_only_of_runs_that_name_a_deployment() -> None:
    source = inspect.getsource(flow_engine.BaseFlowRunEngine.setup_flow_run_suspension_request)

    assert "if self.flow_run.deployment_id:" in source


def test_the_server_can_be_given_our_database_configuration() -> None:
    assert dependencies.MODELS_DEPENDENCIES.keys() >= {"database_config"}
    assert "final" in inspect.signature(prefect_server_module.create_app).parameters
