"""Sheet: cells that stay what they are, validations and formats that are never dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from csbook.workbook import limits
from csbook.workbook.formulas import WorksheetWriter, shareable
from csbook.workbook.grid import Cells
from csbook.workbook.limits import Refused, checked, within
from csbook.workbook.markup import unmarked
from csbook.workbook.proxy import Wall

Value = str | int | float | bool | dt.date | dt.time | dt.timedelta | None


class Sheet(Wall):
    """A worksheet; rows and columns count from 0. XlsxWriter's other Worksheet methods pass through, checked."""

    def __init__(self, wrapped: WorksheetWriter, name: str) -> None:
        super().__init__(wrapped, name)
        self.name = name

    def put(self, row: int, col: int, value: Value, style: Any = None) -> None:
        """A value by its type: text as text, a number, date or time as a number, None as an empty cell with its style."""
        if value is None or value == "":
            self._done(row, col, self._wrapped.write_blank(row, col, None, style))
        elif isinstance(value, str):
            self.text(row, col, value, style)
        elif isinstance(value, bool):
            self._done(row, col, self._wrapped.write_boolean(row, col, value, style))
        elif isinstance(value, dt.date | dt.time | dt.timedelta):
            self._done(row, col, self._wrapped.write_datetime(row, col, value, style))
        else:
            self._done(row, col, self._wrapped.write_number(row, col, value, style))

    def text(self, row: int, col: int, text: str, style: Any = None) -> None:
        """Text that stays text: no formula, no link, no mark-up; over 32,767 characters it raises."""
        within(f"{self.name}!R{row + 1}C{col + 1}", text, limits.CELL_TEXT)
        self._done(row, col, self._wrapped.write_string(row, col, unmarked(text), style))

    def row(self, row: int, col: int, values: Sequence[Value], style: Any = None) -> None:
        """Values side by side."""
        for offset, value in enumerate(values):
            self.put(row, col + offset, value, style)

    def grid(self, row: int, col: int, columns: Sequence[Cells]) -> None:
        """Many rows at once, equally long columns side by side; these rows take no other cells."""
        self._wrapped.put_grid(row, col, columns)

    def table(self, first_row: int, last_row: int, last_col: int, options: Mapping[str, Any]) -> None:
        """An Excel table from column A on, options as XlsxWriter names them; its cells but the header's are written apart."""
        checked(f"{self.name} table", self._wrapped.put_table, first_row, last_row, last_col, options)

    def set_row(self, row: int, points: float) -> None:
        """How many points a row is high, at most what Office shows; more text than that is read in the cell."""
        checked(f"{self.name}!R{row + 1}", self._wrapped.set_row, row, min(points, limits.ROW_HEIGHT))

    def heights(self, points: Mapping[int, float]) -> None:
        """The same for many rows, by number."""
        for row, each in points.items():
            self.set_row(row, each)

    def link(self, row: int, col: int, sheet: str, cell: str, tip: str = "") -> None:
        """Let a cell lead to a cell or range of a sheet of this workbook; what it shows is written apart."""
        quoted = sheet.replace("'", "''")
        self._done(row, col, self._wrapped.point(row, col, f"'{quoted}'!{cell}", tip))

    def formula(self, row: int, col: int, formula: str, style: Any = None, value: str | float = "") -> None:
        """A formula; `value` "" is calculated on opening, any other is the true cached result."""
        within(f"{self.name}!R{row + 1}C{col + 1}", formula, limits.CELL_FORMULA)
        self._wrapped.put_formula(row, col, formula, style, value)

    def share(self, first_row: int, col: int, last_row: int, formula: str, style: Any = None) -> None:
        """One formula for the rows of a column, written for its first row; Refused where Excel could not share it."""
        if not shareable(formula):
            raise Refused(f"{self.name}!C{col + 1}: shared formula")
        within(f"{self.name}!C{col + 1}", formula, limits.CELL_FORMULA)
        self._wrapped.share(first_row, col, last_row, formula.removeprefix("="), style)

    def print_areas(self, areas: Sequence[tuple[int, int, int]]) -> None:
        """What is printed, each area on pages of its own: first row, last row, number of columns from the first."""
        self._wrapped.print_each(areas)

    def open_at(self, row: int, height: float) -> None:
        """How many points a row is high at least when the file is opened; it still grows with what is typed."""
        self._wrapped.open_at(row, min(height, limits.ROW_HEIGHT))

    def validation(self, first_row: int, col: int, last_row: int, options: Mapping[str, Any]) -> None:
        """A data validation for the rows of a column, options as XlsxWriter names them, within Office's limits."""
        where = f"{self.name}!C{col + 1}"
        for key, limit in (
            ("input_title", limits.VALIDATION_TITLE),
            ("error_title", limits.VALIDATION_TITLE),
            ("input_message", limits.PROMPT),
            ("error_message", limits.ERROR_TEXT),
        ):
            within(f"{where} {key}", options.get(key, ""), limit)
        for key in ("value", "source", "minimum", "maximum"):
            if isinstance(options.get(key), str):
                within(f"{where} {key}", options[key].removeprefix("="), limits.VALIDATION_FORMULA)
        checked(where, self._wrapped.data_validation, first_row, col, last_row, col, dict(options))

    def _done(self, row: int, col: int, result: int) -> None:
        if result:
            raise Refused(f"{self.name}!R{row + 1}C{col + 1}: {result}")
