"""Head: title, help and the line of today's figures above the records."""

from __future__ import annotations

from collections.abc import Mapping

from csbook.rules.excel import quoted
from csbook.template.grid import FIRST_ROW, HELP_ROW, TITLE_ROW, TODAY_ROW, VERDICT, Grid
from csbook.template.selfcheck.checks import Checks
from csbook.workbook import Palette, Sheet, Workbook


def write(book: Workbook, sheet: Sheet, grid: Grid, plan: Checks, lines: tuple[str, str] | None = None) -> None:
    """Title, help and the live figures of the sheet; `lines` stand in place of the form's own title and help."""
    title, help_line = lines or titles(grid)
    for row, height, text, style in (
        (TITLE_ROW, 30, title, book.style("title")),
        (HELP_ROW, 18, help_line, book.style("quiet")),
    ):
        sheet.set_row(row - 1, height)
        sheet.text(row - 1, 0, text, style)
    sheet.set_row(TODAY_ROW - 1, 22)
    today = book.style("plain", bold=True, font_color=Palette.BRAND, bg_color=Palette.BRAND_PALE, valign="vcenter")
    for column in range(1, grid.source_column):
        sheet.put(TODAY_ROW - 1, column, None, today)
    sheet.formula(TODAY_ROW - 1, 0, _today(grid, plan), today)


def titles(grid: Grid) -> tuple[str, str]:
    """The title and the line of help of a form's entry workbook."""
    return grid.form.title.in_(grid.lang), f"{grid.form.help.in_(grid.lang)}  {grid.text('legend')}"


def _today(grid: Grid, plan: Checks) -> str:
    """The catalog's line with a formula for each figure; then what is wrong in the first row to mend, in full."""
    filled, faulty = plan.total("filled"), plan.total("faulty")
    figures = {
        "filled": filled, "ready": f"{filled}-{faulty}", "faulty": faulty, "open": plan.total("open"),
        "overdue": plan.total("overdue"), "left": f"{grid.rows}-{filled}",
    }  # fmt: skip
    place = f"MATCH(1,{plan.span(plan.titles['faulty'])},0)"
    first = {"row": f"{place}+{FIRST_ROW - 1}", "verdict": f"INDEX({plan.span(VERDICT)},{place})"}
    return f'={_spelled(grid, "today", figures)}&IF({faulty}=0,"",{_spelled(grid, "first", first)})'


def _spelled(grid: Grid, message: str, figures: Mapping[str, str]) -> str:
    """A message as a formula that puts each figure where its placeholder stands."""
    pieces = grid.text(message, **{name: f"\0{name}\0" for name in figures}).split("\0")
    return "&".join(f"({figures[piece]})" if place % 2 else quoted(piece) for place, piece in enumerate(pieces) if piece)
