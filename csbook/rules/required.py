"""Required: the cell must be filled, always or when a condition is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code
from csbook.rules import excel
from csbook.rules.rule import Cells, Condition, Rule, Say, stands

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Required(Rule):
    """R and R? of FORMS.md. A blank cell that the desk supplies (`Cells.default`) counts as filled."""

    code = Code.REQUIRED_MISSING
    field: str
    when: Condition | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, *(self.when.fields() if self.when else ()))

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        # what is written but unreadable is not missing: the readable rule names it
        written = stands(frame, self.field)
        return written if self.when is None else written | ~self.when.true(frame)

    def formula(self, at: Cells) -> str:
        ways = [excel.filled(at.cell(self.field))]
        default = at.default(self.field)
        if default:
            ways.append(excel.filled(default))
        if self.when is not None:
            ways.append(f"NOT({self.when.formula(at)})")
        return excel.any_of(ways)

    def said(self, say: Say) -> dict[str, object]:
        when = messages.text(say.lang, "when", condition=self.when.words(say)) if self.when else ""
        return {"when": when}
