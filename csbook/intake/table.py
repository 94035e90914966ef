"""Tables: a form's filled rows in a sheet, found by the labels of its header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csbook import messages
from csbook.intake.outline import SOURCE_ID, Outline
from csbook.intake.reader import Book, Sheet
from csbook.lists import BLANKS, bare

__all__ = ["ROW", "SOURCE_ID", "Header", "Table", "filled", "find", "rows", "strangers"]
ROW = "?row"
DEPTH = 15  # a header stands in one of the first rows
LEAST = 3  # labels that make a row a header
HIDDEN = "_"  # our own sheets begin so
# a star marks a required column in workbooks that people make themselves
MARKS = "*"


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header row: which column holds which field, what stands twice, and what is none of ours.

    Columns and rows count from 0; `letters` name all columns of the sheet. No cells are kept, so that a header is cheap to send.
    """

    sheet: str
    letters: tuple[str, ...]
    row: int
    fields: Mapping[str, int]
    twice: tuple[int, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Filled rows of one form: `cells` holds one text column per field found and ROW, the Excel row. `errors` = (place, field, `#N/A`)."""

    form: str
    header: Header
    cells: pa.Table
    errors: tuple[tuple[int, str, str], ...]


def filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Per cell: is it not blank?"""
    return pc.fill_null(pc.not_equal(pc.utf8_trim(column, BLANKS), ""), fill_value=False)


def find(book: Book, known: Mapping[str, str]) -> tuple[Sheet, Header] | None:
    """The header row with the most known labels over all sheets but hidden ones; None without LEAST of them."""
    best: tuple[Sheet, Header] | None = None
    wanted = len(set(known.values()))
    for sheet in (book.sheet(name) for name in book.names if not name.startswith(HIDDEN)):
        for header in _headers(sheet, known):
            if best is None or len(header.fields) > len(best[1].fields):
                best = sheet, header
            if len(best[1].fields) == wanted:
                return best
    return best if best is not None and len(best[1].fields) >= LEAST else None


def _headers(sheet: Sheet, known: Mapping[str, str]) -> Iterable[Header]:
    head = sheet.cells.slice(0, DEPTH).to_pydict().values()
    for row, texts in enumerate(zip(*head, strict=True)):
        fields: dict[str, int] = {}
        twice, unknown = [], []
        for column, text in enumerate(texts):
            label = bare(text or "").strip(MARKS)
            field = known.get(label)
            if field is None:
                unknown += [column] if label else []
            elif fields.setdefault(field, column) != column:
                twice.append(column)
        yield Header(sheet=sheet.name, letters=sheet.letters, row=row, fields=fields, twice=tuple(twice), unknown=tuple(unknown))


def rows(sheet: Sheet, header: Header, outline: Outline) -> Table:
    """The rows below a header in which a cell is filled that the agent types; an error value counts as filled."""
    body = sheet.cells.slice(header.row + 1)
    typed = {header.fields[each.name]: each.name for each in outline.columns if each.typed and each.name in header.fields}
    # all columns in one go: a call costs more than three hundred cells
    stacked = pa.chunked_array([chunk for column in typed for chunk in body.column(column).chunks], pa.string())
    kept = filled(stacked).to_numpy().reshape(len(typed), body.num_rows).any(axis=0)
    faulty = {(row - header.row - 1, column): text for (row, column), text in sheet.errors.items() if row > header.row and column in typed}
    kept[[row for row, _ in faulty]] = True
    places = np.flatnonzero(kept)
    cells = body.select(list(header.fields.values())).rename_columns(list(header.fields)).take(pa.array(places))
    return Table(
        form=outline.name,
        header=header,
        cells=cells.append_column(ROW, pa.array(places + header.row + 2, pa.int64())),
        errors=tuple((int(np.searchsorted(places, row)), typed[column], text) for (row, column), text in faulty.items()),
    )


def strangers(sheet: Sheet, header: Header) -> tuple[int, ...]:
    """Columns that hold something but belong to no field; our own verdict column is none of them."""
    verdicts = {bare(messages.text(lang, "template.verdict")) for lang in messages.LOCALES}
    below = sheet.cells.slice(header.row + 1)
    unknown = [column for column in header.unknown if bare(str(sheet.cells.column(column)[header.row].as_py())) not in verdicts]
    return tuple(column for column in unknown if pc.any(filled(below.column(column))).as_py())
