"""Headers: the row of a sheet that names a form's columns, wherever among the first rows it stands."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csbook.intake.arrays import arrow_text, flags
from csbook.intake.reader import Sheet
from csbook.intake.recognising.outline import SOURCE_ID, Outline

DEPTH = 30  # a header stands in one of the first rows
NEAR = 6  # and nearly always in one of these
LEAST = 3  # labels that make a row a header
TEMPLATE_ROW = 3  # where our own templates have it, counted from 0

Texts = Sequence[str | None]


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header row: which column holds which field, what stands twice, and what is none of the form's.

    Columns and rows count from 0; `letters` and `headings` are those of all columns of the sheet. `until`: the row of the next header
    of the sheet, where its table ends. No cells are kept, so that a header is cheap to send.
    """

    sheet: str
    letters: tuple[str, ...]
    headings: tuple[str, ...]
    row: int
    fields: Mapping[str, int]
    twice: tuple[int, ...]
    unknown: tuple[int, ...]
    until: int | None = None

    @property
    def size(self) -> int | None:
        """How many rows its table can have; None for all that there are."""
        return None if self.until is None else self.until - self.row - 1

    def missing(self, outline: Outline, *, required: bool) -> tuple[str, ...]:
        """Columns of the form that are not there: the required ones, or the others that an agent types."""
        return tuple(
            column.name for column in outline.columns if column.name not in self.fields and column.typed and column.required == required
        )

    def whole(self, outline: Outline) -> bool:
        """Are all columns there that an agent types?"""
        return all(column.name in self.fields for column in outline.columns if column.typed)

    def cell(self, column: int) -> str:
        """A cell of the header row as Excel names it."""
        return f"{self.letters[column]}{self.row + 1}"


def holds_table(sheet: Sheet) -> bool:
    """May there be a table on it at all?"""
    return bool(sheet.cells.num_columns >= LEAST and sheet.cells.num_rows > 1)


def top(sheet: Sheet, depth: int = DEPTH) -> list[Texts]:
    """The first rows of a sheet, each as its texts."""
    return list(zip(*sheet.cells.slice(0, depth).to_pydict().values(), strict=True))


def plain(sheet: Sheet, outline: Outline) -> Header | None:
    """The header that `find` gives where it stands near and names, letter for letter, all that an agent types; else None."""
    best = _best(sheet, top(sheet, NEAR), outline, outline.exactly)
    return best if best is not None and best.whole(outline) else None


def find(sheet: Sheet, rows: Sequence[Texts], outline: Outline) -> Header | None:
    """The row among `rows` (the sheet's top) that names most columns of the form; None where none names LEAST of them."""
    best = _best(sheet, rows, outline, outline.exactly)
    if best is None or not best.whole(outline):
        loose = _best(sheet, rows, outline, outline.loosely)
        best = max((each for each in (best, loose) if each), key=lambda each: len(each.fields), default=None)
    return best


def again(sheet: Sheet, header: Header, heading: str) -> list[int]:
    """Rows that may be headers too: above a header those with as many texts, below it those that repeat this heading of its.

    The row right above is none: it may be the upper half of a header of two rows.
    """
    above = [row for row, texts in enumerate(top(sheet, max(header.row - 1, 0))) if sum(map(bool, texts)) >= LEAST]
    body = sheet.cells.slice(header.row + 1)
    cells = pa.chunked_array([chunk for column in body.columns for chunk in column.chunks], pa.string())
    repeated = pc.equal(cells, arrow_text(heading))
    if not pc.any(repeated).as_py():
        return above
    rows = np.flatnonzero(flags(pc.and_kleene(repeated, pc.is_valid(cells)))) % body.num_rows + header.row + 1
    return [*above, *np.unique(rows).tolist()]


def apart(header: Header) -> list[range]:
    """Columns whose headings stand side by side, LEAST of them or more, with an empty heading before and behind."""
    ends = [-1, *(column for column, heading in enumerate(header.headings) if not heading), len(header.headings)]
    return [range(start + 1, end) for start, end in itertools.pairwise(ends) if end - start > LEAST]


def at(sheet: Sheet, row: int, outline: Outline, columns: range | None = None) -> Header | None:
    """What that row alone names of the form, in these columns; None where it does not name LEAST of the form's columns."""
    texts = [cells[row].as_py() if columns is None or column in columns else None for column, cells in enumerate(sheet.cells.columns)]
    named, twice = _named(texts, outline.loosely)
    return _header(sheet, texts, row, named, twice) if len(named) >= LEAST else None


def by_places(sheet: Sheet, rows: Sequence[Texts], outline: Outline, places: Mapping[str, str], found: Header | None) -> Header | None:
    """The header of a workbook of ours that says itself which letter holds which field, for columns whose headings changed since.

    `found` is what the headings said; where they contradict the letters, columns were moved and the letters say nothing.
    """
    row = found.row if found else TEMPLATE_ROW
    if not places:
        return found
    if row >= len(rows) or (found and any(places.get(found.letters[column], field) != field for field, column in found.fields.items())):
        return found
    known = {SOURCE_ID, *outline.by_name}
    named = {place: field for place, letter in enumerate(sheet.letters) if (field := places.get(letter)) in known and rows[row][place]}
    if len(named) < LEAST:
        return found
    said = found.fields if found else {}
    fields = {**{field: place for place, field in named.items() if field not in said}, **said}
    return _header(sheet, rows[row], row, {place: field for field, place in fields.items()}, found.twice if found else ())


def _best(sheet: Sheet, rows: Sequence[Texts], outline: Outline, field_of: Callable[[str], str | None]) -> Header | None:
    """The first row that names most columns; once one names all that an agent types, nothing below it can be the header."""
    best: Header | None = None
    for row, texts in enumerate(rows):
        for candidate in _candidates(rows, row, texts):
            named, twice = _named(candidate, field_of)
            if len(named) >= max(LEAST, len(best.fields) + 1 if best is not None else 0):
                best = _header(sheet, candidate, row, named, twice)
        if best is not None and best.whole(outline):
            break
    return best


def _candidates(rows: Sequence[Texts], row: int, texts: Texts) -> Iterator[Texts]:
    """The row, and once more with what stands above its empty cells: a heading merged downwards beside two-level ones."""
    yield texts
    if row and not all(texts):
        yield [text or over for text, over in zip(texts, rows[row - 1], strict=True)]


def _named(texts: Texts, field_of: Callable[[str], str | None]) -> tuple[dict[int, str], tuple[int, ...]]:
    """Which column names which field, and the columns that name one once more."""
    named: dict[int, str] = {}
    twice = []
    for column, text in enumerate(texts):
        field = field_of(text) if text else None
        if field is not None and field in named.values():
            twice.append(column)
        elif field is not None:
            named[column] = field
    return named, tuple(twice)


def _header(sheet: Sheet, texts: Texts, row: int, named: Mapping[int, str], twice: tuple[int, ...]) -> Header:
    headings = tuple((text or "").strip() for text in texts)
    return Header(
        sheet=sheet.name,
        letters=sheet.letters,
        headings=headings,
        row=row,
        fields={field: column for column, field in named.items()},
        twice=twice,
        unknown=tuple(column for column, text in enumerate(headings) if text and column not in named and column not in twice),
    )
