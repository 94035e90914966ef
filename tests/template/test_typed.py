"""Text becomes what Excel would make of it when typed; everything else stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbook.template.typed import as_typed

DAY = dt.date(2023, 10, 1)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "2023-10-01", DAY),
        ("date", "2023/10/1", DAY),
        ("clock", "9:05", dt.time(9, 5)),
        ("moment", "0:00", dt.time(0)),
        ("moment", "2023-10-01 14:30", dt.datetime(2023, 10, 1, 14, 30)),
        ("moment", "2023-10-01 14:30:05", dt.datetime(2023, 10, 1, 14, 30, 5)),
        ("moment", "2023-10-0114:30", "2023-10-0114:30"),
        ("moment", "2023-10-01 noon", "2023-10-01 noon"),
        ("moment", "25:00", "25:00"),
        ("date", "2023-02-30", "2023-02-30"),
        ("due", "24小时内回复", "24小时内回复"),
        ("whole", "12", 12),
        ("whole", "1.5", "1.5"),
        ("text", "2023-10-01", "2023-10-01"),
        ("choice", "12", "12"),
        ("moment", DAY, DAY),
        ("whole", 3, 3),
        ("text", None, None),
    ],
)
def test_what_a_cell_becomes(kind: str, text: object, value: object) -> None:
    assert as_typed(kind, text) == value
    assert type(as_typed(kind, text)) is type(value)


@given(st.datetimes(min_value=dt.datetime(1900, 3, 1)).map(lambda at: at.replace(microsecond=0)))
def test_any_stamp_written_out_reads_back(at: dt.datetime) -> None:
    assert as_typed("moment", f"{at:%Y-%m-%d %H:%M:%S}") == at
