"""Formulas: an XlsxWriter worksheet that writes thousands of them fast and shares equal ones.

XlsxWriter runs 27 regular expressions over each formula to mark functions newer than Excel 2010; ours use none.
Equal formulas of a column are stored once (`t="shared"`), as Excel itself does when a formula is filled down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.url import Url
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from csbook.workbook.grid import Cells, GridEnd, GridRow, cells, fitting

# links of a sheet
LINKS = 65_530
_LITERAL = re.compile(r'"[^"]*"')


class SharedFormula(NamedTuple):
    """A cell of a shared formula; `text` and `span` stand only in the first cell."""

    format: Any
    number: int
    text: str = ""
    span: str = ""


def column_letter(column: int) -> str:
    """0 → A."""
    return str(xl_col_to_name(column))


def column_number(letter: str) -> int:
    """A → 0."""
    return int(xl_cell_to_rowcol(f"{letter}1")[1])


def shareable(formula: str) -> bool:
    """May Excel share it? Not with other sheets, array constants or a range made of functions ([MS-XLSB] 2.5.98.98)."""
    bare = _LITERAL.sub("", formula)
    return not any(mark in bare for mark in ("!", "{", "):"))


class WorksheetWriter(Worksheet):  # type: ignore[misc]
    """A worksheet with shared formulas; a formula keeps the text it was given."""

    shared = 0

    def __init__(self) -> None:
        super().__init__()
        self.opened: dict[int, float] = {}
        self.below = 0

    def open_at(self, row: int, height: float) -> None:
        """At least so many points high is a row when the file is opened; unlike a height that is set, it still grows with what is typed."""
        self.opened[row] = max(height, self.opened.get(row, 0.0))

    def print_each(self, areas: Sequence[tuple[int, int, int]]) -> None:
        """Several areas to print, which Excel knows and XlsxWriter does not: first row, last row, number of columns."""
        self.print_area_range = ",".join(self._convert_name_area(first, 0, last, count - 1) for first, last, count in areas)

    def share(self, first_row: int, col: int, last_row: int, formula: str, style: Any) -> None:
        """One relative formula for the rows of a column, as written for `first_row`."""
        self._check_dimensions(first_row, col)
        self._check_dimensions(last_row, col)
        self.table[first_row][col] = SharedFormula(style, self.shared, formula, xl_range(first_row, col, last_row, col))
        follower = SharedFormula(style, self.shared)
        for row in range(first_row + 1, last_row + 1):
            self.table[row][col] = follower
        self.shared += 1

    def put_formula(self, row: int, col: int, formula: str, style: Any, value: Any) -> None:
        """One formula, without XlsxWriter's search for newer functions."""
        self._write_formula(row, col, formula, style, value)

    def put_grid(self, row: int, col: int, columns: Sequence[Cells]) -> None:
        """Rows of cells, written when the sheet is."""
        count, end = len(columns[0].values), GridEnd()
        fitting(columns, row, col, self.name)
        self._check_dimensions(row, col)
        self._check_dimensions(row + count - 1, col + len(columns) - 1)
        marker = GridRow(chain.from_iterable(part.to_pylist() for part in cells(row, col, columns)))
        for place in range(row, row + count):
            self.table[place][col + len(columns) - 1] = end
            self.table[place][col] = marker

    def stretch(self, last_row: int) -> None:
        """Other hands write rows as far as this one."""
        self.below = last_row

    def put_table(self, first_row: int, last_row: int, last_col: int, options: Mapping[str, Any]) -> int:
        """A table from column A on. XlsxWriter notes each cell of it, to see whether tables overlap; ours do not, so it gets two rows."""
        done = self.add_table(first_row, 0, min(first_row + 1, last_row), last_col, options)
        if not done:
            table, where = self.tables[-1], xl_range(first_row, 0, last_row, last_col)
            table |= {name: where for name in ("range", "a_range", "autofilter") if table.get(name)}
        return int(done)

    def point(self, row: int, col: int, location: str, tip: str) -> int:
        """A link within the workbook; negative where there are more than Excel allows."""
        if self.hlink_count >= LINKS:
            return -4
        url = Url(f"internal:{location}")
        url.tip, url.text = tip, location
        self.hlink_count += 1
        # XlsxWriter looks for a cell at every link
        self.table[row].setdefault(col, GridEnd())
        self.hyperlinks[row][col] = url
        return 0

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - its signature
        return formula.removeprefix("=")

    def _write_dimension(self) -> None:
        own: int = self.dim_rowmax  # type: ignore[has-type]
        self.dim_rowmax = self.below or own
        super()._write_dimension()
        self.dim_rowmax = own

    def _write_row(self, row: int, spans: str | None, row_info: Any = None, empty_row: bool = False) -> None:  # noqa: FBT001, FBT002 - its signature
        if row_info is None and row in self.opened:
            span = [("spans", spans)] if spans else []
            self._xml_start_tag_unencoded("row", [("r", row + 1), *span, ("ht", f"{self.opened[row]:.16g}")])
        else:
            super()._write_row(row, spans, row_info, empty_row)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if isinstance(cell, GridRow):
            self.fh.write(next(cell.pieces))
            return
        if not isinstance(cell, SharedFormula):
            if not isinstance(cell, GridEnd):
                super()._write_cell(row, col, cell)
            return
        style = f' s="{cell.format._get_xf_index()}"' if cell.format else ""  # noqa: SLF001 - as XlsxWriter does it
        span = f' ref="{cell.span}"' if cell.span else ""
        # an empty value makes every program calculate it; 0 would be kept
        self.fh.write(
            f'<c r="{xl_col_to_name(col)}{row + 1}"{style}><f t="shared"{span} si="{cell.number}">{escape(cell.text)}</f><v></v></c>'
        )
