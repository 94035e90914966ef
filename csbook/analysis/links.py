"""Links: from a tile or a row to the list behind it; collected while the sheets are drawn, set when every table has its place."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from csbook.analysis.block import GROUP, GROUPED, Link, Sheet, Table
from csbook.workbook import Sheet as Worksheet
from csbook.workbook import column_letter


@dataclass(frozen=True)
class Place:
    """A drawn table: its sheet, its header's row, its columns in order."""

    sheet: str
    row: int


def behind(key: str) -> dict[str, tuple[str, str]]:
    """From the rows of a breakdown by `key` to the records: each form's entries of one group are counted in one row."""
    return {key: ("records", key + GROUP if key in GROUPED else key)}


@dataclass
class Links:
    """All tables of the workbook by name, where they stand, and the cells that wait to lead there."""

    tables: Mapping[str, Table]
    places: dict[str, Place] = field(default_factory=dict)
    waiting: list[tuple[Worksheet, int, int, Link]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = cache(self._rows)

    @classmethod
    def of(cls, sheets: Iterable[Sheet]) -> Links:
        """The tables that will be drawn."""
        return cls({block.name: block for sheet in sheets for block in sheet.blocks if isinstance(block, Table)})

    def leads(self, link: Link) -> bool:
        """Is there something to see?"""
        if link.table not in self.tables or self.tables[link.table].frame.empty:
            return False
        return not link.column or _key(link) in self._found(link)

    def settle(self) -> None:
        """Set every waiting link that leads somewhere."""
        for sheet, row, col, link in self.waiting:
            if self.leads(link):
                place = self.places[link.table]
                sheet.link(row, col, place.sheet, self._cells(link, place))

    def _cells(self, link: Link, place: Place) -> str:
        """The header's first cell, or the cells of the rows, as far as they stand together."""
        if not link.column:
            return f"A{place.row + 1}"
        first, last = self._found(link)[_key(link)]
        shown = [each.name for each in self.tables[link.table].columns]
        letter = column_letter(shown.index(link.column if link.column in shown else link.column.removesuffix(GROUP)))
        end = f":{letter}{place.row + 2 + last}" if last > first else ""
        return f"{letter}{place.row + 2 + first}{end}"

    def _found(self, link: Link) -> Mapping[Hashable, tuple[int, int]]:
        return self.rows(link.table, link.column, of_form=link.form is not None)

    def _rows(self, name: str, column: str, *, of_form: bool) -> Mapping[Hashable, tuple[int, int]]:
        """Value (and form) -> its first row and the last one of the same run."""
        frame = self.tables[name].frame
        if column not in frame:
            return {}
        values = days(frame[column]).reset_index(drop=True)
        if of_form:
            values = pd.Series(list(zip(values, frame["form"], strict=True)), dtype="object").where(values.notna())
        runs = values.ne(values.shift()).cumsum()
        ends = pd.DataFrame({"value": values, "row": values.index}).groupby(runs)["row"].agg(["min", "max"])
        found = ends.assign(value=values.loc[ends["min"]].to_numpy()).dropna(subset=["value"]).drop_duplicates("value")
        return dict(zip(found["value"], zip(found["min"].astype(int), found["max"].astype(int), strict=True), strict=True))


def _key(link: Link) -> Hashable:
    return link.value if link.form is None else (link.value, link.form)


def days(values: pd.Series) -> pd.Series:
    """Moments as days, so that a day finds its records; other values as they are."""
    return values.dt.normalize() if pd.api.types.is_datetime64_any_dtype(values) else values
