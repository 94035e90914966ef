"""Cells: how rules point at a row – on the self-check sheet, on the data sheet while typing, and in conditional formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csbook.template.grid import FIRST_ROW, Grid
from csbook.template.listing import Listing
from csbook.template.stamp import AGENT_NAME

# a clock that runs five minutes ahead is no lie
NOW = "NOW()+5/1440"


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

    def stamp(self, field: str) -> str:
        """The serial of a date, stamp or derived stamp, "" while it is unknown; a time of day takes the row's day."""
        form = self.grid.form
        if field in form.derived:
            date, clock = (self.cell(part) for part in form.derived[field])
            return f'IF(AND(ISNUMBER({date}),ISNUMBER({clock})),{date}+{clock},"")'
        typed, kind = self.cell(field), form.by_name[field].kind
        if kind in ("date", "clock"):
            return typed
        # a promised day lasts until its end
        late = f"+({typed}>=1)*({typed}=INT({typed}))" if kind == "due" else ""
        if field == form.day:
            return f'IF(N({typed})>=1,{typed}{late},"")'
        day = self._day()
        return f'IF(ISNUMBER({typed})*(N({typed})+{day}>=1),{typed}+({typed}<1)*{day}{late},"")'

    def _day(self) -> str:
        form = self.grid.form
        day = form.derived[form.day][0] if form.day in form.derived else form.day
        cell = f"N({self.cell(day)})"
        return cell if form.by_name[day].kind == "date" else f"INT({cell})"

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

    def stamp(self, field: str) -> str:
        """The stamp's column."""
        return f"{self.stamps[field]}{self.row}" if field in self.stamps else super().stamp(field)

    def computed_stamp(self, field: str) -> str:
        """The formula that fills the stamp's column."""
        return super().stamp(field)
