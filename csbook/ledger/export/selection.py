"""Selection: which records are exported."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import sqlalchemy as sa

from csbook.forms.form import Form
from csbook.ledger.database.schema import record


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Records that fit every part that is given.

    start, end: first and last day of raised_at. equal: column of the record → values one of which it has, None for blank.
    cases: only what its form calls a case to learn from. ids: only these records.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    equal: Mapping[str, Collection[str | None] | Collection[str]] = field(default_factory=dict)
    cases: bool = False
    ids: Collection[int] | None = None

    def where(self) -> sa.ColumnElement[bool]:
        """As a condition on the table record, all but `cases`, which a form's own condition decides (see `cases_of`)."""
        parts: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.start is not None:
            parts.append(record.c.raised_at >= _midnight(self.start))
        if self.end is not None:
            parts.append(record.c.raised_at < _midnight(self.end + dt.timedelta(days=1)))
        if self.ids is not None:
            parts.append(record.c.id.in_(self.ids))
        parts += [_one_of(record.c[name], values) for name, values in self.equal.items()]
        return sa.and_(*parts)

    def also(self, name: str, value: str | None) -> Selection:
        """Of these records, those with this value; `raised_at` takes a day."""
        if name != "raised_at":
            return dataclasses.replace(self, equal={**self.equal, name: (value,)})
        if value is None:
            return dataclasses.replace(self, equal={**self.equal, name: (None,)})
        day = dt.date.fromisoformat(value)
        return dataclasses.replace(self, start=day, end=day)

    def cases_of(self, form: Form, table: pa.Table) -> pa.Table:
        """The rows of `table`, all of one form, that are cases where only those are wanted."""
        if not self.cases or form.cases is None:
            return table.slice(0, 0) if self.cases else table
        frame = table.select(list(dict.fromkeys(form.cases.fields()))).to_pandas(types_mapper=_texts)
        return table.filter(pa.array(form.cases.true(frame).to_numpy(), pa.bool_()))


def _texts(type_: pa.DataType) -> object:
    import pandas as pd

    return pd.StringDtype("pyarrow", na_value=float("nan")) if pa.types.is_string(type_) else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _one_of(column: sa.Column[str], values: Collection[str | None] | Collection[str]) -> sa.ColumnElement[bool]:
    known = column.in_([value for value in values if value is not None])
    return sa.or_(known, column.is_(None)) if None in values else known
