"""Figures of a ledger on PostgreSQL are computed by the server, and are those of the same ledger in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from csbook import metrics, policy
from csbook.forms import load
from tests.ledger.workbooks import NOW, OTHER, ROOT, SOLVED, Office, Workbook, case, saved

FIRST = [
    case(),
    case("A07-5KQ2M-002", **OTHER, **{**SOLVED, "agent": "客服小李"}),
    case(None, customer="CUST9", transfers="小王 / 10:00 / 忙"),
]
MANY, NEWEST = 240, 5
PULLED = "SELECT query, rows FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"


def computed(office: Office, **options: Any) -> dict[str, pd.DataFrame]:
    """Every table."""
    rules = policy.load(ROOT / "validations" / "policy.toml")
    definitions = load([ROOT / "templates"], [ROOT / "validations"])
    with office.ledger() as ledger, ledger.computing() as asked:
        lying = metrics.asked(asked.url, asked.records, asked.revisions) if asked else (ledger.records(), ledger.revisions())
        return dict(metrics.figures(*lying, ledger.quarantine(), rules, definitions, as_of=NOW, **options))


def figures(office: Office) -> dict[str, pd.DataFrame]:
    """Every table of the same two hand-ins."""
    office.hand_in(Workbook(FIRST))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    return computed(office)


# Ibis' connection lasts as long as the figures refer to it, and is closed with the process
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_computes_what_a_file_gives(tmp_path: Path, schema_url: str) -> None:
    here, there = figures(Office(tmp_path / "ledger.sqlite")), figures(Office(schema_url))
    assert len(here["records"]) == len(FIRST)
    assert here.keys() == there.keys()
    for name in here:
        pd.testing.assert_frame_equal(here[name], there[name], check_exact=True, obj=name)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_servers_own_log_shows_that_no_records_are_pulled(schema_url: str, server_url: str) -> None:
    """pg_stat_statements counts the rows that each statement gave: groups, names and short lists, never the records."""
    office = Office(schema_url)
    office.hand_in(Workbook([case(f"A07-5KQ2M-{n:03}", customer=f"CUST{n}", **SOLVED) for n in range(MANY)]))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("SELECT pg_stat_statements_reset()")
        found = computed(office, newest=NEWEST)
        log = connection.execute(PULLED).fetchall()
    assert found["overview"]["n"].tolist() == [MANY]
    kept = [rows for query, rows in log if query.lstrip().upper().startswith("CREATE")]
    given = {query: rows for query, rows in log if query.lstrip().upper().startswith(("SELECT", "WITH", "FETCH", "COPY", "DECLARE"))}
    assert max(kept) == MANY, "what is computed on the way stays on the server"
    assert len(given) > 30
    assert {query for query, rows in given.items() if rows >= MANY} == set()
