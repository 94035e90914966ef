"""Range: a whole number lies between its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField, Say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Range(OfField):
    """`low` ≤ value ≤ `high`; a bound that is None binds nothing."""

    code = Code.OUT_OF_RANGE
    low: int | None = None
    high: int | None = None

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        value = frame[self.field]
        inside = value.isna()
        above = value >= self.low if self.low is not None else ~inside
        below = value <= self.high if self.high is not None else ~inside
        return inside | (above & below).fillna(False).astype(bool)

    def formula(self, at: Cells) -> str:
        cell = at.cell(self.field)
        bounds = [f"{cell}>={self.low}"] * (self.low is not None) + [f"{cell}<={self.high}"] * (self.high is not None)
        return f"IF(ISNUMBER({cell}),{excel.all_of(bounds)},TRUE)"

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def said(self, say: Say) -> dict[str, object]:
        if self.low is None:
            return {"bounds": messages.text(say.lang, "range.at_most", high=self.high)}
        if self.high is None:
            return {"bounds": messages.text(say.lang, "range.at_least", low=self.low)}
        return {"bounds": messages.text(say.lang, "range.between", low=self.low, high=self.high)}

    def examples(self) -> Examples:
        ends = [(self.low, -1), (self.high, 1)]
        known = [(end, step) for end, step in ends if end is not None]
        return Examples(tuple(str(end) for end, _ in known), tuple(str(end + step) for end, step in known))
