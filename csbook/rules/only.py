"""Only: the cell may be filled only where a condition is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.rules import excel
from csbook.rules.rule import Cells, Condition, Entry, Rule, Say, stands

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Only(Rule):
    """What FORMS.md calls "only after resolved": a filled `field` needs `when` to be true."""

    code = Code.NOT_APPLICABLE
    field: str
    when: Condition

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, *self.when.fields())

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return ~stands(frame, self.field) | self.when.true(frame)

    def formula(self, at: Cells) -> str:
        return f"OR({excel.blank(at.cell(self.field))},{self.when.formula(at)})"

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def said(self, say: Say) -> dict[str, object]:
        return {"condition": self.when.words(say)}
