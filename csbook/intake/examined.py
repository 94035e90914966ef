"""Examine: one file from its path to a verdict and, where it is one of ours, its table."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from csbook.forms import Form
from csbook.intake import gate, table
from csbook.intake.paths import WORKBOOK
from csbook.intake.reader import Book
from csbook.intake.refusal import Refused
from csbook.intake.spoken import listed, message
from csbook.intake.stamp import Stamp, modified, stamped
from csbook.intake.table import Header, Table
from csbook.issues import Code, Issue, Severity
from csbook.rows import SourceFile


@dataclass(frozen=True)
class Examined:
    """A file and its table; no table where the file is refused or nothing is filled in."""

    file: SourceFile
    table: Table | None = None


def examine(path: Path, forms: Mapping[str, Form], labels: Mapping[str, Mapping[str, str]]) -> Examined:
    """Read a file once: hash, gate, parse. `labels` are csbook.intake.table.labels by form. Never raises for what a file holds."""
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
        form = _form(stamp, forms)
        file = dataclasses.replace(file, form=form.name, version=stamp.version)
        header = _header(book, stamp, form, labels[form.name])
        return _judged(file, form, header, table.rows(header, form))
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


def _form(stamp: Stamp, forms: Mapping[str, Form]) -> Form:
    known = listed(form.title for form in forms.values())
    if not stamp.form:
        raise Refused(Code.FORM_UNKNOWN, forms=known, why=message("intake.no_stamp"))
    if stamp.form not in forms:
        raise Refused(Code.FORM_UNKNOWN, forms=known, why=message("intake.other_form", form=_plain(stamp.form)))
    return forms[stamp.form]


def _plain(name: str) -> str:
    """A stamped name, to be repeated in a message; anything but a plain word is not worth repeating."""
    return name if re.fullmatch(r"[A-Za-z0-9_.]{1,40}", name) else "?"


def _header(book: Book, stamp: Stamp, form: Form, labels: Mapping[str, str]) -> Header:
    """The form's header. Raises Refused for another version, and where required columns are missing."""
    if stamp.version != form.version:
        raise Refused(Code.FORM_VERSION_OLD, form=listed([form.title]), version=_plain(stamp.version), current=form.version)
    header = table.find(book, labels)
    if header is None:
        raise Refused(Code.HEADER_MISSING, form=listed([form.title]))
    missing = [field.label for field in form.fields if field.required and field.name not in header.fields]
    if missing:
        raise Refused(Code.COLUMN_MISSING, columns=listed(missing))
    return header


def _judged(file: SourceFile, form: Form, header: Header, found: Table) -> Examined:
    issues = [*_column_issues(form, header), *_cell_issues(found)]
    if not found.cells.num_rows:
        issues.append(Issue(code=Code.EMPTY_TEMPLATE, severity=Severity.WARNING, sheet=header.sheet.name))
        file = dataclasses.replace(file, verdict="skipped", code=str(Code.EMPTY_TEMPLATE))
    placed = tuple(dataclasses.replace(issue, path=str(file.path), form=form.name) for issue in issues)
    return Examined(dataclasses.replace(file, issues=placed), found if found.cells.num_rows else None)


def _column_issues(form: Form, header: Header) -> Iterable[Issue]:
    """Optional columns that are gone, columns that stand twice, columns that are none of the form's: warnings."""
    sheet, row = header.sheet, header.row + 1
    missing = [field.label for field in form.fields if field.typed and field.name not in header.fields]
    if missing:
        yield Issue(code=Code.COLUMN_MISSING, severity=Severity.WARNING, sheet=sheet.name, row=row, words={"columns": listed(missing)})
    for code, columns in ((Code.COLUMN_TWICE, header.twice), (Code.COLUMN_UNKNOWN, table.strangers(header))):
        for column in columns:
            cell = f"{sheet.letters[column]}{row}"
            yield Issue(code=code, severity=Severity.WARNING, sheet=sheet.name, cell=cell, row=row, words={"column": sheet.letters[column]})


def _cell_issues(found: Table) -> Iterable[Issue]:
    sheet, excel_rows = found.header.sheet, found.cells.column(table.ROW).to_pylist()
    for place, field, text in found.errors:
        row = excel_rows[place]
        cell = f"{sheet.letters[found.header.fields[field]]}{row}"
        yield Issue(
            code=Code.CELL_ERROR,
            severity=Severity.ERROR,
            sheet=sheet.name,
            cell=cell,
            row=row,
            field=field,
            value=text,
            words={"error": text},
        )
