"""Grid: many cells at once, column by column; XlsxWriter's own writing spends most of its time per cell on what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from csbook.workbook.limits import CELL_TEXT, within
from csbook.workbook.markup import unmarked

# rows rendered at a time
PART = 1_000


@dataclass(frozen=True)
class Cells:
    """A column: texts, numbers (days and moments as Excel counts them) or None for an empty cell; one style for all or one a cell."""

    values: Sequence[str | float | None]
    styles: Format | Sequence[Format]


class GridRow(NamedTuple):
    """Stands in XlsxWriter's table at the first column of a row: all its cells."""

    pieces: Iterator[str]
    format: Any = None


class GridEnd(NamedTuple):
    """Stands at the last column, so that the row's span is true."""

    format: Any = None


def pieces(first_row: int, first_col: int, columns: Sequence[Cells], indexed: Callable[[str], int], sheet: str) -> Iterator[str]:
    """The rows as XML, one after the other. Texts are looked up at once, styles when a row is asked for: only then have they numbers."""
    tails = [_tails(each.values, indexed, f"{sheet}!C{place}") for place, each in enumerate(columns, start=first_col + 1)]
    return _rendered(first_row, first_col, [each.styles for each in columns], tails)


def _tails(values: Sequence[str | float | None], indexed: Callable[[str], int], where: str) -> list[str]:
    """What follows a cell's style."""
    done = []
    for value in values:
        if isinstance(value, str) and value:
            if len(value) * 2 > CELL_TEXT:
                within(where, value, CELL_TEXT)
            done.append(f' t="s"><v>{indexed(unmarked(value))}</v></c>')
        elif value is None or value == "":
            done.append("/>")
        else:
            done.append(f"><v>{value!r}</v></c>")
    return done


def _rendered(first_row: int, first_col: int, styles: Sequence[Format | Sequence[Format]], tails: Sequence[Sequence[str]]) -> Iterator[str]:
    count = len(tails[0]) if tails else 0
    for start in range(0, count, PART):
        stop = min(start + PART, count)
        numbers = range(first_row + 1 + start, first_row + 1 + stop)
        columns = []
        for place, (style, tail) in enumerate(zip(styles, tails, strict=True), start=first_col):
            letter, cut = xl_col_to_name(place), tail[start:stop]
            if isinstance(style, Format):
                middle = f'" s="{_index(style)}"'
                columns.append([f'<c r="{letter}{row}{middle}{end}' for row, end in zip(numbers, cut, strict=True)])
            else:
                chosen = style[start:stop]
                columns.append([f'<c r="{letter}{row}" s="{_index(own)}"{end}' for row, own, end in zip(numbers, chosen, cut, strict=True)])
        yield from map("".join, zip(*columns, strict=True))


def _index(style: Format) -> int:
    return int(style._get_xf_index())  # noqa: SLF001 - as XlsxWriter does it
