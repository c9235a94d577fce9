"""Undoing a containment from the terminal."""

from typing import Any

import pytest

from tasks.cli.undo import undo_incident
from tasks.context import ledger
from tasks.errors import InputError
from tasks.ledger.rows import ChainOk
from tests.answers import STOLEN
from tests.runbooks.standing import standing

pytestmark = pytest.mark.prefect


def test_what_was_contained_can_be_put_back(respond: Any) -> None:
    ended = respond("stolen-sub-account", STOLEN)
    during = standing(ended.sandbox)
    incident = ended.record["incident_id"]

    with pytest.raises(InputError, match="quarantine:nobody"):
        undo_incident(incident, ("quarantine:nobody",), by="lead", lang="en")
    status = undo_incident(incident, (), by="lead", lang="en")

    assert during == (False, False)
    assert standing(ended.sandbox) == (True, True)
    assert status == 4  # the reset password can't be put back, and that is said
    assert isinstance(ledger().verify_chain(incident), ChainOk)
