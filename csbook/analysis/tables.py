"""Tables: a frame as an Excel table – headers, typed cells, a dash where there is no figure, filter, data bars and marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csbook.analysis import measure
from csbook.analysis.block import Bar, Below, Column, Flag, Look, Scale, Table
from csbook.analysis.page import Page
from csbook.analysis.words import DASH
from csbook.workbook import Palette

# kind of a column -> style and what differs from it
STYLES: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("text", {"indent": 1}),
    "stamp": ("stamp", {}),
    "day": ("date", {}),
    "minutes": ("minutes", {}),
    "share": ("share", {}),
    "score": ("count", {"num_format": "0.00"}),
    "count": ("count", {}),
}
# tables of a few rows need no filter
FILTERED = 5
# rows to be filled in by hand
HAND_POINTS = 30


def write(page: Page, table: Table) -> None:
    """Title, header, rows; a table without rows says so instead of showing an empty frame."""
    page.heading(table.title)
    if table.note:
        page.sheet.text(page.row, 0, table.note, page.book.style("quiet"))
        page.row += 1
    top, count = page.row, len(table.frame) + table.blank
    page.sheet.set_row(top, measure.header_points(table, page.widths))
    styles = _headers(page, table.columns)
    for place, (column, style) in enumerate(zip(table.columns, styles, strict=True)):
        page.sheet.text(top, place, column.header, style)
        _values(page, table, column, place)
    if count:
        _frame(page, table, count, styles)
    else:
        page.sheet.text(top + 1, 0, page.words.text("table.empty"), page.book.style("quiet"))
    _heights(page, table)
    page.row = top + max(count, 1) + 2


def _headers(page: Page, columns: Sequence[Column]) -> list[Any]:
    """Header styles; neighbouring groups take turns."""
    styles, soft = [], False
    for place, column in enumerate(columns):
        if place and column.group != columns[place - 1].group:
            soft = not soft
        styles.append(page.book.style("header_soft" if soft else "header"))
    return styles


def _values(page: Page, table: Table, column: Column, place: int) -> None:
    name, more = STYLES[column.kind]
    style = page.book.style(name, **more)
    dash = page.book.style("cell", align="center", font_color=Palette.QUIET)
    values = table.frame[column.name]
    for row, (value, missing) in enumerate(zip(values.to_list(), values.isna().to_list(), strict=True), start=page.row + 1):
        if missing:
            page.sheet.text(row, place, DASH, dash)
        else:
            page.sheet.put(row, place, value, style)
    for row in range(table.blank):
        page.sheet.put(page.row + 1 + len(table.frame) + row, place, None, page.book.style("text"))


def _frame(page: Page, table: Table, count: int, styles: Sequence[Any]) -> None:
    """The Excel table over the cells, and how its columns look."""
    top, last = page.row, page.row + count
    headers = [{"header": column.header, "header_format": style} for column, style in zip(table.columns, styles, strict=True)]
    options = {"name": table.name, "style": None, "columns": headers, "autofilter": count >= FILTERED and not table.blank}
    page.sheet.add_table(top, 0, last, len(table.columns) - 1, options)
    for place, column in enumerate(table.columns):
        if column.look is not None:
            page.sheet.conditional_format(top + 1, place, last, place, _format(page, column.look))


def _heights(page: Page, table: Table) -> None:
    for row, points in measure.row_points(table, page.widths).items():
        page.sheet.set_row(page.row + 1 + row, points)
    for row in range(table.blank):
        page.sheet.set_row(page.row + 1 + len(table.frame) + row, HAND_POINTS)


def _format(page: Page, look: Look) -> dict[str, Any]:
    bad = {"type": "cell", "format": page.book.mark("bad")}
    match look:
        case Bar(color):
            return {"type": "data_bar", "bar_color": color, "bar_solid": True, "min_type": "num", "min_value": 0}
        case Scale(low, high):
            return {"type": "2_color_scale", "min_color": low, "max_color": high}
        case Flag(text):
            return {**bad, "criteria": "==", "value": f'"{text}"'}
        case Below(target):
            return {**bad, "criteria": "<", "value": target}
    # a dash is a text, and Excel holds every text for larger than any number
    return {**bad, "criteria": "between", "minimum": look.limit + 1e-9, "maximum": 1e15}
