"""Paper: how a sheet falls on pages of A4 – how large, between which columns and rows pages break, which header stands on each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from csbook.analysis.block import Table

# margins in inches: left, right, top, bottom
MARGINS = (0.4, 0.4, 0.5, 0.6)
# of A4 within these margins: pixels across at 96 an inch, points down
ACROSS, DOWN = {False: 1_045, True: 717}, {False: 516.0, True: 762.0}
# where our font is missing another one makes columns up to two fifths wider: so much of a page that must break at a column is planned
SAFE = 0.68
# points down are sure but for rounding
FULL = 0.96
# print is not smaller than this, or nobody could read it; a narrow sheet stands upright
SMALLEST, UPRIGHT = 0.66, 0.9
# a header so many rows below the sheet's top is repeated together with it
NEAR = 4
# … and where another font has taken its share already
SMALLER = 0.6
# points of a row whose height is not set
ROW = 15.0


@dataclass(frozen=True)
class Piece:
    """A block once drawn: its first row, the row after the last that is printed, its columns; of a table its header's row and titles."""

    first: int
    end: int
    columns: int
    header: int | None = None
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One sheet's pages: upright or not, the print's size as a share, and the columns with which a page begins; `alone`: only the first of
    pages side by side is printed."""

    portrait: bool
    scale: float
    breaks: tuple[int, ...] = ()
    alone: bool = False

    @classmethod
    def of(cls, widths: Sequence[int], tables: Sequence[Table], drawn: int, *, alone: bool = False) -> Paper:
        """For columns of `widths` pixels and charts of `drawn` pixels: pages side by side where one would be too small to read."""
        total = max(sum(widths), drawn)
        for portrait, least in ((True, UPRIGHT), (False, SMALLEST)):
            scale = ACROSS[portrait] / total
            if scale >= least:
                return cls(portrait, min(scale, 1.0))
        if alone:
            # fitted to the page, whatever the font
            room = ACROSS[False] / SMALLEST
            end = next(iter(_cut(list(_atoms(widths, tables, room)), widths[0], room)), len(widths))
            return cls(portrait=False, scale=min(1.0, ACROSS[False] / max(sum(widths[:end]), drawn)), breaks=(end,), alone=True)
        room = ACROSS[False] * SAFE / SMALLER
        atoms = list(_atoms(widths, tables, room))
        pages, narrow = len(_cut(atoms, widths[0], room)), max(widths[0] + width for _, width in atoms)
        # as many pages, but equally full
        fair = next(each for each in itertools.chain(range(narrow, int(room), 10), [room]) if len(_cut(atoms, widths[0], each)) <= pages)
        return cls(portrait=False, scale=min(1.0, ACROSS[False] * SAFE / max(fair, narrow)), breaks=tuple(_cut(atoms, widths[0], fair)))

    def seen(self, count: int) -> int:
        """How many of `count` columns stand on the first page."""
        return self.breaks[0] if self.breaks else count

    def areas(self, pieces: Sequence[Piece], count: int) -> list[tuple[int, int, int]]:
        """First row, last row and number of columns of what is printed together: neighbours as many pages wide, none of them cut."""
        ends = [*self.breaks, count]
        wide = [0 if self.alone else sum(each < piece.columns for each in self.breaks) for piece in pieces]
        apart = [wide[place] != wide[place - 1] or pieces[place - 1].end < pieces[place].first for place in range(1, len(pieces))]
        places = [0, *(place for place, new in enumerate(apart, start=1) if new), len(pieces)]
        areas = [(pieces[start].first, pieces[end - 1].end - 1, ends[wide[start]]) for start, end in itertools.pairwise(places)]
        return [(0, *areas[0][1:]), *areas[1:]]

    def rows(self, pieces: Sequence[Piece], heights: Mapping[int, float], top: int) -> list[int]:
        """The rows with which a page begins: a block that fits on a page is not torn, a long one has at least half a page to start on."""
        room = DOWN[self.portrait] * FULL / self.scale
        repeated = sum(heights.get(row, ROW) for row in range(top))
        apart = {first for first, _, _ in self.areas(pieces, 0)} if pieces else set[int]()
        breaks, used = [], repeated
        for piece in pieces:
            size = sum(heights.get(row, ROW) for row in range(piece.first, piece.end))
            if piece.first in apart:
                used = repeated
            if used + size > room and used > repeated and (repeated + size <= room or used > room / 2):
                breaks.append(piece.first)
                used = repeated
            # where one that goes over pages ends depends on the font, so that nothing is begun below it
            used = min(used + size, room)
        return breaks

    def repeated(self, pieces: Sequence[Piece], heights: Mapping[int, float], top: int) -> tuple[int, int]:
        """First and last row to stand on every page: the top, or the header of a table that goes over pages and of all that follow it."""
        room = DOWN[self.portrait] * FULL / self.scale
        for place, piece in enumerate(pieces):
            size = sum(heights.get(row, ROW) for row in range(piece.first, piece.end))
            torn = size + sum(heights.get(row, ROW) for row in range(top)) > room
            if piece.header is not None and torn and all(each.titles == piece.titles for each in pieces[place:]):
                return (0 if piece.header <= top + NEAR else piece.header), piece.header
        return 0, top - 1


def _atoms(widths: Sequence[int], tables: Sequence[Table], room: float) -> Iterator[tuple[int, int]]:
    """First column and pixels of what stays together: a table that fits on a page, of others neighbours of one group."""
    whole = max((len(each.columns) for each in tables if sum(widths[: len(each.columns)]) <= room), default=0)
    first = 1
    for place in range(2, len(widths) + 1):
        if place == len(widths) or (place >= whole and not any(_joined(table, place) for table in tables)):
            yield first, sum(widths[first:place])
            first = place


def _joined(table: Table, place: int) -> bool:
    columns = table.columns
    return place < len(columns) and columns[place].group != "" and columns[place].group == columns[place - 1].group


def _cut(atoms: Sequence[tuple[int, int]], repeated: int, room: float) -> list[int]:
    """Columns with which further pages begin, each after the repeated first column."""
    breaks, used = list[int](), repeated
    for first, width in atoms:
        if used + width > room and used > repeated:
            breaks.append(first)
            used = repeated
        used += width
    return breaks
