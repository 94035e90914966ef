"""One office with an empty ledger, in a file or on a server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ledger.server import binary, server
from tests.ledger.workbooks import Office

COUNTED = itertools.count(1)


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    """An embedded ledger; one on PostgreSQL where a module says `everywhere()`."""
    return Office(tmp_path / "ledger.sqlite" if getattr(request, "param", "sqlite") == "sqlite" else request.getfixturevalue("schema_url"))


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """One server for the whole session, started when the first test asks for it."""
    if binary("initdb") is None:
        pytest.skip("no PostgreSQL server is installed here")
    with server() as running:
        yield running.url


@pytest.fixture
def schema_url(server_url: str) -> str:
    """A schema of its own on the server: as good as an empty database, and made in a millisecond."""
    name = f"test_{next(COUNTED)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server_url}&options=-csearch_path%3D{name}"
