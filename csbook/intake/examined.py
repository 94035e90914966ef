"""Examine: one file from its path to a verdict and, where forms of ours are in it, their tables."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from csbook.desks import Desk
from csbook.intake import gate
from csbook.intake.foreign import places as described
from csbook.intake.foreign import rows as foreign
from csbook.intake.foreign.map import ForeignMap
from csbook.intake.foreign.places import Place
from csbook.intake.gate import Opened
from csbook.intake.gate.search import letters
from csbook.intake.locked import unlocked
from csbook.intake.paths import bytes_of, named_as_one
from csbook.intake.reader import Book
from csbook.intake.recognising import recognise, remarks, table
from csbook.intake.recognising.headers import DEPTH, Header
from csbook.intake.recognising.outline import Outline
from csbook.intake.recognising.recognise import Found
from csbook.intake.recognising.stamp import Stamp, is_read, modified, newer, stamped
from csbook.intake.recognising.table import Table
from csbook.intake.refusal import Refused
from csbook.intake.sought import Sought
from csbook.intake.spoken import Spoken, listed, message, plain, shown
from csbook.issues import Code, Issue, Severity
from csbook.passwords import Password
from csbook.rows import SourceFile

# why a sheet of a workbook is not read while others are
UNREAD = frozenset({Code.FORM_AMBIGUOUS, Code.COLUMN_MISSING, Code.MAP_COLUMN_MISSING})


@dataclass(frozen=True)
class Examined:
    """A file and its tables, one for each sheet that holds a form; none where the file is refused or nothing is filled in."""

    file: SourceFile
    tables: tuple[Table, ...] = ()


def examine(path: Path, sought: Sought, content: Callable[[Path], bytes] = bytes_of, password: Password | None = None) -> Examined:
    """Read a file once: hash, gate, parse, find what is sought. Never raises for what a file holds.

    `content` gives its bytes, `password` opens what is encrypted.
    """
    file = SourceFile(path=path)
    try:
        named_as_one(path)
        data = content(path)
        file = dataclasses.replace(file, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        wanted = recognise.is_looked_at if sought.foreign is None else is_read  # a map may name any sheet
        opened = gate.opened(unlocked(data, password), wanted)
        book = Book(opened)
        stamp = stamped(opened, book)
        file = dataclasses.replace(file, modified=modified(opened), desk=stamp.desk, issue_code=stamp.issue_code)
        form = _form(stamp, sought)
        if form is None:
            return _unstamped(file, opened, book, sought)
        file = dataclasses.replace(file, form=form.name, version=stamp.version)
        if recognise.answers_alone(book, stamp):
            return _answered(file, (), ())  # a receipt with nothing to mend
        found = recognise.recognise(book, stamp, sought.outlines)
        return _judged(file, opened, found, sought) if found.matches else _refused(file, _unrecognised(found, form, sought))
    except Refused as refusal:
        issue = Issue(code=refusal.code, severity=Severity.ERROR, form=file.form, words=refusal.words)
        return _refused(file, [issue], refusal.verdict)


def _unstamped(file: SourceFile, opened: Opened, book: Book, sought: Sought) -> Examined:
    """A workbook that csbook did not make: by the map where it has every column of it, else by its headings."""
    places = described.find(book, sought.foreign) if sought.foreign is not None else described.Found(())
    if places.whole:
        return _mapped(file, opened, places, sought)
    found = recognise.recognise(book, stamped(opened, book), sought.outlines)
    if found.matches:
        return _judged(file, opened, found, sought)
    return _refused(file, _unrecognised(found, None, sought) if sought.foreign is None else [_not_mapped(places.near, sought.foreign)])


def _answered(file: SourceFile, tables: Sequence[Table], issues: Sequence[Issue], sheet: str | None = None) -> Examined:
    """The verdict of a file that was read: partly where one of its sheets was not, skipped where no row is filled."""
    filled = tuple(each for each in tables if each.cells.num_rows)
    if not filled:
        issues = [*issues, Issue(code=Code.EMPTY_TEMPLATE, severity=Severity.WARNING, form=file.form, sheet=sheet)]
        file = dataclasses.replace(file, verdict="skipped", code=str(Code.EMPTY_TEMPLATE))
    errors = [issue for issue in issues if issue.code in UNREAD and issue.severity is Severity.ERROR]
    if errors:
        file = dataclasses.replace(file, verdict="partly", code=str(errors[0].code))
    placed = tuple(dataclasses.replace(issue, path=str(file.path)) for issue in issues)
    return Examined(dataclasses.replace(file, issues=placed), filled)


def _refused(file: SourceFile, issues: Iterable[Issue], verdict: str = Refused.verdict) -> Examined:
    """The verdict of a file of which nothing is read; the first issue says why."""
    placed = tuple(dataclasses.replace(issue, path=str(file.path)) for issue in issues)
    return Examined(dataclasses.replace(file, verdict=verdict, code=str(placed[0].code), issues=placed))


def _form(stamp: Stamp, sought: Sought) -> Outline | None:
    """The form that the stamp names; None without a stamp. Raises Refused for a form or a version that is not known here."""
    if not stamp.form:
        return None
    if stamp.form not in sought.outlines:
        why = message("intake.other_form", form=plain(stamp.form))
        raise Refused(Code.FORM_UNKNOWN, forms=_titles(sought), why=why)
    form = sought.outlines[stamp.form]
    if newer(stamp.version, form.version):
        raise Refused(Code.FORM_VERSION_NEW, form=listed([form.title]), version=plain(stamp.version), current=form.version)
    return form


def _titles(sought: Sought) -> Spoken:
    return listed(form.title for form in sought.outlines.values())


def _unrecognised(found: Found, form: Outline | None, sought: Sought) -> Iterator[Issue]:
    """Why no sheet is a form: the columns that the likeliest one misses, and the headings that were probably meant."""
    nearest = found.nearest
    if form is not None and nearest is None:
        yield Issue(code=Code.HEADER_MISSING, severity=Severity.ERROR, form=form.name, words={"form": listed([form.title]), "depth": DEPTH})
        return
    if form is not None and nearest is not None and nearest.outline is form:
        yield from remarks.missing(nearest)
        return
    why = message("intake.no_stamp")
    if nearest is not None:
        columns = nearest.outline.labels(nearest.header.missing(nearest.outline, required=True))
        why = message("intake.nearest", form=listed([nearest.outline.title]), columns=listed(columns))
    sheet = nearest.sheet.name if nearest else None
    yield Issue(code=Code.FORM_UNKNOWN, severity=Severity.ERROR, sheet=sheet, words={"forms": _titles(sought), "why": why})
    if nearest is not None:
        yield from remarks.near(nearest)


def _judged(file: SourceFile, opened: Opened, found: Found, sought: Sought) -> Examined:
    """The tables of a workbook and what is said of them; sheets that cannot be read do not hold up the others."""
    readable = [match for match in found.matches if match.complete and not match.rivals]
    issues = [issue for match in found.matches if match not in readable for issue in remarks.unreadable(match)]
    if not readable:
        return _refused(file, issues)
    first = readable[0].outline
    file = dataclasses.replace(file, form=first.name, version=first.version) if file.form is None else file
    tables = [table.rows(match.sheet, match.header, match.outline) for match in readable]
    issues += (issue for each in tables for issue in remarks.of_desks(each, file.desk.desk))
    issues += _file_issues(file, found, sought)
    said = set[tuple[str, str, str]]()
    for match in readable:
        of_sheet = [*remarks.of_columns(match), *_picture_issues(opened, match.header), *_merged_issues(opened, match.header)]
        # of tables one below the other, each remark once
        new = [issue for issue in of_sheet if (match.sheet.name, issue.code, issue.cell or str(issue.words)) not in said]
        said.update((match.sheet.name, issue.code, issue.cell or str(issue.words)) for issue in new)
        issues += (dataclasses.replace(issue, form=match.outline.name) for issue in new)
    return _answered(file, tables, issues, readable[0].sheet.name)


def _mapped(file: SourceFile, opened: Opened, places: described.Found, sought: Sought) -> Examined:
    """The tables of a foreign workbook, read by the map; a sheet that lacks some of its columns is asked about."""
    wanted = sought.foreign
    assert wanted is not None  # noqa: S101 - only called with a map
    form = sought.outlines[wanted.form]
    file = dataclasses.replace(file, form=form.name, version=form.version, desk=Desk(wanted.desk))
    tables = tuple(foreign.rows(place, wanted) for place in places.whole)
    issues = [_not_mapped([place], wanted) for place in places.near]
    issues += (Issue(code=Code.SHEET_PASSED_OVER, severity=Severity.WARNING, sheet=name) for name in places.others)
    for place, each in zip(places.whole, tables, strict=True):
        issues += (
            *remarks.strange_columns(place.sheet, each.header),
            *_without_identity(each, place, wanted),
            *_picture_issues(opened, each.header),
            *_merged_issues(opened, each.header),
        )
    return _answered(file, tables, [dataclasses.replace(issue, form=form.name) for issue in issues], places.whole[0].sheet.name)


def _not_mapped(places: Sequence[Place], wanted: ForeignMap) -> Issue:
    """The headings of the map that the likeliest sheet does not have."""
    missing = places[0].missing if places else wanted.headings
    names = ", ".join(shown(heading) for heading in missing)
    sheet = places[0].sheet.name if places else None
    return Issue(code=Code.MAP_COLUMN_MISSING, severity=Severity.ERROR, sheet=sheet, words={"headings": names, "depth": DEPTH})


def _without_identity(found: Table, place: Place, wanted: ForeignMap) -> Iterator[Issue]:
    """Rows whose number or key is blank: they are known by what they say alone."""
    column = place.columns[wanted.identity[0]]
    ids = found.cells.column(table.SOURCE_ID)
    for row in found.cells.column(table.ROW).filter(ids.is_null()).to_pylist():
        cell = f"{found.header.letters[column]}{row}"
        words = {"heading": shown(wanted.identity[0])}
        yield Issue(code=Code.FOREIGN_ID_MISSING, severity=Severity.WARNING, sheet=found.header.sheet, cell=cell, row=row, words=words)


def _file_issues(file: SourceFile, found: Found, sought: Sought) -> Iterator[Issue]:
    """An older version, which describes itself, and sheets that were not read."""
    form = sought.outlines[file.form or ""]
    if file.version != form.version:
        words = {"form": listed([form.title]), "version": plain(file.version or ""), "current": form.version}
        yield Issue(code=Code.FORM_VERSION_OLD, severity=Severity.WARNING, form=form.name, words=words)
    for name in found.passed_over:
        yield Issue(code=Code.SHEET_PASSED_OVER, severity=Severity.WARNING, sheet=name)


def _picture_issues(opened: Opened, header: Header) -> Iterator[Issue]:
    """Pictures that lie on the sheet: what they show is not read."""
    for row, column in opened.pictures(header.sheet):
        cell = f"{letters(column)}{row + 1}"
        yield Issue(code=Code.PICTURE_NOT_KEPT, severity=Severity.WARNING, sheet=header.sheet, cell=cell, row=row + 1)


def _merged_issues(opened: Opened, header: Header) -> Iterator[Issue]:
    """Cells of a table that are merged: only the first of them says anything, though all seem to."""
    columns = frozenset(header.fields.values())
    found = [
        (rows, across)
        for rows, across in sorted(opened.merged(header.sheet), key=lambda each: (each[0].start, each[1].start))
        if rows.stop > header.row + 1 and (header.until is None or rows.start < header.until) and columns.intersection(across)
    ]
    if found:
        cells = [f"{letters(across[0])}{rows.start + 1}:{letters(across[-1])}{rows.stop}" for rows, across in found]
        words = {"cells": ", ".join(cells[: remarks.SHOWN]), "count": len(cells)}
        yield Issue(code=Code.CELLS_MERGED, severity=Severity.WARNING, sheet=header.sheet, cell=cells[0].partition(":")[0], words=words)
