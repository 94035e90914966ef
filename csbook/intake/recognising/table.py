"""Tables: a form's filled rows below its header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from csbook import messages
from csbook.intake.arrays import booleans, empty_text, flags, integers, no_text
from csbook.intake.cells import Fault
from csbook.intake.reader import Sheet
from csbook.intake.recognising.headers import Header
from csbook.intake.recognising.outline import SOURCE_ID, Outline
from csbook.lists import BLANKS, bare

__all__ = ["ROW", "SOURCE_ID", "Table", "filled", "rows", "strangers"]
ROW = "?row"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Filled rows of one form: `cells` holds one text column per field found and ROW, the Excel row. `faults` = (place, field, what)."""

    form: str
    header: Header
    cells: pa.Table
    faults: tuple[tuple[int, str, Fault], ...]


def filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Per cell: is it not blank?"""
    return pc.and_kleene(pc.is_valid(column), pc.not_equal(pc.utf8_trim(column, BLANKS), empty_text()))


def rows(sheet: Sheet, header: Header, outline: Outline) -> Table:
    """The rows below a header in which a cell is filled that the agent types; a cell whose value is lost counts as filled."""
    dated = {header.fields[each.name] for each in outline.columns if each.dated and each.name in header.fields}
    body = sheet.since_1900(dated).slice(header.row + 1, header.size)
    typed = {header.fields[each.name]: each.name for each in outline.columns if each.typed and each.name in header.fields}
    kept = _kept(body, [*typed])
    faulty = {
        (row - header.row - 1, column): fault
        for (row, column), fault in sheet.faults(typed).items()
        if header.row < row <= header.row + body.num_rows
    }
    kept[[row for (row, _), fault in faulty.items() if fault.shown is not None]] = True
    places = np.flatnonzero(kept)
    cells = _taken(body.select(list(header.fields.values())).rename_columns(list(header.fields)), places)
    faults = tuple((int(np.searchsorted(places, row)), typed[column], fault) for (row, column), fault in faulty.items() if kept[row])
    return Table(
        form=outline.name,
        header=header,
        cells=_without(cells, faults).append_column(ROW, integers(places + header.row + 2)),
        faults=faults,
    )


def _kept(body: pa.Table, columns: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Per row: is a cell of these columns filled? The first column mostly tells; the others in one go, as a call costs 300 cells."""
    kept = np.zeros(body.num_rows, bool)
    for some in (columns[:1], columns[1:]):
        if some and not kept.all():
            stacked = pa.chunked_array([chunk for column in some for chunk in body.column(column).chunks], pa.string())
            kept |= flags(filled(stacked)).reshape(len(some), body.num_rows).any(axis=0)
    return kept


def _taken(cells: pa.Table, rows: npt.NDArray[np.int64]) -> pa.Table:
    """These rows; most often none is left out between two that are filled."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1:
        return cells.slice(rows[0], len(rows))
    return cells.take(integers(rows))


def _without(cells: pa.Table, faults: Iterable[tuple[int, str, Fault]]) -> pa.Table:
    """Cells whose value is not taken are blank."""
    blank: dict[str, list[int]] = {}
    for place, field, fault in faults:
        if fault.shown is not None:
            blank.setdefault(field, []).append(place)
    for field, rows in blank.items():
        kept = np.ones(cells.num_rows, bool)
        kept[rows] = False
        column = pc.if_else(booleans(kept), cells.column(field), no_text())
        cells = cells.set_column(cells.column_names.index(field), field, column)
    return cells


def strangers(sheet: Sheet, header: Header) -> tuple[int, ...]:
    """Columns that hold something but belong to no field; our own verdict column is none of them."""
    verdicts = {bare(messages.text(lang, "template.verdict")) for lang in messages.LOCALES}
    below = sheet.cells.slice(header.row + 1, header.size)
    unknown = [column for column in header.unknown if bare(header.headings[column]) not in verdicts]
    return tuple(column for column in unknown if pc.any(filled(below.column(column))).as_py())
