"""Not after: one stamp must not lie behind another; the mirror of order, so that the right cell is blamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Rule, Say, Words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class NotAfter(Rule):
    """`field` ≤ `not_after`, e.g. the problem occurred before it was told; holds while either is blank."""

    code = Code.OUT_OF_ORDER
    field: str
    not_after: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, self.not_after)

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        earlier, later = frame[self.field], frame[self.not_after]
        return later.isna() | earlier.isna() | (later >= earlier)

    def formula(self, at: Cells) -> str:
        return excel.in_order(at.stamp(self.field), at.stamp(self.not_after))

    def entry(self, at: Cells) -> Entry | None:
        return Entry.partly(f"NOT({at.surely_before(self.not_after, self.field)})")

    def words(self, say: Say) -> Words:
        said = {"field": say.field(self.field), "later": say.field(self.not_after)}
        return Words(*(messages.text(say.lang, f"{self.code}.after.{part}", **said) for part in Words._fields))
