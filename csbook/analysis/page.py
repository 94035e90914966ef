"""Page: a worksheet while it is being written – its columns, its next free row, its headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from csbook.analysis import measure
from csbook.analysis.block import Charts, Sheet, Table
from csbook.analysis.links import Links
from csbook.analysis.paper import Paper, Piece
from csbook.analysis.words import Words
from csbook.workbook import Palette, Workbook
from csbook.workbook import Sheet as Worksheet

# XlsxWriter's default font: 7 pixels a character and 5 around
PIXELS, AROUND = 7, 5
# a title is bold, and larger than the font that widths are of
TITLE, BRACKET = 0.9, re.compile(r"[(\uff08]")
# a sheet without tables
WHOLE = 100.0


@dataclass
class Page:
    """`widths` of the columns in characters; `row` is the next free one."""

    book: Workbook
    sheet: Worksheet
    words: Words
    widths: list[float]
    links: Links
    paper: Paper
    row: int = 0
    heights: dict[int, float] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    @classmethod
    def of(cls, book: Workbook, spec: Sheet, words: Words, links: Links) -> Page:
        """A new worksheet with the columns that its tables, or its grid, want."""
        sheet = book.sheet(words.text(f"sheet.{spec.name}"))
        if spec.grid:
            count, pixels = spec.grid
            widths = [(pixels - AROUND) / PIXELS] * count
        else:
            widths = measure.column_widths(block for block in spec.blocks if isinstance(block, Table)) or [WHOLE]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        drawn = max((block.across for block in spec.blocks if isinstance(block, Charts)), default=0)
        tables = [block for block in spec.blocks if isinstance(block, Table)]
        return cls(
            book, sheet, words, widths, links, Paper.of([_pixels(each) for each in widths], tables, drawn, alone=spec.first_page_only)
        )

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.widths) - 1

    @property
    def seen(self) -> int:
        """The last column that stands on the first printed page."""
        return self.paper.seen(len(self.widths)) - 1

    @property
    def pixels(self) -> int:
        """The width of the columns on the first printed page."""
        return sum(_pixels(width) for width in self.widths[: self.seen + 1])

    @property
    def room(self) -> float:
        """The same in characters."""
        return self.pixels / PIXELS - 2

    def high(self, row: int, points: float) -> None:
        """The height of a row."""
        self.heighten({row: points})

    def heighten(self, points: Mapping[int, float]) -> None:
        """The heights of many rows."""
        self.heights |= points
        self.sheet.heights(points)

    @property
    def starts(self) -> tuple[int, ...]:
        """The columns in which a line of text begins: the first; where pages side by side repeat that, and would cut the text there, the
        next one and the first of each further page."""
        return (1, *self.paper.breaks) if self.paper.breaks and not self.paper.alone else (0,)

    def heading(self, title: str, columns: int = 1) -> None:
        """A block's title, underlined over the whole width, on every page that its `columns` reach; on a further one that is too narrow
        without what stands in brackets."""
        style = self.book.style("subtitle", bottom=2, bottom_color=Palette.BRAND)
        self.high(self.row, 21)
        here = {self.starts[0], *(each for each in self.starts if each < columns)}
        self.sheet.row(self.row, 0, [self._title(title, place) if place in here else None for place in range(self.last + 1)], style)
        self.row += 1

    def _title(self, title: str, place: int) -> str:
        end = min((each for each in self.paper.breaks if each > place), default=len(self.widths))
        fits = measure.width(title) <= sum(self.widths[place:end]) * TITLE
        return title if place == self.starts[0] or fits else BRACKET.split(title)[0].strip()

    def gap(self, points: float = 6) -> None:
        """A low empty row."""
        self.high(self.row, points)
        self.row += 1

    def merged(self, row: int, first: int, last: int, text: str, style: Any) -> None:
        """One text over several columns."""
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", style)
        self.sheet.text(row, first, text, style)


def _pixels(width: float) -> int:
    return int(width * PIXELS) + AROUND
