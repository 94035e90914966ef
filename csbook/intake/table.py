"""Tables: a form's filled rows below its header."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csbook import messages
from csbook.intake.headers import Header
from csbook.intake.outline import SOURCE_ID, Outline
from csbook.intake.reader import Sheet
from csbook.lists import BLANKS, bare

__all__ = ["ROW", "SOURCE_ID", "Table", "filled", "rows", "strangers"]
ROW = "?row"


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
    unknown = [column for column in header.unknown if bare(header.headings[column]) not in verdicts]
    return tuple(column for column in unknown if pc.any(filled(below.column(column))).as_py())
