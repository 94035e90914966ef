"""Totals: a line above a table's header that adds up, averages or counts the rows which the filter leaves."""

from __future__ import annotations

from typing import Any

import pandas as pd

from csbook.analysis.block import Column, Table
from csbook.analysis.page import Page
from csbook.analysis.words import DASH
from csbook.workbook import Palette, column_letter

SUM, MEAN, COUNT = "sum", "mean", "count"
# SUBTOTAL's functions that leave out hidden rows
FUNCTIONS = {SUM: 109, MEAN: 101, COUNT: 103}
NUMBERS = 102
# a count of rows says so
ROWS = '"n="#,##0'
FORMATS = {"minutes": "#,##0.0", "score": "0.00", "share": "0.0%"}


def write(page: Page, table: Table) -> None:
    """The line, with true values for programs that do not calculate."""
    base: dict[str, Any] = {"bold": True, "bg_color": Palette.BRAND_PALE, "font_color": Palette.BRAND}
    page.sheet.text(page.row, 0, page.words.text("table.totals"), page.book.style("cell", **base))
    formats = FORMATS | {"span": page.words.span_format}
    for place, column in enumerate(table.columns[1:], start=1):
        kind = table.totals.get(column.name)
        number = ROWS if kind == COUNT else formats.get(column.kind, "#,##0")
        if kind is None:
            page.sheet.put(page.row, place, None, page.book.style("cell", **base, num_format=number))
        else:
            # a dash stands where the numbers stand
            style = page.book.style("cell", **base, align="right", num_format=number)
            page.sheet.formula(page.row, place, _formula(table, kind, place, page.row + 2), style, value(table, column, kind))
    page.row += 1


def _formula(table: Table, kind: str, place: int, first: int) -> str:
    """`first` is the first row of values, counted from 0."""
    letter = column_letter(place)
    call = f"SUBTOTAL({{}},{letter}{first + 1}:{letter}{first + len(table.frame)})"
    # dashes alone have neither a mean nor a sum
    numbers = f'IF({call.format(NUMBERS)}=0,"{DASH}",{call.format(FUNCTIONS[kind])})'
    return f"={call.format(FUNCTIONS[kind]) if kind == COUNT else numbers}"


def value(table: Table, column: Column, kind: str) -> float | str:
    """What the formula gives while nothing is filtered away."""
    values = table.frame[column.name]
    if kind == COUNT:
        return len(values)
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    if numbers.empty:
        return DASH
    return float(numbers.sum() if kind == SUM else numbers.mean())
