"""Verify: whatever was changed behind csbook's back is found and named."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from csbook.issues import UnfinishedError, UsageError
from csbook.ledger.audit import seal
from csbook.ledger.audit.verify import Flaw
from csbook.ledger.database.schema import metadata
from tests.ledger.workbooks import OTHER, SOLVED, Office, Workbook, case, saved


@pytest.fixture
def kept(office: Office) -> Office:
    """Four batches: new, faulty, changed, mended, unchanged in a newer file, foreign id."""
    office.hand_in(Workbook([case(), case("A07-5KQ2M-002", good=False, **OTHER)]))
    office.hand_in(
        Workbook([case(**SOLVED)], path="b.xlsx", modified=saved(1)), Workbook([case("B01-AAAAA-001")], path="d.xlsx", desk="B01")
    )
    office.hand_in(Workbook([case("A07-5KQ2M-002", **OTHER)], modified=saved(2)))
    office.hand_in(Workbook([case("A07-9ZZZZ-007", **SOLVED)], modified=saved(3)))
    return office


def flaws(office: Office) -> list[Flaw]:
    with office.ledger() as ledger:
        return ledger.verify()


@contextlib.contextmanager
def by_hand(office: Office) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(office.path)) as connection, connection:
        yield connection


def edit(office: Office, sql: str) -> list[tuple[str, str, str | None, str | None]]:
    with by_hand(office) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        assert connection.execute(sql).rowcount
    return [(flaw.what, flaw.table, flaw.batch, flaw.record) for flaw in flaws(office)]


def test_a_ledger_is_sound_after_every_kind_of_merge(kept: Office) -> None:
    assert flaws(kept) == []


def test_seals_of_an_older_csbook_still_hold_and_still_find_an_edit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as then:
        then.setattr(seal, "digests", seal.older_digests)
        office.hand_in(Workbook([case(), case("A07-5KQ2M-002", good=False, **OTHER)]))
        office.hand_in(Workbook([case("A07-9ZZZZ-007", **SOLVED)], modified=saved(1)))
    office.hand_in(Workbook([case("A07-5KQ2M-002", **OTHER)], modified=saved(2)))
    assert flaws(office) == []
    assert edit(office, "UPDATE record SET customer = 'B公司' WHERE id = 1") == [
        ("changed", "record", "B0002", "response 20231001001"),
    ]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE record SET customer = 'B公司' WHERE id = 1", ("changed", "record", "B0002", "response 20231001001")),
        ("UPDATE record SET modified = NULL WHERE id = 1", ("changed", "record", "B0002", "response 20231001001")),
        ("UPDATE record SET row_hash = 'x' WHERE id = 3", ("changed", "record", "B0003", "response 20231003001")),
        ("UPDATE revision SET state = 'open' WHERE record_id = 1 AND seq = 2", ("changed", "revision", "B0002", "response 20231001001")),
        ("UPDATE revision SET row_no = 6 WHERE record_id = 3", ("changed", "revision", "B0003", "response 20231003001")),
        ("DELETE FROM revision WHERE record_id = 1 AND seq = 2", ("lost", "revision", None, "response 20231001001")),
        ("UPDATE alias SET source_key = 'C01' WHERE record_id = 2", ("changed", "alias", "B0002", "response 20231001002")),
        ("UPDATE quarantine SET status = 'open'", ("changed", "quarantine", "B0001", None)),
        ("UPDATE batch SET handed_in_by = 'someone' WHERE id = 3", ("changed", "batch", "B0003", None)),
        ("UPDATE source_file SET path = 'x' WHERE batch_id = 2 AND file_no = 1", ("changed", "source_file", "B0002", None)),
        ("UPDATE number_sequence SET last_number = 0 WHERE form = 'response'", ("changed", "number_sequence", None, None)),
        ("INSERT INTO alias VALUES ('response', 'C01', 1, 1)", ("changed", "alias", "B0001", "response 20231001001")),
        ("INSERT INTO alias VALUES ('response', 'C01', 1, 3)", ("foreign", "alias", "B0003", "response 20231001001")),
    ],
)
def test_an_edited_row_is_named_with_batch_and_record(kept: Office, sql: str, found: tuple[str, str, str | None, str | None]) -> None:
    assert found in edit(kept, sql)


def test_one_edit_is_one_flaw(kept: Office) -> None:
    assert len(edit(kept, "UPDATE revision SET content = replace(content, 'A公司', 'B公司') WHERE record_id = 2")) == 2  # and its record's
    assert len(edit(kept, "UPDATE record SET desk = 'B02' WHERE id = 3")) == 3


def test_a_content_must_give_its_hash_even_where_seals_are_gone(kept: Office) -> None:
    with by_hand(kept) as connection:
        connection.execute("DELETE FROM audit")
        connection.execute("UPDATE revision SET content = replace(content, 'A公司', 'B公司') WHERE record_id = 1 AND seq = 1")
        connection.execute("UPDATE quarantine SET content = '{}'")
    found = [(flaw.what, flaw.table, flaw.record or flaw.batch) for flaw in flaws(kept)]
    assert found == [
        *[("cut", "audit", f"B000{number}") for number in (1, 2, 3, 4)],
        ("hash", "revision", "response 20231001001"),
        ("hash", "quarantine", "B0001"),
    ]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE audit SET entry = replace(entry, 'admin', 'nobody') WHERE id = 2", [("chain", "B0002")]),
        ("UPDATE audit SET batch_id = 1 WHERE id = 3", [("chain", "B0001"), ("cut", "B0003"), ("changed", "B0001")]),
        # the fourth batch changed the stamp of a record without revising it: what the record was then is lost with the entry
        ("DELETE FROM audit WHERE id = 4", [("cut", "B0004"), ("changed", "B0002")]),
        ("DELETE FROM audit WHERE id < 3", [("chain", "B0003"), ("cut", "B0001"), ("cut", "B0002")]),
        ("DELETE FROM audit WHERE id = 2", [("chain", "B0003"), ("cut", "B0002")]),
        ("UPDATE audit SET id = CASE id WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE id IN (2, 3)", []),
        ("DELETE FROM audit", [("cut", f"B000{number}") for number in (1, 2, 3, 4)]),
    ],
)
def test_an_edited_reordered_or_cut_chain(kept: Office, sql: str, found: list[tuple[str, str]]) -> None:
    edit(kept, sql)
    if "CASE" in sql:
        edit(kept, "UPDATE audit SET id = -id WHERE id < 0")
        found = [("chain", "B0003"), ("chain", "B0002"), ("chain", "B0004")]
    assert [(flaw.what, flaw.batch) for flaw in flaws(kept)] == found


def texts(path: Path) -> list[tuple[str, str, bytes]]:
    """Every text that stands in the ledger, with its table and column."""
    found = []
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for name, table in metadata.tables.items():
            for column in table.c:
                rows = connection.execute(f'SELECT DISTINCT "{column.name}" FROM {name} WHERE typeof("{column.name}") = \'text\'')
                found += [(name, column.name, row[0].encode()) for row in rows if row[0]]
    return found


def places(whole: bytes, text: bytes) -> list[int]:
    """Up to two places: in the table and in an index, as a rule."""
    first = whole.find(text)
    second = whole.find(text, first + 1) if len(text) > 5 else -1
    return [place for place in (first, second) if place >= 0]


def test_a_flipped_byte_in_any_text(kept: Office) -> None:
    """Each text, at the first places where it stands in the file, its last byte flipped: nothing passes as sound."""
    whole, passed, tried = kept.path.read_bytes(), [], 0
    for table, column, text in texts(kept.path):
        for place in places(whole, text):
            at = place + len(text) - 1
            kept.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            tried += 1
            try:
                if not flaws(kept):
                    passed.append((table, column, place))
            except (UsageError, UnfinishedError):
                assert table in {"alembic_version", "record"} or len(text) < 9, (table, column)
    assert tried > 100
    assert passed == []


def test_a_byte_flipped_in_an_index_names_batch_and_record(kept: Office) -> None:
    with by_hand(kept) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'record_facts'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        facts = connection.execute("SELECT facts FROM record WHERE id = 3").fetchone()[0].encode()
    whole = kept.path.read_bytes()
    at = whole.index(facts, (root - 1) * size, root * size) + len(facts) - 1
    kept.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    found = [(flaw.what, flaw.table, flaw.batch, flaw.record) for flaw in flaws(kept)]
    assert ("index", "record", "B0003", "response 20231003001") in found


def test_a_torn_page_is_a_flaw_of_the_file(kept: Office) -> None:
    whole = bytearray(kept.path.read_bytes())
    with by_hand(kept) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quarantine'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    whole[(page - 1) * size : page * size] = bytes(size)
    kept.path.write_bytes(whole)
    assert "engine" in {flaw.what for flaw in flaws(kept)}
