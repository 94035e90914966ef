"""Page: a worksheet while it is being written – its columns, its next free row, its headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from csbook.analysis import measure
from csbook.analysis.block import Sheet, Table
from csbook.analysis.links import Links
from csbook.analysis.words import Words
from csbook.workbook import Palette, Workbook
from csbook.workbook import Sheet as Worksheet

# XlsxWriter's default font: 7 pixels a character and 5 around
PIXELS, AROUND = 7, 5
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
    row: int = 0

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
        return cls(book, sheet, words, widths, links)

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.widths) - 1

    @property
    def pixels(self) -> int:
        """The width of all columns."""
        return sum(int(width * PIXELS) + AROUND for width in self.widths)

    @property
    def room(self) -> float:
        """The width of all columns in characters."""
        return self.pixels / PIXELS - 2

    def heading(self, title: str) -> None:
        """A block's title, underlined over the whole width."""
        style = self.book.style("subtitle", bottom=2, bottom_color=Palette.BRAND)
        self.sheet.set_row(self.row, 21)
        self.sheet.row(self.row, 0, [title, *[None] * self.last], style)
        self.row += 1

    def gap(self, points: float = 6) -> None:
        """A low empty row."""
        self.sheet.set_row(self.row, points)
        self.row += 1

    def merged(self, row: int, first: int, last: int, text: str, style: Any) -> None:
        """One text over several columns."""
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", style)
        self.sheet.text(row, first, text, style)
