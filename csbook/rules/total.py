"""Total: a duration that the workbook computes equals the difference of its stamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.rules.rule import Rule, Say, flagged

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Total(Rule):
    """`field` = minutes from `start` to `stop`, halves rounded up. In the template the cell is computed, so only ingest has to look."""

    code = Code.TOTAL_DIFFERS
    field: str
    start: str
    stop: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.field, self.start, self.stop)

    def why_ingest(self) -> str:
        return "computed"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        seconds = (frame[self.stop] - frame[self.start]).dt.total_seconds()
        minutes = (seconds + 30) // 60
        given = frame[self.field].astype("float64")
        # what is no whole number of minutes cannot be the right one
        return (given.isna() | minutes.isna() | (given == minutes)) & ~flagged(frame, self.field, "unreadable")

    def said(self, say: Say) -> dict[str, object]:
        return {"start": say.field(self.start), "stop": say.field(self.stop)}
