"""Records: the sheet that agents fill in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from csbook.forms import Field
from csbook.template import head, marks
from csbook.template.entry import Validation
from csbook.template.grid import FIRST_ROW, HEADER_ROW, RECORD_NO, SOURCE_ID, VERDICT, Grid
from csbook.template.selfcheck.checks import Checks
from csbook.template.typed import as_typed
from csbook.workbook import CLOCK, DATE, MOMENT, TEXT, WHOLE, Palette, Sheet, Value, Workbook, column_letter, lines

FORMATS = {"date": DATE, "clock": CLOCK, "moment": MOMENT, "moment_or_date": MOMENT, "due": MOMENT, "whole": WHOLE}
CENTRED = frozenset({"date", "clock", "moment", "moment_or_date", "choice", "whole"})
# the text of a required header stays its label; the star is its number format
REQUIRED_MARK = '@" *"'
VERDICT_WIDTH = 44
LINE_HEIGHT = 14.5
# what 自检 says of a row that is handed over is seldom longer
VERDICT_LINES = 2
A4 = 9
# characters of columns side by side on A4 landscape at six tenths of their size: 6 points, the least that is read
PAGE_WIDTH = 250
# so many rows are printed of a sheet in which nothing is filled
LEAST_PRINTED = 10


def write(
    book: Workbook,
    grid: Grid,
    plan: Checks,
    validations: Mapping[str, Validation],
    ids: Iterable[str],
    prefilled: Sequence[Mapping[str, Any]],
    heading: tuple[str, str] | None = None,
) -> Sheet:
    """The whole sheet: head (with `heading` as its title and help), rows, validations, marks, protection, print set-up."""
    sheet = book.sheet(grid.sheet)
    head.write(book, sheet, grid, plan, heading)
    _header(book, sheet, grid)
    _rows(book, sheet, grid, plan, ids, prefilled)
    for field, validation in validations.items():
        if validation.options:
            sheet.validation(FIRST_ROW - 1, grid.columns[field], grid.last_row - 1, validation.options)
    marks.write(book, sheet, grid)
    _views(sheet, grid)
    _print(sheet, grid)
    if heading:
        # of a receipt every row is filled: an area that LibreOffice, too, knows
        sheet.print_area(HEADER_ROW - 1, 0, grid.last_row - 1, grid.source_column - 1)
    else:
        _print_filled(book, grid, plan)
    return sheet


def _header(book: Workbook, sheet: Sheet, grid: Grid) -> None:
    row = HEADER_ROW - 1
    sheet.set_row(row, 36)
    sheet.set_column(0, 0, VERDICT_WIDTH)
    sheet.text(row, 0, grid.text("verdict"), book.style("header_quiet"))
    for field in grid.form.fields:
        column = grid.columns[field.name]
        sheet.set_column(column, column, field.width)
        sheet.text(row, column, field.label.in_(grid.lang), _header_style(book, field))
    sheet.set_column(grid.source_column, grid.source_column, 14, None, {"hidden": True})
    sheet.text(row, grid.source_column, SOURCE_ID, book.style("header_quiet"))


def _header_style(book: Workbook, field: Field) -> Any:
    if not field.typed:
        return book.style("header_quiet")
    return book.style("header", num_format=REQUIRED_MARK) if field.required else book.style("header_soft")


def _rows(book: Workbook, sheet: Sheet, grid: Grid, plan: Checks, ids: Iterable[str], prefilled: Sequence[Mapping[str, Any]]) -> None:
    """Pre-built rows: ids, computed cells, empty entry cells; what is handed over stands in the first ones."""
    shaded = {"bg_color": Palette.SHADE, "font_color": Palette.QUIET}
    verdict = book.style("cell", text_wrap=True, font_size=9, valign="top")
    number, computed = book.style("cell", num_format=TEXT, **shaded), book.style("cell", num_format=WHOLE, align="center", **shaded)
    entries = {field.name: _entry_style(book, field) for field in grid.typed}
    for place, source_id in zip(range(grid.rows), ids, strict=False):
        row = FIRST_ROW + place
        given = prefilled[place] if place < len(prefilled) else {}
        known_id = given.get(SOURCE_ID) or source_id
        sheet.formula(row - 1, 0, plan.at(VERDICT, row), verdict)
        sheet.text(row - 1, grid.source_column, known_id, number)
        for field in grid.form.fields:
            column = grid.columns[field.name]
            if field.name == RECORD_NO:
                sheet.text(row - 1, column, given.get(RECORD_NO) or known_id, number)
            elif field.name in grid.form.computed:
                sheet.formula(row - 1, column, plan.at(grid.letter(field.name), row), computed)
            else:
                value: Value = as_typed(field.kind, given.get(field.name))
                sheet.put(row - 1, column, value, entries.get(field.name, number))
        if given:
            sheet.open_at(row - 1, max(_lines(grid, given), VERDICT_LINES) * LINE_HEIGHT + 2)


def _lines(grid: Grid, given: Mapping[str, Any]) -> int:
    """Lines that the longest text of a row needs; LibreOffice fits a row to its texts only when one of them is typed."""
    return max((lines(str(given[field.name]), field.width) for field in grid.typed if given.get(field.name)), default=1)


def _entry_style(book: Workbook, field: Field) -> Any:
    centred = {"align": "center"} if field.kind in CENTRED else {}
    return book.style("cell", num_format=FORMATS.get(field.kind, TEXT), text_wrap=True, locked=False, **centred)


def _views(sheet: Sheet, grid: Grid) -> None:
    """Panes, filter, protection as a guard (no password: it is no security), first cell to type into."""
    sheet.hide_gridlines(2)
    sheet.freeze_panes(HEADER_ROW, grid.columns[RECORD_NO] + 1)
    sheet.autofilter(HEADER_ROW - 1, 0, grid.last_row - 1, grid.source_column - 1)
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
    start = grid.columns[grid.typed[0].name]
    sheet.set_selection(FIRST_ROW - 1, start, FIRST_ROW - 1, start)
    cells = f"{VERDICT}{FIRST_ROW}:{grid.letter(grid.form.fields[-1].name)}{grid.last_row}"
    sheet.ignore_errors({"number_stored_as_text": cells})


def _print(sheet: Sheet, grid: Grid) -> None:
    """A4 landscape, header and number on every page, as many pages wide as keep the print readable."""
    number = grid.form.by_name[RECORD_NO].width
    rest = VERDICT_WIDTH + sum(field.width for field in grid.form.fields) - number
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(max(1, math.ceil(rest / (PAGE_WIDTH - number))), 0)
    sheet.repeat_columns(grid.columns[RECORD_NO], grid.columns[RECORD_NO])
    sheet.print_across()
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.set_header(f"&L{grid.form.title.in_(grid.lang).replace('&', '&&')}&R&F")
    sheet.set_footer("&L&D&R&P / &N")


def _print_filled(book: Workbook, grid: Grid, plan: Checks) -> None:
    """The print area ends with the last filled row, or after some empty ones; it is worked out when the sheet is printed.

    It begins with the header: the texts above run over several columns, so that other pages would show pieces of them.
    LibreOffice knows no area that is worked out and prints every row: there the filter of 自检 leaves out empty ones.
    """
    filled, end = plan.span(plan.titles["filled"]), column_letter(grid.source_column - 1)
    last = f"MAX({min(FIRST_ROW + LEAST_PRINTED, grid.last_row + 1) - 1},SUMPRODUCT(MAX(({filled}=1)*ROW({filled}))))"
    name = grid.text("name.filled")
    book.name(name, f"={grid.records}$A${HEADER_ROW}:INDEX({grid.records}${end}$1:${end}${grid.last_row},{last})")
    book.name(f"{grid.records}_xlnm.Print_Area", f"={name}")
