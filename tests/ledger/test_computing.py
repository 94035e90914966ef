"""Figures of a ledger on PostgreSQL are computed by the server, and are those of the same ledger in a file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from csbook import metrics, policy
from csbook.forms import load
from tests.ledger.workbooks import NOW, OTHER, ROOT, SOLVED, Office, Workbook, case, saved

FIRST = [
    case(),
    case("A07-5KQ2M-002", **OTHER, **{**SOLVED, "agent": "客服小李"}),
    case(None, customer="CUST9", transfers="小王 / 10:00 / 忙"),
]
NAMES = ("scope", "overview", "by_form", "by_agent", "by_desk", "clocks", "stages", "open", "records", "doubts", "data_quality")


def figures(office: Office) -> dict[str, pd.DataFrame]:
    """Some tables of the same two hand-ins."""
    office.hand_in(Workbook(FIRST))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    rules = policy.load(ROOT / "validations" / "policy.toml")
    definitions = load([ROOT / "templates"], [ROOT / "validations"])
    with office.ledger() as ledger, ledger.computing() as asked:
        lying = metrics.asked(asked.url, asked.records, asked.revisions) if asked else (ledger.records(), ledger.revisions())
        found = metrics.figures(*lying, ledger.quarantine(), rules, definitions, as_of=NOW)
        return {name: found[name] for name in NAMES}


# Ibis' connection lasts as long as the figures refer to it, and is closed with the process
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_computes_what_a_file_gives(tmp_path: Path, schema_url: str) -> None:
    here, there = figures(Office(tmp_path / "ledger.sqlite")), figures(Office(schema_url))
    assert len(here["records"]) == len(FIRST)
    for name in NAMES:
        pd.testing.assert_frame_equal(here[name], there[name], check_exact=True, obj=name)
