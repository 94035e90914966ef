"""Checks: the hidden sheet that works out 自检 – readings, stamps, faults per field, verdict per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csbook.forms import Field
from csbook.forms.form import DATES, FREE_TEXT, STAMPS
from csbook.issues import Severity
from csbook.rules.excel import WIDE_SPACE, quoted
from csbook.rules.unseen import CODE_NAME, CODE_SIGNS, SIGNS, SIGNS_NAME
from csbook.template.cells import TYPED
from csbook.template.grid import FIRST_ROW, VERDICT, Grid
from csbook.template.listing import Listing
from csbook.template.selfcheck import promised, readings
from csbook.template.selfcheck.draft import FILLED, ByRow, Draft
from csbook.template.selfcheck.due import Limit
from csbook.template.selfcheck.faults import ERROR_SIGN, EXACT, LOST_SIGN, errors, warnings
from csbook.template.selfcheck.told import Told, repeated
from csbook.template.selfcheck.verdict import flags, verdict
from csbook.workbook import Workbook, column_number, shareable

SHEET = "_check"


@dataclass(frozen=True)
class Checks:
    """The columns of the sheet: letter → formula by row; `titles` names those that the data sheet reads."""

    grid: Grid
    columns: Mapping[str, ByRow]
    titles: Mapping[str, str]
    # letter → the part of the definitions that the column is made of
    subjects: Mapping[str, str]

    def at(self, letter: str, row: int) -> str:
        """One cell of the sheet, as a formula of the data sheet."""
        return f"={SHEET}!{letter}{row}"

    def span(self, letter: str) -> str:
        """A column over all rows, for formulas of the data sheet."""
        return f"{SHEET}!${letter}${FIRST_ROW}:${letter}${self.grid.last_row}"

    def total(self, title: str) -> str:
        """The sum of a column of ones and zeros."""
        return f"SUM({self.span(self.titles[title])})"


def checks(grid: Grid, lists: Listing, limits: Sequence[Limit] = (), told: Sequence[Told] = ()) -> Checks:
    """Lay out the self-check of a form; `limits` are the clocks that mark a row overdue, `told` is what a receipt repeats."""
    form, draft = grid.form, Draft(grid, lists)
    for field in form.fields:
        if field.name in form.computed:
            draft.subject = f"field.{field.name}"
            draft.put(grid.letter(field.name), _minutes(draft, *form.computed[field.name]))
    readings.add(draft)
    draft.subject = "field"
    draft.put(FILLED, _filled(grid))
    draft.titles["filled"] = FILLED
    for name in [*form.derived, *(field.name for field in form.fields if field.kind in STAMPS)]:
        draft.stamp(name)
    draft.subject = "rule"
    errors(draft, repeated(draft, Severity.ERROR, told))
    warnings(draft, repeated(draft, Severity.WARNING, told))
    promised.add(draft)
    flags(draft, limits)
    draft.put(VERDICT, verdict(draft))
    return Checks(grid, draft.columns, draft.titles, draft.subjects)


def _mirror(grid: Grid, field: Field) -> str:
    """The typed cell of the row, empty where it is empty, an error value and lost digits as signs."""
    cell = f"{grid.records}${grid.letter(field.name)}1"
    # a plain reference would make 0 of an empty cell
    same = f'IF({cell}="","",{cell})' if field.kind in DATES | {"whole"} else f'{cell}&""'
    if field.kind in FREE_TEXT:
        same = f"IF(ABS(N({cell}))>={EXACT},{quoted(LOST_SIGN)},{same})"
    return f"=IFERROR({same},{quoted(ERROR_SIGN)})"


def _minutes(draft: Draft, start: str, stop: str) -> ByRow:
    """Whole minutes between two stamps, blank while one is missing or they stand the wrong way round."""

    def formula(row: int) -> str:
        begin, end = draft.at(row).stamp(start), draft.at(row).stamp(stop)
        return f'IF(AND(ISNUMBER({begin}),ISNUMBER({end})),IF({end}>={begin},ROUND(({end}-{begin})*1440,0),""),"")'

    return formula


def _filled(grid: Grid) -> ByRow:
    """1 where a cell that the agent types holds something."""
    typed = "&".join(f"{TYPED}{grid.letter(field.name)}" for field in grid.typed)
    return lambda _row: f'IF(LEN(TRIM(SUBSTITUTE({typed},{quoted(WIDE_SPACE)},"")))>0,1,0)'


def write(book: Workbook, plan: Checks) -> None:
    """A name for each typed cell, relative in its row, so that the formulas name no other sheet and Excel can share them."""
    sheet = book.sheet(SHEET)
    for field in plan.grid.typed:
        book.name(f"{TYPED}{plan.grid.letter(field.name)}", _mirror(plan.grid, field))
    book.name(SIGNS_NAME, f"={quoted(SIGNS)}")
    book.name(CODE_NAME, f"={quoted(CODE_SIGNS)}")
    last = plan.grid.last_row
    for letter, formula in plan.columns.items():
        column, first = column_number(letter), formula(FIRST_ROW)
        if shareable(first):
            sheet.share(FIRST_ROW - 1, column, last - 1, first)
        else:
            for row in range(FIRST_ROW, last + 1):
                sheet.formula(row - 1, column, formula(row))
    sheet.hide()
    sheet.protect()
