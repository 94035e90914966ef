"""Maps as frozen values: how a foreign table becomes rows of a form (csbook.intake.foreign.mapping reads them from TOML)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

# a date and a time of day in one text, as other systems export them
PARTS = ("date", "clock")
BOTH = r"^(?P<date>[0-9]{8}|(?:[0-9]+[^0-9 T]+){2}[0-9]+[^0-9 T:]?)[ T]+(?P<clock>[0-9]{1,2}[^0-9].*)$"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a field comes from: columns (joined with `joint`) or a constant; `values` by bare spelling, `default` for blanks."""

    field: str
    columns: tuple[str, ...] = ()
    joint: str = " "
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    formats: tuple[str, ...] = ()
    dated: bool = False  # a date or a time stands there
    part: str = ""  # date or clock: what the field takes of a date with a time
    constant: str | None = None
    default: str | None = None


@dataclass(frozen=True, kw_only=True)
class ForeignMap:
    """How a foreign workbook becomes rows of `form`. `identity` are the columns that tell its rows apart: one number, or a key."""

    form: str
    source: str
    identity: tuple[str, ...]
    numbered: bool
    origins: tuple[Origin, ...]
    sheet: str = ""
    header_row: int | None = None  # as Excel counts
    desk: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every column of the foreign table that is read, each once."""
        read = (column for origin in self.origins for column in origin.columns)
        return tuple(dict.fromkeys([*self.identity, *read]))

    @property
    def dated(self) -> frozenset[str]:
        """Columns that hold dates or times."""
        return frozenset(column for origin in self.origins if origin.dated for column in origin.columns)
