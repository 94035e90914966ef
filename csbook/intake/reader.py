"""The reader: a workbook's bytes as sheets of text, in columns; the only importer of fastexcel.

Every cell comes as text: dates as `2023-10-01 14:30:00`, times as `1899-12-31 09:05:00`, numbers in plain figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pyarrow as pa

from csbook.intake.refusal import Refused
from csbook.issues import Code

T = TypeVar("T")
# as the parser words it in the detail of a cell it could not read
_ERROR = re.compile(r"Error\(([A-Za-z0-9]+)\)")
ERRORS = {"NA": "#N/A", "Div0": "#DIV/0!", "Ref": "#REF!", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Value": "#VALUE!"}


@dataclass(frozen=True)
class Sheet:
    """A sheet from its first row on. `letters` name the columns of `cells`; `errors` maps (row from 0, column) to `#N/A` and the like."""

    name: str
    cells: pa.Table
    letters: tuple[str, ...]
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)


class Book:
    """An opened workbook. Raises Refused(PARSER_FAILED) for whatever the parser cannot read."""

    def __init__(self, data: bytes) -> None:
        import fastexcel

        self._reader = _guarded(lambda: fastexcel.read_excel(data))
        self.names: tuple[str, ...] = tuple(self._reader.sheet_names)

    def sheet(self, name: str) -> Sheet:
        """All cells of one sheet."""
        # skip_rows=0 keeps empty rows at the top, so that row numbers are Excel's
        loaded = _guarded(lambda: self._reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string"))
        batch, errors = _guarded(loaded.to_arrow_with_errors)
        places = [column.absolute_index for column in loaded.selected_columns]
        return Sheet(
            name=name,
            cells=pa.table(batch.columns, names=[str(place) for place in places]) if places else pa.table({}),
            letters=tuple(letter(place) for place in places),
            errors=dict(_error(each) for each in errors.errors) if errors else {},
        )


def letter(place: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    above, last = divmod(place, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + last)


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
