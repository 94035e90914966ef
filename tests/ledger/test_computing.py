"""Figures of a ledger on PostgreSQL are computed by the server, and are those of the same ledger in a file."""

from __future__ import annotations

from pathlib import Path

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


def computed(office: Office) -> dict[str, pd.DataFrame]:
    """Every table; of the records only the NEWEST are listed."""
    rules = policy.load(ROOT / "validations" / "policy.toml")
    definitions = load([ROOT / "templates"], [ROOT / "validations"])
    with office.ledger() as ledger, ledger.computing() as asked:
        lying = metrics.asked(asked.url, asked.records, asked.revisions) if asked else (ledger.records(), ledger.revisions())
        return dict(metrics.figures(*lying, ledger.quarantine(), rules, definitions, as_of=NOW, newest=NEWEST))


def filled(office: Office) -> Office:
    """Hand-ins with a change, a transfer, open and solved records, and MANY of one description."""
    office.hand_in(Workbook([*FIRST, *(case(f"A07-5KQ2M-{n:03}", customer=f"CUST{n}", **SOLVED) for n in range(10, MANY))]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    return office


# Ibis' connection lasts as long as the figures refer to it, and is closed with the process
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_computes_what_a_file_gives_and_its_own_log_shows_that_no_records_are_pulled(
    tmp_path: Path, schema_url: str, server_url: str
) -> None:
    """pg_stat_statements counts the rows that each statement gave: groups, names and the lists that are shown, never the records."""
    here = computed(filled(Office(tmp_path / "ledger.sqlite")))
    office = filled(Office(schema_url))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("SELECT pg_stat_statements_reset()")
        there = computed(office)
        log = [(query.split(maxsplit=1)[0].upper(), query, rows) for query, rows in connection.execute(PULLED)]
    assert here["overview"]["n"].tolist() == [MANY - 7]
    assert here.keys() == there.keys()
    for name in here:
        pd.testing.assert_frame_equal(here[name], there[name], check_exact=True, obj=name)
    given = {query: rows for verb, query, rows in log if verb in {"SELECT", "WITH", "FETCH", "COPY", "DECLARE"}}
    assert len(given) > 30
    assert {query for query, rows in given.items() if rows >= MANY - 10} == set()
    assert max(rows for verb, _, rows in log if verb in {"CREATE", "INSERT"}) >= MANY - 10, "what is computed on the way stays there"
