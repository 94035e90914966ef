"""Texts: what records say at length, which the facts do not hold; looked up for the few that a list shows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from csbook.metrics.engine import RECORD, Engine, completed, series

LONG = ("record_no", "source_id", "agent", "owner", "reviewer", "customer", "contact_name", "contact_phone", "description")


@dataclass(frozen=True)
class Texts:
    """LONG of every record: `table` where they lie, with `id`; `here` where that is this process, the id being the place."""

    engine: Engine
    table: ir.Table
    here: pa.Table | None

    @classmethod
    def of(cls, engine: Engine, records: ir.Table, lying: pa.Table | ir.Table) -> Texts:
        """Of records, and what they were before they lay where the engine finds them."""
        table = completed(records, {name: RECORD[name] for name in LONG})
        return cls(engine, table, lying if isinstance(lying, pa.Table) else None)

    def first(self, table: ir.Table, names: Sequence[str], order: Mapping[str, bool], most: int | None) -> pd.DataFrame:
        """Rows of facts, by `id`, and what their records say under these names: in this order (column -> ascending), at most so many.

        What lies elsewhere is put in order there, so that no more rows come than are shown.
        """
        if self.here is None:
            told = table.inner_join(self.table.select("id", *names), "id")
            found = self.engine.run(told.order_by([told[name] if up else told[name].desc() for name, up in order.items()]).limit(most))
        else:
            found = self.engine.run(table)
            found = pd.concat([found, _taken(self.here, found["id"].to_numpy(), names)], axis="columns")
        return found.sort_values([*order], ascending=[*order.values()], ignore_index=True).iloc[:most]


def _taken(table: pa.Table, places: np.ndarray[tuple[int], np.dtype[np.int64]], names: Sequence[str]) -> pd.DataFrame:
    """By place, part by part: of a table in parts Arrow would copy the whole first."""
    there = table.select([name for name in names if name in table.column_names])
    order = np.argsort(places, kind="stable")
    parts, ordered = there.to_batches(), places[order]
    starts = np.cumsum([0, *map(len, parts)])
    bounds = itertools.pairwise(np.searchsorted(ordered, starts))
    taken = [part.take(pa.array(ordered[low:high] - start)) for part, start, (low, high) in zip(parts, starts, bounds, strict=False)]
    back = pa.array(np.argsort(order, kind="stable"))
    texts = pa.schema([(name, pa.string()) for name in there.column_names])
    found = pa.concat_tables([texts.empty_table(), *(pa.Table.from_batches([part]).cast(texts) for part in taken)]).take(back)
    nothing = pa.nulls(len(places), pa.string())
    return pd.DataFrame({name: series(found[name] if name in texts.names else nothing, "text") for name in names})
