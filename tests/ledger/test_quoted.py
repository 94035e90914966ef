"""What SQLite writes as CSV comes back from Arrow as it stood, whatever a text holds, by whichever way it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from csbook.ledger.database.encryption import Key
from csbook.ledger.database.engine import connect
from csbook.ledger.reading import quoted
from csbook.ledger.reading.arrow import table

Row = tuple[str | None, int | None, dt.datetime | None, str | None]

LEDGER = sa.Table(
    "told", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text), sa.Column("whole", sa.Integer),
    sa.Column("at", sa.DateTime), sa.Column("code", sa.Text),
)  # fmt: skip
# without the sign that ends a text in C, which no workbook holds
TEXTS = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.text(st.sampled_from("'\",;\r\n\\%NUL \ufeff投")),
    st.sampled_from(["NULL", "", "''", "null", "\n", "2023-10-01", "%Q"]),
)
STAMPS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1))
ROWS = st.lists(
    st.tuples(TEXTS | st.none(), st.integers(-(2**63), 2**63 - 1) | st.none(), STAMPS | st.none(), st.none() | TEXTS), max_size=20
)


def ledger(path: Path, rows: Sequence[Row], key: Key | None = None) -> sa.Engine:
    """A file with these rows, one id after the other."""
    engine = connect(sa.URL.create("sqlite", database=str(path)), 5, key)
    with engine.begin() as connection:
        LEDGER.drop(connection, checkfirst=True)
        LEDGER.create(connection)
        if rows:
            connection.execute(LEDGER.insert(), [dict(zip(("text", "whole", "at", "code"), row, strict=True)) for row in rows])
    return engine


def read(engine: sa.Engine, *, by_key: bool, coded: bool = False) -> list[Row]:
    """The rows as they come back, by their ids."""
    with engine.connect() as connection, connection.begin():
        found = table(connection, sa.select(LEDGER), "id", key=LEDGER.c.id if by_key else None, coded=coded)
    assert found["at"].type == pa.timestamp("us")
    assert found["whole"].type == pa.int64()
    return [*zip(*(found[name].to_pylist() for name in ("text", "whole", "at", "code")), strict=True)]


@settings(max_examples=60)
@given(ROWS)
def test_rows_come_back_as_they_were_stored(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    engine = ledger(tmp_path_factory.getbasetemp() / "quoted.sqlite", rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quoted, "PART", 3)
        assert read(engine, by_key=False) == read(engine, by_key=True) == read(engine, by_key=True, coded=True) == rows


@pytest.mark.parametrize("key", [None, Key("a key of the tests' own")])
def test_threads_and_a_writer_who_lets_none_begin_leave_the_rows_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: Key | None
) -> None:
    rows: list[Row] = [(f"{number}'s text", number, None, "on" if number % 2 else None) for number in range(40)]
    engine = ledger(tmp_path / "ledger.sqlite", rows, key)
    monkeypatch.setattr(quoted, "PART", 4)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert read(engine, by_key=True, coded=True) == rows
    calls: list[sa.Engine] = []

    def locked(engine: sa.Engine, asked: str, *_: object, **__: object) -> list[pa.Table]:
        calls.append(engine)
        raise sa.exc.OperationalError(asked, None, Exception("database is locked"))

    monkeypatch.setattr(quoted, "_apart", locked)
    assert read(engine, by_key=True) == rows
    assert calls


def test_texts_of_few_values_come_as_dictionaries_in_every_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [(str(number), number, None, "on" if number % 2 else None) for number in range(64)]
    engine = ledger(tmp_path / "ledger.sqlite", rows)
    monkeypatch.setattr(quoted, "PART", 32)
    with engine.connect() as connection, connection.begin():
        found = table(connection, sa.select(LEDGER), "id", key=LEDGER.c.id, coded=True)
    assert [pa.types.is_dictionary(found[name].type) for name in ("text", "code")] == [False, True]
    assert found["code"].to_pylist() == [row[3] for row in rows]


def test_a_writer_who_waits_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [(str(number), number, None, None) for number in range(30)]
    engine = ledger(tmp_path / "ledger.sqlite", rows)
    monkeypatch.setattr(quoted, "PART", 5)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with engine.connect() as reader, reader.begin():
        reader.execute(sa.select(LEDGER.c.id).limit(1)).all()
        writer = connect(engine.url, 0).connect()
        writer.exec_driver_sql("DELETE FROM told")
        with pytest.raises(sa.exc.OperationalError):  # and keeps new readers away until it is taken back
            writer.commit()
        found = table(reader, sa.select(LEDGER), "id", key=LEDGER.c.id)
        writer.rollback()
    assert found["whole"].to_pylist() == [*range(30)]
