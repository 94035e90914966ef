"""Examine: one file from its path to a verdict and, where forms of ours are in it, their tables."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from csbook.intake import gate, table
from csbook.intake.outline import Outline, Sought
from csbook.intake.paths import WORKBOOK
from csbook.intake.reader import Book, Sheet
from csbook.intake.refusal import Refused
from csbook.intake.spoken import listed, message
from csbook.intake.stamp import Stamp, modified, stamped
from csbook.intake.table import Header, Table
from csbook.issues import Code, Issue, Severity
from csbook.rows import SourceFile


@dataclass(frozen=True)
class Examined:
    """A file and its tables, one for each sheet that holds a form; none where the file is refused or nothing is filled in."""

    file: SourceFile
    tables: tuple[Table, ...] = ()


def examine(path: Path, sought: Sought) -> Examined:
    """Read a file once: hash, gate, parse, find what is sought. Never raises for what a file holds."""
    file = SourceFile(path=path)
    try:
        if path.suffix.lower() != WORKBOOK:
            raise Refused(Code.WRONG_FORMAT, suffix=path.suffix or path.name)  # noqa: TRY301 - one place turns refusals into verdicts
        data = _bytes(path)
        file = dataclasses.replace(file, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        with gate.opened(data) as archive:
            book = Book(data)
            stamp = stamped(archive, book)
            file = dataclasses.replace(file, modified=modified(archive), desk=stamp.desk, issue_code=stamp.issue_code)
        form = _form(stamp, sought.outlines)
        file = dataclasses.replace(file, form=form.name, version=stamp.version)
        sheet, header = _header(book, stamp, form)
        return _judged(file, form, sheet, table.rows(sheet, header, form))
    except Refused as refusal:
        issue = Issue(code=refusal.code, severity=Severity.ERROR, path=str(path), form=file.form, words=refusal.words)
        return Examined(dataclasses.replace(file, verdict="refused", code=str(refusal.code), issues=(issue,)))


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise Refused(Code.FILE_UNREADABLE)
        if path.stat().st_size > gate.FILE_BYTES:
            raise gate.too_large(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise Refused(Code.FILE_UNREADABLE) from error


def _form(stamp: Stamp, forms: Mapping[str, Outline]) -> Outline:
    known = listed(form.title for form in forms.values())
    if not stamp.form:
        raise Refused(Code.FORM_UNKNOWN, forms=known, why=message("intake.no_stamp"))
    if stamp.form not in forms:
        raise Refused(Code.FORM_UNKNOWN, forms=known, why=message("intake.other_form", form=_plain(stamp.form)))
    return forms[stamp.form]


def _plain(name: str) -> str:
    """A stamped name, to be repeated in a message; anything but a plain word is not worth repeating."""
    return name if re.fullmatch(r"[A-Za-z0-9_.]{1,40}", name) else "?"


def _header(book: Book, stamp: Stamp, form: Outline) -> tuple[Sheet, Header]:
    """The form's header. Raises Refused for another version, and where required columns are missing."""
    if stamp.version != form.version:
        raise Refused(Code.FORM_VERSION_OLD, form=listed([form.title]), version=_plain(stamp.version), current=form.version)
    found = table.find(book, form.spelled)
    if found is None:
        raise Refused(Code.HEADER_MISSING, form=listed([form.title]))
    missing = [column.label for column in form.columns if column.required and column.name not in found[1].fields]
    if missing:
        raise Refused(Code.COLUMN_MISSING, columns=listed(missing))
    return found


def _judged(file: SourceFile, form: Outline, sheet: Sheet, found: Table) -> Examined:
    issues = [*_column_issues(form, sheet, found.header), *_cell_issues(found)]
    if not found.cells.num_rows:
        issues.append(Issue(code=Code.EMPTY_TEMPLATE, severity=Severity.WARNING, sheet=sheet.name))
        file = dataclasses.replace(file, verdict="skipped", code=str(Code.EMPTY_TEMPLATE))
    placed = tuple(dataclasses.replace(issue, path=str(file.path), form=form.name) for issue in issues)
    return Examined(dataclasses.replace(file, issues=placed), (found,) if found.cells.num_rows else ())


def _column_issues(form: Outline, sheet: Sheet, header: Header) -> Iterable[Issue]:
    """Optional columns that are gone, columns that stand twice, columns that are none of the form's: warnings."""
    row = header.row + 1
    missing = [column.label for column in form.columns if column.typed and column.name not in header.fields]
    if missing:
        yield Issue(code=Code.COLUMN_MISSING, severity=Severity.WARNING, sheet=sheet.name, row=row, words={"columns": listed(missing)})
    for code, columns in ((Code.COLUMN_TWICE, header.twice), (Code.COLUMN_UNKNOWN, table.strangers(sheet, header))):
        for column in columns:
            cell = f"{sheet.letters[column]}{row}"
            yield Issue(code=code, severity=Severity.WARNING, sheet=sheet.name, cell=cell, row=row, words={"column": sheet.letters[column]})


def _cell_issues(found: Table) -> Iterable[Issue]:
    header, excel_rows = found.header, found.cells.column(table.ROW).to_pylist()
    for place, field, text in found.errors:
        row = excel_rows[place]
        cell = f"{header.letters[header.fields[field]]}{row}"
        yield Issue(
            code=Code.CELL_ERROR,
            severity=Severity.ERROR,
            sheet=header.sheet,
            cell=cell,
            row=row,
            field=field,
            value=text,
            words={"error": text},
        )
