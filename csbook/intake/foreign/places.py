"""Places: where in a workbook the tables stand that a map describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csbook.intake.foreign.map import ForeignMap
from csbook.intake.reader import Book, Sheet
from csbook.intake.recognising import headers
from csbook.intake.recognising.headers import Texts
from csbook.intake.recognising.headings import unmarked

HIDDEN = "_"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A header row of a foreign table: heading of the map → column, counted from 0, and the headings that are not there."""

    sheet: Sheet
    row: int
    texts: Texts
    columns: Mapping[str, int]
    missing: tuple[str, ...]


def lettered(letter: str) -> str:
    """How a map names a column by its letter: one whose heading holds personal data, which a map must not repeat."""
    return f"[{letter}]"


@dataclass(frozen=True)
class Found:
    """The sheets that have every column of the map, those that have most of them, and others that hold a table."""

    whole: tuple[Place, ...]
    near: tuple[Place, ...] = ()
    others: tuple[str, ...] = ()


def find(book: Book, wanted: ForeignMap) -> Found:
    """Where the map fits; without a sheet that it fits wholly, `near` is the one that it fits best, if it fits any."""
    sheets = [book.sheet(name) for name in book.names if not name.startswith(HIDDEN) and wanted.sheet in ("", name)]
    found = [(sheet, _place(sheet, wanted)) for sheet in sheets]
    places = [place for _, place in found if place is not None]
    whole = tuple(place for place in places if not place.missing)
    if not whole:
        return Found(whole, tuple(sorted(places, key=lambda place: len(place.missing))[:1]))
    near = tuple(place for place in places if 0 < len(place.missing) < len(place.columns))
    told = {place.sheet.name for place in (*whole, *near)}
    others = (sheet.name for sheet in sheets if sheet.name not in told and headers.holds_table(sheet))
    return Found(whole, near, tuple(others))


def _place(sheet: Sheet, wanted: ForeignMap) -> Place | None:
    rows = headers.top(sheet)
    numbers = range(len(rows)) if wanted.header_row is None else range(wanted.header_row - 1, min(wanted.header_row, len(rows)))
    found = [_named(sheet, number, rows[number], wanted.headings) for number in numbers]
    best = min(found, key=lambda place: len(place.missing), default=None)
    return best if best is not None and best.columns else None


def _named(sheet: Sheet, row: int, texts: Texts, headings: Sequence[str]) -> Place:
    labels: dict[str, int] = {}
    for column, text in enumerate(texts):
        labels.setdefault(unmarked(text or "", ()), column)
    letters = {lettered(letter): column for column, letter in enumerate(sheet.letters)}
    columns = {heading: labels[label] for heading in headings if (label := unmarked(heading, ())) in labels}
    columns |= {heading: letters[heading] for heading in headings if heading not in columns and heading in letters}
    return Place(sheet=sheet, row=row, texts=texts, columns=columns, missing=tuple(each for each in headings if each not in columns))
