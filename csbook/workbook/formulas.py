"""Formulas: an XlsxWriter worksheet that writes thousands of them fast and shares equal ones.

XlsxWriter runs 27 regular expressions over each formula to mark functions newer than Excel 2010; ours use none.
Equal formulas of a column are stored once (`t="shared"`), as Excel itself does when a formula is filled down.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

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

    def open_at(self, row: int, height: float) -> None:
        """The points that a row is high when the file is opened; unlike a height that is set, it still grows with what is typed."""
        self.opened[row] = height

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

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - its signature
        return formula.removeprefix("=")

    def _write_row(self, row: int, spans: str | None, row_info: Any = None, empty_row: bool = False) -> None:  # noqa: FBT001, FBT002 - its signature
        if row_info is None and row in self.opened:
            span = [("spans", spans)] if spans else []
            self._xml_start_tag_unencoded("row", [("r", row + 1), *span, ("ht", f"{self.opened[row]:.16g}")])
        else:
            super()._write_row(row, spans, row_info, empty_row)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if not isinstance(cell, SharedFormula):
            super()._write_cell(row, col, cell)
            return
        style = f' s="{cell.format._get_xf_index()}"' if cell.format else ""  # noqa: SLF001 - as XlsxWriter does it
        span = f' ref="{cell.span}"' if cell.span else ""
        # an empty value makes every program calculate it; 0 would be kept
        self.fh.write(
            f'<c r="{xl_col_to_name(col)}{row + 1}"{style}><f t="shared"{span} si="{cell.number}">{escape(cell.text)}</f><v></v></c>'
        )
