"""A closed incident, sealed, in a home of its own; and somebody who has the ledger's file."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tasks.context import ledger
from tasks.custody.seal import seal
from tests.custody.closed_incident import Rewrite, happened


@pytest.fixture
def incident_id(home: Path) -> str:
    found = happened()
    seal(found)
    return found


@pytest.fixture
def rewrite(home: Path) -> Rewrite:
    """Change the ledger as somebody does who has its file."""

    def rewritten(*statements: str) -> None:
        with ledger()._connection_to_write() as connection:
            for trigger in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {trigger}"))
            for statement in statements:
                connection.execute(text(statement))

    return rewritten
