"""The database behind the ledger: how it is named, and who waits for it how long."""

import pytest

from tasks.chaos import database
from tasks.chaos.database import impatient, own_server, url_of
from tasks.cli.children import Children
from tasks.errors import InputError


def test_an_onlooker_waits_for_a_frozen_postgresql_a_few_seconds_only() -> None:
    address = impatient(url_of(5432, "ledger"))

    assert address.startswith("postgresql+psycopg://ledger@127.0.0.1:5432/ledger?")
    assert "connect_timeout=3" in address
    assert "statement_timeout" in address


def test_sqlite_s_address_stays_as_it_is() -> None:
    assert impatient("sqlite:////folder/ledger.db") == "sqlite:////folder/ledger.db"


def test_where_no_postgresql_is_installed_it_is_said_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("none")
    monkeypatch.setattr(database, "BINARIES", folder)
    children = Children()

    with pytest.raises(InputError, match="Debian's package, or give an URL"):
        own_server(folder, 5432, children)

    children.close()
