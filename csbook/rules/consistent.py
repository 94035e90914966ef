"""Consistent: where one condition is true, another must be true as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code, Severity
from csbook.rules.condition import Every, Filled
from csbook.rules.rule import Cells, Condition, Rule, Say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Consistent(Rule):
    """Two facts of a row that must fit together; `field` is blamed. The conditions alone decide, also where `field` is blank."""

    code = Code.INCONSISTENT
    severity: Severity = Severity.WARNING
    field: str
    when: Condition
    then: Condition

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, *self.when.fields(), *self.then.fields())

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return ~self.when.true(frame) | self.then.true(frame)

    def formula(self, at: Cells) -> str:
        return f"OR(NOT({self.when.formula(at)}),{self.then.formula(at)})"

    def said(self, say: Say) -> dict[str, object]:
        return {"condition": self._said_when().words(say), "then": self.then.words(say)}

    def _said_when(self) -> Condition:
        """Whoever reads of a filled column need not be told that it is filled."""
        if not isinstance(self.when, Every):
            return self.when
        others = tuple(part for part in self.when.parts if part != Filled(self.field))
        return others[0] if len(others) == 1 else Every(others or self.when.parts)
