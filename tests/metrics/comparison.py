"""Published tables beside their second implementation, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from tests.metrics import reference
from tests.metrics.published import WHO, Published
from tests.metrics.reference import Row, World

# table → the columns that name a row
FIGURES: dict[str, tuple[str, ...]] = {
    "overview": (),
    **{
        f"by_{name}": (name,)
        for name in ("form", "category", "channel", "priority", "department", "emotion", "desk", "team", "agent", "day")
    },
    "by_form_category": ("form", "category"),
    "by_week": ("week_start",),
    "by_month": ("month_start",),
    "clocks": ("clock",),
    "clocks_by_level": ("clock", "form", "level"),
    "satisfaction": ("field", "form", "level"),
    "satisfaction_rate": ("field", "form"),
    "satisfaction_speed": ("field", "form", "duration"),
    "stages": ("category", "stage"),
    "ageing": ("band",),
    "weekday_hour": ("weekday", "hour"),
    "mix_by_category": ("field", "category", "level"),
    "mix_by_period": ("kind", "bucket_start", "field", "level"),
    "escalations": ("form", "level"),
    "contact_by_agent": ("clock", "agent"),
    "contact_by_department": ("clock", "department"),
    "frequent": ("category", "phrase"),
    "overdue": (*WHO, "clock"),
    "open": WHO,
    "rating_missing": WHO,
    "records": WHO,
    "unordered": (*WHO, "earlier", "later"),
    "doubts": ("kind", "item", *WHO),
    "hand_in": ("desk", "team"),
    "data_quality": ("kind", "form", "desk", "item"),
    "coverage": ("metric", "form"),
}
# words and settings; what they say is tested where they are made
TOLD = {"scope", "policy", "hours", "definitions", "labels"}


def looked(records: list[Row], revisions: list[Row], as_of: dt.datetime, world: World) -> tuple[list[Row], list[Row]]:
    """Every record raised by as_of as it was seen then, and the others."""
    histories = defaultdict(list)
    for each in revisions:
        histories[each["form"], each["source_id"]].append(each)
    seen = [row for row in records if row["raised_at"] <= as_of]
    rows = [reference.look(row, histories[row["form"], row["source_id"]], as_of, world) for row in seen]
    return rows, [row for row in records if row["raised_at"] > as_of]


def compared(found: Mapping[str, pd.DataFrame], second: Published) -> int:
    """The number of figures that are equal; AssertionError for the first that is not, or that only one side has."""
    tables = second.tables()
    return sum(_table(name, found[name], tables[name], keys) for name, keys in FIGURES.items() if name in found)


def _table(name: str, table: pd.DataFrame, expected: Mapping[tuple[Any, ...], Row], keys: tuple[str, ...]) -> int:
    rows = [{column: _plain(value) for column, value in row.items()} for row in table.to_dict("records")]
    named = {tuple(_folded(key, row[key]) for key in keys): row for row in rows}
    assert len(named) == len(rows), name
    assert named.keys() == expected.keys(), (name, named.keys() ^ expected.keys())
    for key, row in named.items():
        # columns that are neither a key nor computed a second time are nobody's
        assert set(row) - set(keys) <= set(expected[key]), (name, set(row) - set(keys) - set(expected[key]))
        for column in set(row) - set(keys):
            _cell((name, *key, column), column, row[column], expected[key][column])
    return len(rows) * (table.shape[1] - len(keys))


def _cell(where: tuple[Any, ...], column: str, value: Any, expected: Any) -> None:
    if isinstance(value, float) and isinstance(expected, (int, float)):
        # sums may add up in another order, and p comes from an integral here
        assert value == pytest.approx(expected, rel=1e-7 if column == "p" else 1e-12, abs=1e-12), where
    else:
        assert value == expected, where


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def _folded(key: str, value: Any) -> Any:
    """Names of agents are shown in their commonest spelling."""
    return value.replace("*", "") if key == "agent" and isinstance(value, str) else value
