"""Draft: the self-check sheet while its columns are being laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from csbook.template.cells import CheckCells
from csbook.template.grid import Grid
from csbook.template.listing import Listing
from csbook.workbook import column_letter

# a formula by row; the Excel row is the same as on the data sheet
ByRow = Callable[[int], str]
FILLED = "B"


class Draft:
    """Mirrored cells keep the letters that they have on the data sheet, every other column follows after them.

    `columns`: letter → formula by row. `subjects`: letter → the part of the definitions that it is made of.
    `titles`: what others read → letter. `stamps`: stamp → letter. `readings`: field → letter. `promises`: due stamp → letter.
    """

    def __init__(self, grid: Grid, lists: Listing) -> None:
        self.grid, self.lists = grid, lists
        self.columns: dict[str, ByRow] = {}
        self.subjects: dict[str, str] = {}
        # what the columns that are added next are made of
        self.subject = ""
        self.titles: dict[str, str] = {}
        self.stamps: dict[str, str] = {}
        self.readings: dict[str, str] = {}
        self.promises: dict[str, str] = {}
        self._next = grid.source_column + 1

    def add(self, formula: ByRow, title: str = "") -> str:
        """A new column; its letter."""
        letter = column_letter(self._next)
        self._next += 1
        self.put(letter, formula)
        if title:
            self.titles[title] = letter
        return letter

    def put(self, letter: str, formula: ByRow) -> None:
        """A column at a letter of its own."""
        self.columns[letter], self.subjects[letter] = formula, self.subject

    def at(self, row: int) -> CheckCells:
        """How rules point at a row of this sheet."""
        return CheckCells(self.grid, self.lists, row, stamps=self.stamps, readings=self.readings, promises=self.promises)

    def stamp(self, name: str) -> None:
        """A column with the serial of a stamp."""
        self.stamps[name] = self.add(lambda row: self.at(row).computed_stamp(name))

    def reading(self, name: str, formula: ByRow) -> None:
        """A column with what a cell is read as."""
        self.readings[name] = self.add(formula)

    def joined(self, letters: Iterable[str], title: str = "") -> str:
        """A column with the texts of others, one after the other."""
        of = list(letters)
        return self.add(lambda row: "&".join(f"{letter}{row}" for letter in of) or '""', title)
