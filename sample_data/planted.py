"""Planted: what is typed on purpose where, and what ingest must say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csbook.template.grid import FIRST_ROW, SOURCE_ID, Grid
from csbook.workbook import column_letter
from sample_data.dice import Dice
from sample_data.filled import Filled

# a row as (workbook, number), counted from 0
Place = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One finding to expect, or (code "") a spelling that must raise none. `cell` is "" where the whole file is meant."""

    path: str
    sheet: str = ""
    cell: str = ""
    field: str = ""
    rule: str
    code: str = ""
    severity: str = ""
    note: str


@dataclass
class Rows:
    """Rows that may still be typed over: no two faults share one, and none that another row refers to is touched."""

    taken: set[Place] = field(default_factory=set)

    def draw(self, dice: Dice, workbook: Filled, where: Mapping[str, str]) -> int:
        """The number of a free row that fits `where` (field = key, "filled" or "blank"); it is taken from now on."""
        fitting = [
            number
            for number, row in enumerate(workbook.rows)
            if (str(workbook.path), number) not in self.taken and all(_fits(row.get(name), wanted) for name, wanted in where.items())
        ]
        if not fitting:
            raise LookupError(f"{workbook.path}: no row is left with {dict(where)}")
        chosen = dice.pick(fitting)
        self.take(workbook, chosen)
        return chosen

    def take(self, workbook: Filled, number: int) -> None:
        self.taken.add((str(workbook.path), number))


def at(workbook: Filled, row: int, name: str, *, rule: str, note: str, code: str = "", severity: str = "") -> Planted:
    """What stands in field `name` of a row."""
    grid = Grid(workbook.form, "zh", len(workbook.rows))
    letter = column_letter(grid.source_column) if name == SOURCE_ID else grid.letter(name)
    return Planted(
        path=str(workbook.path),
        sheet=grid.sheet,
        cell=f"{letter}{FIRST_ROW + row}",
        field=name,
        rule=rule,
        code=code,
        severity=severity,
        note=note,
    )


def _fits(value: object, wanted: str) -> bool:
    filled = value not in (None, "")
    return {"filled": filled, "blank": not filled}.get(wanted, value == wanted)
