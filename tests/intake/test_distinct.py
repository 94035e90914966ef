"""Texts that are looked at once each stand where they stood."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from csbook.intake.normalising.distinct import Distinct
from csbook.intake.normalising.texts import trimmed

CELLS = st.lists(st.tuples(*[st.sampled_from([None, "", " ", "a", " a", "b", "喂"])] * 2))


def table(cells: list[tuple[str | None, str | None]]) -> pa.Table:
    columns = {"first": [first for first, _ in cells], "second": [second for _, second in cells]}
    whole = pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns]))
    return pa.concat_tables([whole.slice(0, 2), whole.slice(2)])  # in chunks, as files come


def text(value: str | None) -> str | None:
    return (value or "").strip() or None


@given(CELLS)
def test_columns_say_what_their_cells_say(cells: list[tuple[str | None, str | None]]) -> None:
    changed = Distinct.of(table(cells), ["first", "absent", "second"]).changed(trimmed)
    for place, name in enumerate(("first", "second")):
        wanted = [text(row[place]) for row in cells]
        column, apart = changed.column(name), changed.apart(name)
        assert [None if pd.isna(value) else value for value in column] == wanted
        assert apart.spread(apart.texts).equals(column)
        assert sorted(set(apart.texts)) == sorted({value for value in wanted if value})
        assert apart.spread(apart.texts.eq("a").astype(bool)).tolist() == [value == "a" for value in wanted]
        assert changed.where(name, pc.equal(changed.texts, "a")).to_pylist() == [
            None if value is None else value == "a" for value in wanted
        ]
    assert changed.column("absent").isna().all()
    assert len(changed.column("absent")) == len(cells) == len(changed.apart("absent").places)
