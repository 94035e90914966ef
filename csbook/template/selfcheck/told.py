"""Told: what ingest found and typing cannot see; in a receipt 自检 repeats it until the cell is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csbook.forms.sentences import fault_text
from csbook.issues import Severity
from csbook.rules.rule import Words
from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.selfcheck.draft import ByRow, Draft
from csbook.workbook import Value, Workbook, column_letter

SHEET = "_receipt"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding on `field` of the pre-built row `place` (from 0), where `value` stands as long as nobody has changed it."""

    place: int
    field: str
    severity: Severity
    words: Words
    value: Value


def repeated(draft: Draft, severity: Severity, told: Sequence[Told]) -> Iterator[str]:
    """A column for each field of which something was told: the text while the cell holds what was handed in, else nothing."""
    for field, column in _columns(told).items():
        if any(each.field == field and each.severity is severity for each in told):
            yield draft.add(_formula(draft, field, column, severity))


def _formula(draft: Draft, field: str, column: int, severity: Severity) -> ByRow:
    value, text = f"{SHEET}!${column_letter(column)}", f"{SHEET}!${column_letter(column + 1 + list(Severity).index(severity))}"
    # &"" on both sides: a date stands as the same number in both
    return lambda row: f'IF(EXACT({draft.at(row).cell(field)}&"",{value}{row}&""),{text}{row}&"","")'


def _columns(told: Sequence[Told]) -> dict[str, int]:
    """Field → its first column on the hidden sheet: the value, then a text for each severity."""
    fields = dict.fromkeys(each.field for each in told)
    return {field: place * (1 + len(Severity)) for place, field in enumerate(fields)}


def write(book: Workbook, grid: Grid, told: Sequence[Told]) -> None:
    """The hidden sheet with what was handed in and what was told of it, each row where it stands on the data sheet."""
    sheet, columns = book.sheet(SHEET), _columns(told)
    texts: dict[tuple[int, int], str] = {}
    for each in told:
        row, column = FIRST_ROW - 1 + each.place, columns[each.field]
        sheet.put(row, column, each.value)
        cell = row, column + 1 + list(Severity).index(each.severity)
        texts[cell] = texts.get(cell, "") + fault_text(grid.lang, each.severity, grid.form.label(each.field, grid.lang), each.words)
    for (row, column), text in texts.items():
        sheet.put(row, column, text)
    sheet.hide()
    sheet.protect()
