"""Marks: the conditional formats of the data sheet, all of which follow the verdict of the row."""

from __future__ import annotations

from csbook.forms.sentences import blame
from csbook.issues import Severity
from csbook.rules.excel import quoted
from csbook.template.grid import FIRST_ROW, HEADER_ROW, RECORD_NO, VERDICT, Grid
from csbook.workbook import Sheet, Workbook

# kinds whose cells hold a day with or without a time of day
DAY_ALONE = frozenset({"moment_or_date", "due"})


def write(book: Workbook, sheet: Sheet, grid: Grid) -> None:
    """Colours follow the verdict, so they come whatever way a value got into its cell."""
    first, last, end = FIRST_ROW - 1, grid.last_row - 1, grid.source_column - 1
    verdict = f"${VERDICT}{FIRST_ROW}"
    here = f"B{FIRST_ROW}"
    header = f"B${HEADER_ROW}"

    def mark(columns: tuple[int, int], criteria: str, style: str, *, stop: bool = True) -> None:
        options = {"type": "formula", "criteria": f"={criteria}", "format": book.mark(style), "stop_if_true": stop}
        sheet.conditional_format(first, columns[0], last, columns[1], options)

    def named(severity: Severity) -> str:
        before, after = blame(grid.lang, severity, "\0").split("\0")
        return f"ISNUMBER(FIND({quoted(before)}&{header}&{quoted(after)},{verdict}))"

    def says(message: str) -> str:
        start = grid.text(message, count="\0").split("\0")[0].strip()
        return f"ISNUMBER(FIND({quoted(start)},{verdict}))"

    for field in grid.form.fields:
        if field.kind in DAY_ALONE:
            column, cell = grid.columns[field.name], f"{grid.letter(field.name)}{FIRST_ROW}"
            mark((column, column), f"AND(N({cell})>=1,N({cell})=INT(N({cell})))", "day", stop=False)
    mark((1, end), f"AND({named(Severity.ERROR)},LEN({here})=0)", "bad_pale")
    mark((1, end), named(Severity.ERROR), "bad")
    mark((1, end), named(Severity.WARNING), "warn")
    for column in [grid.columns[RECORD_NO], *(grid.columns[field.name] for field in grid.form.fields if field.kind == "due")]:
        mark((column, column), says("verdict.overdue"), "bad")
        mark((column, column), says("verdict.soon"), "warn")
    mark((0, 0), says("verdict.wrong"), "bad_text")
    mark((0, 0), says("verdict.doubtful"), "warn_text")
    mark((0, 0), says("verdict.ready"), "good")
