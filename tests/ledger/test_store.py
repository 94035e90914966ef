"""Store: rows go in many to a statement, and all of them go in."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from csbook.ledger.database.store import VALUES, insert


@given(columns=st.integers(1, 60), rows=st.integers(0, 2_600))
@example(columns=12, rows=VALUES // 12)
@example(columns=12, rows=VALUES // 12 - 1)
@example(columns=12, rows=VALUES // 12 + 1)
@example(columns=1, rows=2 * VALUES)
@example(columns=VALUES + 1, rows=3)
def test_every_row_goes_in_once_and_in_order(columns: int, rows: int) -> None:
    table = sa.Table("kept", sa.MetaData(), *(sa.Column(f"c{number}", sa.Integer) for number in range(columns)))
    given_rows = [tuple(range(row, row + columns)) for row in range(rows)]
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        insert(connection, table, table.columns.keys(), given_rows)
        assert [tuple(row) for row in connection.execute(sa.select(table))] == given_rows
    engine.dispose()
