"""Grid: many cells at once, as XML made column by column by Arrow; cell by cell, XlsxWriter spends its time on what they have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from csbook.workbook.limits import CELL_TEXT, Refused, units
from csbook.workbook.markup import escaped, outer_blanks
from csbook.workbook.serial import counted

# rows rendered at a time
PART = 5_000


@dataclass(frozen=True)
class Cells:
    """A column of texts, numbers, days, moments or times of day; where a value is missing stands `blank`.

    One style for all, or those that `chosen` counts from 0, one a cell.
    """

    values: pa.Array
    styles: Format | Sequence[Format]
    chosen: pa.Array | None = None
    blank: str = ""


class GridRow(NamedTuple):
    """Stands in XlsxWriter's table at the first column of a row: all its cells."""

    pieces: Iterator[str]
    format: Any = None


class GridEnd(NamedTuple):
    """Stands at the last column, so that the row's span is true."""

    format: Any = None


def fitting(columns: Sequence[Cells], first_row: int, first_col: int, sheet: str) -> None:
    """Refused where Excel could not hold a value: a text over 32,767 characters, a number that is none."""
    for place, column in enumerate(columns, start=first_col + 1):
        row = _misfit(column.values)
        if row is not None:
            value = column.values[row].as_py()
            what = f"{units(value)} > {CELL_TEXT}" if isinstance(value, str) else value
            raise Refused(f"{sheet}!R{first_row + row + 1}C{place}: {what}")


def cells(first_row: int, first_col: int, columns: Sequence[Cells], *, boxed: bool = True) -> Iterator[pa.Array]:
    """The cells of each row as XML, some thousand rows at a time; rows and columns count from 0.

    An empty cell has its style, or is left out where it is not `boxed`. Formats get their numbers here, as when XlsxWriter writes them.
    """
    for start in range(0, len(columns[0].values), PART):
        cut = [_cut(column, start) for column in columns]
        numbers = pa.array(range(first_row + start + 1, first_row + start + 1 + len(cut[0].values))).cast(pa.string())
        parts = [_rendered(column, xl_col_to_name(first_col + place), numbers, boxed=boxed) for place, column in enumerate(cut)]
        yield _joined(*parts)


def rows(first_row: int, columns: Sequence[Cells]) -> Iterator[memoryview]:
    """Whole rows from column A on, without their empty cells, as XML in UTF-8."""
    for part in cells(first_row, 0, columns, boxed=False):
        numbers = pa.array(range(first_row + 1, first_row + 1 + len(part))).cast(pa.string())
        yield _characters(_joined('<row r="', numbers, '">', part, "</row>"))
        first_row += len(part)


def _cut(column: Cells, start: int) -> Cells:
    """Some rows of a column."""
    chosen = None if column.chosen is None else column.chosen.slice(start, PART)
    return Cells(column.values.slice(start, PART), column.styles, chosen, column.blank)


def _rendered(column: Cells, letter: str, numbers: pa.Array, *, boxed: bool) -> pa.Array:
    """A cell for each row; null where it is left out."""
    ends = _texts(column.values.cast(pa.string())) if _textual(column.values) else _numbers(column.values)
    if boxed:
        ends = pc.fill_null(ends, _texts(pa.array([column.blank]))[0] if column.blank else "/>")
    return pc.binary_join_element_wise(f'<c r="{letter}', numbers, _styles(column), ends, "")


def _styles(column: Cells) -> str | pa.Array:
    """What stands between a cell's place and its value."""
    if isinstance(column.styles, Format):
        return _style(column.styles)
    return pa.array([_style(each) for each in column.styles]).take(column.chosen)


def _style(style: Format) -> str:
    return f'" s="{style._get_xf_index()}"'  # noqa: SLF001 - as XlsxWriter does it


def _texts(values: pa.Array) -> pa.Array:
    """What follows a cell's style; null for an empty text. What many cells share is made once."""
    coded = values.dictionary_encode()
    texts = pc.if_else(pc.equal(coded.dictionary, ""), None, coded.dictionary)
    outer = outer_blanks(texts)
    begin = pc.if_else(outer, ' xml:space="preserve">', ">") if pc.any(outer).as_py() else ">"
    return pc.binary_join_element_wise(' t="inlineStr"><is><t', begin, escaped(texts), "</t></is></c>", "").take(coded.indices)


def _numbers(values: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise("><v>", counted(values).cast(pa.string()), "</v></c>", "")


def _misfit(values: pa.Array) -> int | None:
    """The first row, counted from 0, whose value Excel cannot hold."""
    if pa.types.is_null(values.type) or pa.types.is_integer(values.type) or pa.types.is_temporal(values.type):
        return None
    if pa.types.is_floating(values.type):
        wrong = pc.invert(pc.is_finite(values))
    elif not _textual(values):
        wrong = values.is_valid()
    elif (pc.max(pc.binary_length(values)).as_py() or 0) > CELL_TEXT:
        wrong = pc.greater(_units(values), CELL_TEXT)
    else:
        return None
    place = pc.index(wrong, True).as_py()
    return None if place < 0 else place


def _textual(values: pa.Array) -> bool:
    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type) or pa.types.is_null(values.type))


def _units(texts: pa.Array) -> pa.Array:
    """As limits.units: beyond the basic plane a character is two."""
    return pc.add(pc.utf8_length(texts), pc.count_substring_regex(texts, r"[\x{10000}-\x{10FFFF}]"))


def _joined(*parts: str | pa.Array) -> pa.Array:
    """Pieces of each row in one text, together perhaps longer than the 2 GiB of a short one."""
    long = pa.large_string()
    pieces = [pa.scalar(part, long) if isinstance(part, str) else part.cast(long) for part in parts]
    return pc.binary_join_element_wise(*pieces, pa.scalar("", long), null_handling="replace")


def _characters(texts: pa.Array) -> memoryview:
    """All texts, one after the other, as they lie in memory."""
    return memoryview(texts.buffers()[2])[: pc.sum(pc.binary_length(texts)).as_py()]
