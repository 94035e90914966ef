"""The reader: a workbook's bytes as sheets of text, in columns; the only importer of fastexcel.

Every cell comes as text: dates as `2023-10-01 14:30:00`, times as `1899-12-31 09:05:00`, numbers in plain figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from csbook.intake.arrays import empty_text
from csbook.intake.cells import Fault, faults
from csbook.intake.gate import Opened
from csbook.intake.gate.rewritten import ERRORS
from csbook.intake.gate.search import letters
from csbook.intake.refusal import Refused
from csbook.issues import Code

T = TypeVar("T")
# as the parser words it in the detail of a cell it could not read
_ERROR = re.compile(r"Error\(([A-Za-z0-9]+)\)")
# dates and times that stand in the file as text (Strict workbooks), and times alone where dates count from 1904
ISO = (
    (r"^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)Z?$", r"\1 \2"),
    (r"^T?([0-9]{2}:[0-9]{2}:[0-9]{2})$", r"1899-12-31 \1"),
)
SINCE_1904 = 1_462  # days between the first days of both calendars
DAYS = r"^(?P<days>[0-9]{5})(?P<rest>(?:\.[0-9]+)?)$"
FROM_1904 = ((r"^1904-01-01 ([0-9]{2}:[0-9]{2}:[0-9]{2})", r"1899-12-31 \1"),)


@dataclass(frozen=True)
class Sheet:
    """A sheet from its first row on. `letters` name the columns of `cells`; `errors` maps (row from 0, column) to `#N/A` and the like.

    `xml` gives what the sheet is made of, nothing where no cell can be at fault.
    """

    name: str
    cells: pa.Table
    letters: tuple[str, ...]
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    xml: Callable[[], bytes] = bytes
    from_1904: bool = False

    def since_1900(self, columns: Collection[int]) -> pa.Table:
        """The cells, days as bare numbers in these columns counted from 1900, also where the workbook counts from 1904."""
        cells = self.cells
        for place in columns if self.from_1904 else ():
            cells = cells.set_column(place, cells.column_names[place], _later(cells.column(place)))
        return cells

    def faults(self, columns: Collection[int]) -> dict[tuple[int, int], Fault]:
        """Findings in these columns by (row from 0, column)."""
        errors = {place: Fault(Code.CELL_ERROR, text) for place, text in self.errors.items() if place[1] in columns}
        return faults(self.xml(), columns) | errors


class Book:
    """A workbook that passed the gate. Raises Refused(PARSER_FAILED) for whatever the parser cannot read."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._reader = _parser(opened)
        self.names: tuple[str, ...] = opened.sheets

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet. Raises Refused(CELLS_LOST) where the parser leaves out a cell that is filled."""
        try:
            sheet = _loaded(self._reader, name, self._opened.filled(name))
        except Refused:
            sheet = None
        if sheet is None:
            # written in an unusual way, or an error that the parser does not know: once more, as expat reads it
            self._opened = self._opened.rewritten(name)
            self._reader = _parser(self._opened)
            sheet = _loaded(self._reader, name, self._opened.filled(name), exact=True)
        if sheet is None:
            raise Refused(Code.CELLS_LOST, sheet=name)
        forms = (*(ISO if self._opened.dated_as_text(name) else ()), *(FROM_1904 if self._opened.from_1904 else ()))
        xml = bytes if name in self._opened.calm else lambda: self._opened.sheet(name)
        cells, from_1904 = _respelled(sheet.cells, forms), self._opened.from_1904
        return replace(sheet, cells=cells, xml=xml, from_1904=from_1904)


def _parser(opened: Opened) -> Any:
    import fastexcel

    return _guarded(lambda: fastexcel.read_excel(opened.workbook))


def _loaded(reader: Any, name: str, filled: int, *, exact: bool = False) -> Sheet | None:
    """A sheet, or None where not all `filled` cells have come out; what is written as empty text may not have been counted."""
    # skip_rows=0 keeps empty rows at the top, so that row numbers are Excel's
    loaded = _guarded(lambda: reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string"))
    batch, errors = _guarded(loaded.to_arrow_with_errors)
    errors_found = dict(_error(each) for each in errors.errors) if errors else {}
    cells = pa.chunked_array(batch.columns, pa.string())  # all in one go: a call costs more than three hundred cells
    empty = pc.sum(pc.equal(cells, empty_text())).as_py() or 0
    whole = len(cells) - cells.null_count - empty + len(errors_found)
    if not (whole <= filled <= whole + empty if exact else whole == filled):
        return None
    places = [column.absolute_index for column in loaded.selected_columns]
    table = pa.table(batch.columns, names=[str(place) for place in places]) if places else pa.table({})
    return Sheet(name=name, cells=table, letters=tuple(letters(place) for place in places), errors=errors_found)


def _respelled(cells: pa.Table, forms: tuple[tuple[str, str], ...]) -> pa.Table:
    columns = cells.columns
    for pattern, replacement in forms:
        columns = [pc.replace_substring_regex(each, pattern, replacement) for each in columns]
    return pa.table(columns, names=cells.column_names) if forms else cells


def _later(column: pa.ChunkedArray) -> pa.ChunkedArray:
    parts = pc.extract_regex(column, DAYS)
    days = pc.add(pc.struct_field(parts, "days").cast(pa.int32()), SINCE_1904).cast(pa.string())
    return pc.coalesce(pc.binary_join_element_wise(days, pc.struct_field(parts, "rest"), ""), column)


def _error(error: Any) -> tuple[tuple[int, int], str]:
    kind = _ERROR.search(error.detail)
    return error.offset_position, ERRORS.get(kind[1], "#" + kind[1].upper()) if kind else "#"


def _guarded(parse: Callable[[], T]) -> T:
    """What the parser returns; its faults, panics included, refuse the file."""
    try:
        return parse()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the parser is no Exception
        raise Refused(Code.PARSER_FAILED) from error
