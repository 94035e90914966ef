"""Planted bugs: each mistake that a ledger can be built with is caught by the fault checks of its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from csbook.ledger import Ledger
from csbook.ledger.database import schema, sequences
from csbook.ledger.database.store import insert
from csbook.ledger.merging import merge, numbers, write
from csbook.policy import Backups
from tests.ledger.faults import LATER, Scene, backups_agree, cut_off_at_every_step, handed_in, killed_at_every_step, scene
from tests.ledger.workbooks import OTHER, Office, Workbook, case

Plant = Callable[[pytest.MonkeyPatch], None]


def commit(connection: sa.Connection) -> None:
    """Commit behind SQLAlchemy's back, and begin again."""
    for statement in ("COMMIT", "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(statement)


def row_wise_commit(patch: pytest.MonkeyPatch) -> None:
    def one_by_one(connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        for row in rows:
            insert(connection, table, names, [row])
            commit(connection)

    patch.setattr(write, "insert", one_by_one)


def number_outside_the_transaction(patch: pytest.MonkeyPatch) -> None:
    lock = sequences.lock

    def lock_and_take(connection: sa.Connection) -> int:
        last = lock(connection)
        connection.exec_driver_sql("UPDATE number_sequence SET last_number = last_number + 1 WHERE form <> ''")
        commit(connection)
        return last

    patch.setattr(merge.sequences, "lock", lock_and_take)


def backup_before_commit(patch: pytest.MonkeyPatch) -> None:
    """The backup is taken before the batch is committed: it lacks the batch."""
    merged = Ledger.merge

    def back_up_and_merge(self: Ledger, batch: Any, **options: Any) -> Any:
        self.back_up(LATER, Backups())
        return merged(self, batch, **options)

    patch.setattr(Ledger, "merge", back_up_and_merge)


@pytest.fixture
def of(tmp_path: Path) -> Scene:
    return scene(tmp_path)


@pytest.mark.parametrize("plant", [row_wise_commit, number_outside_the_transaction, backup_before_commit])
def test_a_bug_in_the_order_of_things_is_caught_at_some_step(of: Scene, plant: Plant) -> None:
    def job(path: Path) -> None:
        handed_in(path, of.prepared)

    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        with pytest.raises(AssertionError):
            cut_off_at_every_step(of, job)


def test_the_kill_test_itself_catches_a_row_wise_commit(of: Scene) -> None:
    with pytest.MonkeyPatch.context() as patch:
        row_wise_commit(patch)
        with pytest.raises(AssertionError, match="torn"):
            killed_at_every_step(of, lambda path: handed_in(path, of.prepared))


def numbers_stay_unique(office: Office, patch: pytest.MonkeyPatch) -> None:
    """Even where the sequence has fallen back and nobody looks, as after a stray restore of one table, no number is given twice."""
    office.hand_in(Workbook([case()]))
    with office.ledger() as opened, opened.engine.begin() as connection:
        connection.execute(schema.number_sequence.update().where(schema.number_sequence.c.form != "").values(last_number=0))
    patch.setattr(numbers, "_taken", lambda *_: set())
    twice = Workbook([case(None, **{**OTHER, "raised_at": "2023-10-01 10:00"})])
    try:
        office.hand_in(twice)
    except sa.exc.IntegrityError:
        return
    given = office.records("record_no")
    assert len(given) == len(set(given))


def test_the_unique_key_refuses_a_number_given_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers_stay_unique(office, monkeypatch)
    assert office.records("record_no") == ["20231001001"]


def test_a_missing_unique_key_is_caught(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    (key,) = [each for each in schema.record.constraints if isinstance(each, sa.UniqueConstraint)]
    with monkeypatch.context() as patch:
        patch.setattr(schema.record, "constraints", schema.record.constraints - {key})
        with pytest.raises(AssertionError):
            numbers_stay_unique(office, patch)


def test_the_checks_pass_where_nothing_is_planted(of: Scene) -> None:
    assert cut_off_at_every_step(of, lambda path: handed_in(path, of.prepared)) > 100
    with of.copied() as path:
        handed_in(path, of.prepared)
        backups_agree(path)
