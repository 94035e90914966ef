"""Past: a stamp does not lie in the future."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.rules.rule import NOW, Cells, Entry, Examples, OfField

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Past(OfField):
    """`field` (a stamp, a derived stamp, or a date, which counts from 0:00) ≤ now."""

    code = Code.IN_FUTURE

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return frame[self.field].isna() | (frame[self.field] <= frame[NOW])

    def formula(self, at: Cells) -> str:
        stamp = at.stamp(self.field)
        return f"IF(ISNUMBER({stamp}),{stamp}<={at.now()},TRUE)"

    def entry(self, at: Cells) -> Entry | None:
        # a time of day alone passes: its day stands in another cell
        typed = "+".join(f"N({cell})" for cell in at.parts(self.field))
        return Entry.partly(f"{typed}<={at.now()}")

    def examples(self) -> Examples:
        return Examples(("2023-10-01",), ("2999-12-31",))
