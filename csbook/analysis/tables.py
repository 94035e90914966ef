"""Tables: a frame as an Excel table – headers, typed cells, a dash where there is no figure, filter, data bars and marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csbook.analysis import measure, totals
from csbook.analysis.block import Bar, Below, Column, Flag, Lights, Link, Look, Scale, Table
from csbook.analysis.links import Place, days
from csbook.analysis.page import Page
from csbook.analysis.words import DASH
from csbook.workbook import Cells, Palette, column_letter

# kind of a column -> style and what differs from it
STYLES: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("text", {"indent": 1}),
    "stamp": ("stamp", {}),
    "day": ("date", {}),
    "year": ("count", {"num_format": "0"}),
    "minutes": ("minutes", {}),
    "span": ("minutes", {}),
    "share": ("share", {}),
    "score": ("count", {"num_format": "0.00"}),
    "chance": ("count", {"num_format": '[<0.001]"<0.001";0.000'}),
    "count": ("count", {}),
    "band": ("count", {}),
}
# tables of a few rows need no filter
FILTERED = 5
# rows to be filled in by hand
HAND_POINTS = 30


def write(page: Page, table: Table) -> None:
    """Title, totals, header, rows; a table without rows says so instead of showing an empty frame."""
    page.heading(table.title, len(table.columns))
    for note in filter(None, (table.note, _for_the_screen(page, table))):
        page.sheet.text(page.row, page.starts[0], note, page.book.style("quiet"))
        page.row += 1
    count = len(table.frame) + table.blank
    if table.totals and len(table.frame) > 1:
        totals.write(page, table)
    top = page.row
    page.links.places[table.name] = Place(page.sheet.name, top)
    page.high(top, measure.header_points(table, page.widths))
    styles = _headers(page, table.columns)
    for place, (column, style) in enumerate(zip(table.columns, styles, strict=True)):
        page.sheet.text(top, place, column.header, style)
    if len(table.frame):
        page.sheet.grid(top + 1, 0, [_cells(page, table, column, place) for place, column in enumerate(table.columns)])
    if count:
        _frame(page, table, count, styles)
    else:
        page.sheet.text(top + 1, 0, page.words.text("table.withheld" if page.words.few else "table.empty"), page.book.style("quiet"))
    _to_fill_in(page, table)
    page.heighten({top + 1 + row: points for row, points in measure.row_points(table, page.widths).items()})
    page.row = top + max(count, 1) + 2


def _for_the_screen(page: Page, table: Table) -> str:
    """Which column is the last to be printed, where not all are."""
    if not page.paper.alone or len(table.columns) <= page.seen + 1:
        return ""
    return page.words.text("table.columns_printed", column=table.columns[page.seen].header)


def _headers(page: Page, columns: Sequence[Column]) -> list[Any]:
    """Header styles; neighbouring groups take turns."""
    styles, soft = [], False
    for place, column in enumerate(columns):
        if place and column.group != columns[place - 1].group:
            soft = not soft
        styles.append(page.book.style("header_soft" if soft else "header"))
    return styles


def _cells(page: Page, table: Table, column: Column, place: int) -> Cells:
    """A column's values as Excel holds them: a dash where there is none; what leads to a list looks like it."""
    name, more = STYLES[column.kind]
    if column.kind in ("band", "span"):
        more = {"num_format": page.words.band_format if column.kind == "band" else page.words.span_format}
    plain, dash = page.book.style(name, **more), page.book.style("cell", align="center", font_color=Palette.QUIET)
    series = table.frame[column.name]
    values = pa.Array.from_pandas(series)
    if column.name not in table.links:
        return Cells(values, (plain, dash), values.is_null().cast(pa.int8()), DASH) if values.null_count else Cells(values, plain)
    linked = page.book.style(name, **more, font_color=Palette.LINK, underline=1)
    leads = _links(page, table, series, place)
    chosen = pc.if_else(leads, 2, values.is_null().cast(pa.int8()))
    return Cells(values, (plain, dash, linked), chosen, DASH)


def _links(page: Page, table: Table, series: pd.Series, place: int) -> pa.Array:
    """Which cells lead to a list; they wait until all lists are written."""
    target, where, *of_form = table.links[str(series.name)]
    forms = table.frame[of_form[0]].to_list() if of_form and of_form[0] in table.frame else [None] * len(series)
    leads = []
    for row, (value, form, missing) in enumerate(zip(days(series).to_list(), forms, series.isna(), strict=True)):
        link = Link(target, where, value, form)
        leads.append(not missing and page.links.leads(link))
        if leads[row]:
            page.links.waiting.append((page.sheet, page.row + 1 + row, place, link))
    return pa.array(leads)


def _to_fill_in(page: Page, table: Table) -> None:
    """Empty rows, high enough to write in, with lists to choose from."""
    first = page.links.places[table.name].row + 1 + len(table.frame)
    style = page.book.style("text")
    for row in range(first, first + table.blank):
        page.high(row, HAND_POINTS)
        page.sheet.row(row, 0, [None] * len(table.columns), style)
    for place, column in enumerate(table.columns):
        if table.blank and column.name in table.choices:
            _offer(page, first - len(table.frame), first + table.blank - 1, place, table.choices[column.name])


def _offer(page: Page, first: int, last: int, place: int, choices: Sequence[str]) -> None:
    """A list to choose from: right of the page, where it is not printed, since a validation holds 255 characters only."""
    aside = len(page.widths) + 1
    for row, text in enumerate(choices, start=first):
        page.sheet.text(row, aside, text, page.book.style("quiet"))
    page.sheet.set_column(aside, aside, None, None, {"hidden": True})
    letter = column_letter(aside)
    source = f"=${letter}${first + 1}:${letter}${first + len(choices)}"
    page.sheet.validation(first, place, last, {"validate": "list", "source": source})


def _frame(page: Page, table: Table, count: int, styles: Sequence[Any]) -> None:
    """The Excel table over the cells, and how its columns look."""
    top, last = page.row, page.row + count
    headers = [{"header": column.header, "header_format": style} for column, style in zip(table.columns, styles, strict=True)]
    options = {"name": table.name, "style": None, "columns": headers, "autofilter": count >= FILTERED and not table.blank}
    page.sheet.table(top, last, len(table.columns) - 1, options)
    for place, column in enumerate(table.columns):
        if column.look is not None:
            page.sheet.conditional_format(top + 1, place, last, place, _format(page, column.look))


def _format(page: Page, look: Look) -> dict[str, Any]:
    bad = {"type": "cell", "format": page.book.mark("bad")}
    match look:
        case Bar(color):
            return {"type": "data_bar", "bar_color": color, "bar_solid": True, "min_type": "num", "min_value": 0}
        case Scale(low, high):
            return {"type": "2_color_scale", "min_color": low, "max_color": high}
        case Lights(target, low):
            ends = [{"criteria": ">=", "type": "number", "value": target}, {"criteria": ">=", "type": "number", "value": low}]
            return {"type": "icon_set", "icon_style": "3_traffic_lights", "icons": ends}
        case Flag(text):
            return {**bad, "criteria": "==", "value": f'"{text}"'}
        case Below(target):
            return {**bad, "criteria": "<", "value": target}
    # a dash is a text, and Excel holds every text for larger than any number
    return {**bad, "criteria": "between", "minimum": look.limit + 1e-9, "maximum": 1e15}
