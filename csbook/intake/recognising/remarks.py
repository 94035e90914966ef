"""Remarks: what is said of the header rows of a workbook: columns that are missing, stand twice, are unknown or nearly right."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyarrow.compute as pc

from csbook.intake.reader import Sheet
from csbook.intake.recognising import table
from csbook.intake.recognising.headers import Header
from csbook.intake.recognising.likeness import near_misses
from csbook.intake.recognising.recognise import Match
from csbook.intake.spoken import listed, shown
from csbook.issues import Code, Issue, Severity
from csbook.source_ids import desk_of

SHOWN = 5  # desks, or cells, that are named


def unreadable(match: Match) -> Iterator[Issue]:
    """Why a sheet with a form on it is not read."""
    if match.rivals:
        forms = listed(form.title for form in (match.outline, *match.rivals))
        row = match.header.row + 1
        yield Issue(code=Code.FORM_AMBIGUOUS, severity=Severity.ERROR, sheet=match.sheet.name, row=row, words={"forms": forms})
    else:
        yield from missing(match)


def missing(match: Match) -> Iterator[Issue]:
    """Required columns that are not there, and what was probably meant."""
    columns = listed(match.outline.labels(match.header.missing(match.outline, required=True)))
    yield Issue(
        code=Code.COLUMN_MISSING,
        severity=Severity.ERROR,
        sheet=match.sheet.name,
        row=match.header.row + 1,
        form=match.outline.name,
        words={"columns": columns},
    )
    yield from near(match)


def near(match: Match) -> Iterator[Issue]:
    """Headings that are nearly those of missing columns: did you mean …?"""
    header, outline = match.header, match.outline
    for column, field in near_misses(header, outline):
        words = {"heading": shown(header.headings[column]), "meant": listed(outline.labels([field]))}
        yield Issue(
            code=Code.HEADER_NEAR,
            severity=Severity.WARNING,
            sheet=header.sheet,
            cell=header.cell(column),
            row=header.row + 1,
            form=outline.name,
            words=words,
        )


def of_columns(match: Match) -> Iterator[Issue]:
    """Optional columns that are gone, columns that stand twice, columns that are none of the form's: warnings."""
    header, row = match.header, match.header.row + 1
    absent = match.outline.labels(header.missing(match.outline, required=False))
    if absent:
        yield Issue(code=Code.COLUMN_MISSING, severity=Severity.WARNING, sheet=header.sheet, row=row, words={"columns": listed(absent)})
    asked = [*near(match)]
    yield from asked
    yield from strange_columns(match.sheet, header, {issue.cell for issue in asked})


def strange_columns(sheet: Sheet, header: Header, asked_about: Collection[str | None] = ()) -> Iterator[Issue]:
    """Columns that stand twice, and columns that hold something but are not read."""
    row = header.row + 1
    for code, columns in ((Code.COLUMN_TWICE, header.twice), (Code.COLUMN_UNKNOWN, table.strangers(sheet, header))):
        for column in (each for each in columns if header.cell(each) not in asked_about):
            words = {"column": header.letters[column], "heading": shown(header.headings[column])}
            yield Issue(code=code, severity=Severity.WARNING, sheet=header.sheet, cell=header.cell(column), row=row, words=words)


def of_desks(found: table.Table, desk: str) -> Iterator[Issue]:
    """Rows that were made for another desk's workbook: they count as this one's, which somebody who collects sheets does not mean."""
    if not desk or table.SOURCE_ID not in found.cells.column_names:
        return
    ids = found.cells.column(table.SOURCE_ID)
    own = pc.starts_with(ids, f"{desk}-")
    if pc.all(own).as_py():
        return
    made_for = [desk_of(each, found.form) for each in ids.filter(pc.invert(own)).to_pylist()]
    others = sorted({each for each in made_for if each} - {desk})
    if others:
        words = {"desk": shown(desk), "others": ", ".join(map(shown, others[:SHOWN])), "count": sum(each in others for each in made_for)}
        yield Issue(code=Code.DESK_DIFFERS, severity=Severity.WARNING, sheet=found.header.sheet, form=found.form, words=words)
