"""Order: one stamp must not lie before another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.rules import excel
from csbook.rules.rule import IN_WORDS, Cells, Entry, Rule, Say, flagged

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Order(Rule):
    """`not_before` ≤ `field`; holds while either is blank. Equal is in order (0 minutes is real). Words are left to promised_order."""

    code = Code.OUT_OF_ORDER
    field: str
    not_before: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, self.not_before)

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return self._in_order(frame) | flagged(frame, self.field, IN_WORDS)

    def _in_order(self, frame: pd.DataFrame) -> pd.Series[bool]:
        later, earlier = frame[self.field], frame[self.not_before]
        return later.isna() | earlier.isna() | (later >= earlier)

    def formula(self, at: Cells) -> str:
        return excel.in_order(at.stamp(self.not_before), at.stamp(self.field))

    def entry(self, at: Cells) -> Entry | None:
        return Entry.partly(f"NOT({at.surely_before(self.field, self.not_before)})")

    def said(self, say: Say) -> dict[str, object]:
        return {"earlier": say.field(self.not_before)}
