"""A large batch comes in pieces: the ledger is the same, and nothing holds all rows at once."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from csbook import folded, intake
from csbook.cli import batch
from csbook.folded import Folded, FoldedRows
from csbook.ledger.audit import seal
from csbook.ledger.merging import one_form
from csbook.rows import Rows
from tests.cli.conftest import Terminal

ROOT = Path(__file__).parents[2]
FEW = 60  # rows of a piece
# what does not hang on the moment of the ingest
TOLD = {
    "record": "id, form, record_no, source_id, desk, team, state, facts, row_hash, seq, modified, description, rest",
    "revision": "record_id, seq, file_no, sheet, row_no, changed, state, row_hash, content",
    "alias": "form, source_key, record_id",
    "quarantine": "form, kind, status, receipt_id, source_id, source_key, desk, record_id, file_no, row_no, content, issues, row_hash",
    "number_sequence": "form, period, last_number",
    "source_file": "file_no, path, sha256, verdict, code, rows_read, rows_new, rows_quarantined, rows_conflict",
}


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Every piece, seal and block of keys is small; the greatest number of rows that were ever read and neither folded nor forgotten."""
    monkeypatch.setattr("csbook.intake.workers.portions.FILES", 1)
    monkeypatch.setattr(intake, "PIECE", FEW)
    monkeypatch.setattr(seal, "PART", FEW)
    monkeypatch.setattr(one_form, "ALIASES", FEW)
    monkeypatch.setattr(one_form, "PIECE", 7)
    unfolded: list[int] = []
    typed, fold = batch.without, batch.fold

    def without(*given: Any) -> intake.Intake:
        found = typed(*given)
        unfolded.append((unfolded[-1] if unfolded else 0) + sum(len(rows.places) for rows in found.rows))
        return found

    def folds(rows: Rows) -> FoldedRows:
        unfolded.append(unfolded[-1] - (0 if isinstance(rows, FoldedRows) else len(rows.places)))
        return fold(rows)

    monkeypatch.setattr(batch, "without", without)
    monkeypatch.setattr(batch, "fold", folds)
    yield unfolded
    Folded.open.cache_clear()


def told(ledger: Path) -> dict[str, list[tuple[Any, ...]]]:
    with contextlib.closing(sqlite3.connect(ledger)) as connection:
        return {table: sorted(connection.execute(f"SELECT {names} FROM {table}"), key=str) for table, names in TOLD.items()}


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Some workbooks of several forms, rows that refer to each other, faulty and broken ones among them."""
    folder = tmp_path / "inbox"
    for desk in ("A03", "A07", "A09"):
        shutil.copytree(ROOT / "sample_data" / desk, folder / desk)
    return folder


def test_a_batch_in_pieces_makes_the_same_ledger(
    terminal: Terminal, tmp_path: Path, handed_in: Path, request: pytest.FixtureRequest
) -> None:
    whole = terminal("--ledger", tmp_path / "whole.sqlite", "ingest", handed_in, "--json").document
    unfolded = request.getfixturevalue("pieces")
    parts = terminal("--ledger", tmp_path / "parts.sqlite", "ingest", handed_in, "--json", "--receipts", tmp_path / "receipts").document
    assert whole["totals"]["read"] > 10 * FEW
    assert parts == whole
    assert told(tmp_path / "parts.sqlite") == told(tmp_path / "whole.sqlite")
    assert terminal("--ledger", tmp_path / "parts.sqlite", "ledger", "verify").code == 0
    again = terminal("--ledger", tmp_path / "parts.sqlite", "ingest", handed_in, "--json").document["totals"]
    assert (again["new"], again["updated"]) == (0, 0)
    assert again["unchanged"] == whole["totals"]["new"]
    assert len(unfolded) > 10
    assert max(unfolded) < whole["totals"]["read"] / 2


def test_a_batch_without_its_own_entry_is_told_though_its_seals_are_there(
    terminal: Terminal, tmp_path: Path, handed_in: Path, pieces: list[int]
) -> None:
    assert terminal("--ledger", tmp_path / "parts.sqlite", "ingest", handed_in).code in (0, 1)
    with contextlib.closing(sqlite3.connect(tmp_path / "parts.sqlite")) as connection, connection:
        kinds = [kind for (kind,) in connection.execute("SELECT action FROM audit ORDER BY id")]
        assert kinds.count(seal.SEALED) > 3
        connection.execute("DELETE FROM audit WHERE id >= (SELECT id FROM audit WHERE action = 'merge')")
    flaws = terminal("--ledger", tmp_path / "parts.sqlite", "ledger", "verify", "--json").document["flaws"]
    assert ("cut", "B0001") in {(flaw["what"], flaw["batch"]) for flaw in flaws}


def test_a_folded_frame_is_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame(
        {
            "text": pd.Series(["一", None, ""], dtype="str"),
            "at": pd.to_datetime(pd.Series(["2023-10-01 09:00", None, "2023-10-02"]), format="mixed").astype("datetime64[us]"),
            "count": pd.Series([1, None, 3], dtype="Int64"),
            "text?phone": [True, False, True],
        }
    )
    rows = [Folded(frame.assign(count=number)) for number in range(2 * folded.OPEN)]
    pd.testing.assert_frame_equal(Folded(frame).open(), frame)
    assert [each.open()["count"][0] for each in rows] == list(range(2 * folded.OPEN))
    assert Folded.open.cache_info().currsize == folded.OPEN
