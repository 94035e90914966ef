"""Cells: how rules point at a row – on the self-check sheet, on the data sheet while typing, and in conditional formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csbook.forms.sentences import EPOCH, NOW
from csbook.rules.readable import MIDNIGHT
from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.listing import Listing
from csbook.template.stamp import AGENT_NAME

# begins the names of typed cells: _C stands for what column C of the data sheet holds in the row of the formula
TYPED = "_"


@dataclass(frozen=True)
class EntryCells:
    """The `Cells` of csbook.rules on the data sheet itself: stamps are computed in place, as the row is still being typed."""

    grid: Grid
    lists: Listing
    row: int = FIRST_ROW
    # "$" holds the column still: a conditional format looks at its row from every column
    pin: str = ""

    def cell(self, field: str) -> str:
        """The cell of a field in this row."""
        return f"{self.pin}{self.grid.letter(field)}{self.row}"

    def read(self, field: str) -> str:
        """What a cell says as a serial, where it says anything."""
        return self.cell(field)

    def stamp(self, field: str) -> str:
        """The serial of a date, stamp or derived stamp, "" while it is unknown; a time of day takes the row's day."""
        form = self.grid.form
        if field in form.derived:
            date, clock = (self.read(part) for part in form.derived[field])
            return f'IF(AND({self._dated(date)},{self._timed(clock)}),{date}+{clock},"")'
        typed, kind = self.read(field), form.by_name[field].kind
        if kind in ("date", "clock"):
            return typed
        # a promised day lasts until its end
        late = f"+({typed}>=1)*({typed}=INT({typed}))" if kind == "due" else ""
        if field == form.day:
            return f'IF({self._dated(typed)},{typed}{late},"")'
        day = self._day()
        timed = f"AND({self._timed(typed)},{self._dated(day)})"
        return f'IF({self._dated(typed)},{typed}{late},IF({timed},{typed}+INT(N({day})),""))'

    def parts(self, field: str) -> tuple[str, ...]:
        """Its own cell, or those a derived stamp is made of."""
        return tuple(self.cell(part) for part in self.grid.form.derived.get(field, (field,)))

    def surely_before(self, later: str, earlier: str) -> str:
        """Both are numbers, both with a day or both without; the minute that ingest cuts off is forgiven."""
        form, days = self.grid.form, list[str]()
        known, stamps = list[str](), list[str]()
        for name in (later, earlier):
            cells = self.parts(name)
            known += [f"ISNUMBER({cell})" for cell in cells]
            days += cells[:1] if name in form.derived else []
            # a promised day lasts until its end
            late = f"+({cells[0]}>=1)*({cells[0]}=INT({cells[0]}))" if name in form.by_name and form.by_name[name].kind == "due" else ""
            stamps.append("+".join(cells) + late)
        if not days:
            known.append(f"({self.cell(later)}<1)=({self.cell(earlier)}<1)")
        else:
            # a time of day alone lies on the day of the stamp that is put together
            pairs = zip((later, earlier), stamps, strict=True)
            stamps = [stamp if name in form.derived else f"{stamp}+({self.cell(name)}<1)*{days[0]}" for name, stamp in pairs]
        return f"IF(AND({','.join(known)}),{stamps[0]}-({stamps[1]})<-1/1440,FALSE)"

    def _day(self) -> str:
        form = self.grid.form
        return self.read(form.derived[form.day][0] if form.day in form.derived else form.day)

    def _dated(self, cell: str) -> str:
        """TRUE for a number that is a day which can be meant."""
        first, last = self.dates()
        return f"AND(N({cell})>={first},N({cell})<{last + 1})"

    def _timed(self, cell: str) -> str:
        """TRUE for a number that is a time of day."""
        return f"AND(ISNUMBER({cell}),N({cell})>=0,N({cell})<{MIDNIGHT})"

    def chosen(self, field: str) -> str:
        """The cell itself: the dropdown lets no other spelling in."""
        return self.cell(field)

    def dates(self) -> tuple[int, int]:
        """The range outside of which ingest takes a date for a slip."""
        spellings = self.grid.form.spellings
        return (spellings.earliest - EPOCH).days, (spellings.latest - EPOCH).days

    def label(self, field: str, key: str) -> str:
        """The label of a list entry."""
        choices = self.grid.form.by_name[field].choices
        return choices.label(key, self.grid.lang) if choices else key

    def labels(self, field: str) -> str:
        """The defined name of a field's list."""
        return self.lists.lists[field]

    def options(self, field: str) -> str:
        """The entries that fit the row's parent entry."""
        return self.lists.source(field, self.cell(self.lists.routes[field].by))

    def default(self, field: str) -> str | None:
        """The desk's agent, for a field that may be left to it."""
        return AGENT_NAME if self.grid.form.by_name[field].default else None

    def now(self) -> str:
        """The latest moment that is not in the future."""
        return NOW


@dataclass(frozen=True)
class CheckCells(EntryCells):
    """The same on the self-check sheet, where each stamp has a column of its own."""

    stamps: Mapping[str, str] = field(default_factory=dict)
    # what a cell is read as, where that may differ from what stands there: entries by their label, dates as serials
    readings: Mapping[str, str] = field(default_factory=dict)
    # the columns with what is promised in words
    promises: Mapping[str, str] = field(default_factory=dict)

    def cell(self, field: str) -> str:
        """What names the typed cell of the row (see csbook.template.selfcheck.checks); a computed field has a column of its own."""
        return f"{TYPED}{self.grid.letter(field)}" if self.grid.form.by_name[field].typed else super().cell(field)

    def due(self, field: str) -> str:
        """The stamp, else what is promised in words."""
        promised = f"{self.promises[field]}{self.row}" if field in self.promises else '""'
        return f"IF(ISNUMBER({self.stamp(field)}),{self.stamp(field)},{promised})" if field in self.stamps else promised

    def typed(self, field: str) -> str:
        """What is typed, as it is typed."""
        return self.cell(field)

    def read(self, field: str) -> str:
        """The column with the serial that a text says as well."""
        return f"{self.readings[field]}{self.row}" if field in self.readings else self.cell(field)

    def chosen(self, field: str) -> str:
        """The column with the label of the entry that is meant."""
        return self.read(field)

    def stamp(self, field: str) -> str:
        """The stamp's column."""
        return f"{self.stamps[field]}{self.row}" if field in self.stamps else super().stamp(field)

    def computed_stamp(self, field: str) -> str:
        """The formula that fills the stamp's column: to the minute, as ingest reads it, to the second first."""
        stamp = super().stamp(field)
        return f'IFERROR(INT(({stamp})*1440+1/120)/1440,"")'
