"""Rare: entries of lists that only few of the exported rows have; outsiders see them as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from csbook.forms.form import Form
from csbook.privacy.groups import REST

# columns with few values that are in no list of the form
ALSO = "state", "team"


@dataclass(frozen=True)
class Rare:
    """Of a form's rows: how many there are, and the values by column that become REST (None is a blank cell)."""

    rows: int
    values: Mapping[str, frozenset[str | None]] = field(default_factory=dict)

    def merged(self, table: pa.Table) -> pa.Table:
        """The table with REST in place of rare values."""
        for name, values in self.values.items():
            if name in table.column_names and values:
                column = table[name]
                rare = pc.is_in(column, pa.array(list(values), column.type))
                merged = pc.if_else(rare, pa.scalar(REST, column.type), column)
                table = table.set_column(table.column_names.index(name), name, merged)
        return table


def rare(tables: Iterable[pa.Table], form: Form, few: int) -> Rare:
    """What is rare in the rows of a form: values of at most `few` rows, and the next commonest where these are too few together."""
    names = [*(each.name for each in form.fields if each.choices), *ALSO]
    rows, counts = 0, {name: Counter[str | None]() for name in names}
    for table in tables:
        rows += table.num_rows
        for name in names:
            counted = pc.value_counts(table[name].combine_chunks()) if name in table.column_names else ()
            counts[name].update({each["values"].as_py(): each["counts"].as_py() for each in counted})
    return Rare(rows, {name: _rare(found, few) for name, found in counts.items()})


def _rare(counts: Counter[str | None], few: int) -> frozenset[str | None]:
    by_size = sorted(counts, key=lambda value: (counts[value], str(value)))
    small = [value for value in by_size if counts[value] <= few]
    if small and sum(counts[value] for value in small) <= few:
        small = by_size[: len(small) + 1]
    return frozenset(small)
