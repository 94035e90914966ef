"""Promise: a due time in words, such as "within 24 hours"; Excel cannot count it out, so ingest alone judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.rules.order import Order
from csbook.rules.readable import Readable
from csbook.rules.rule import IN_WORDS, UNREADABLE, Cells, Entry, Examples, flagged

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ReadablePromise(Readable):
    """The words hold a promise (METRICS.md, Clocks and policy)."""

    def why_ingest(self) -> str:
        return "promise"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return ~(flagged(frame, self.field, UNREADABLE) & flagged(frame, self.field, IN_WORDS))

    def formula(self, at: Cells) -> None:  # type: ignore[override]
        return None

    def entry(self, at: Cells) -> Entry | None:
        return None

    def examples(self) -> Examples:
        return Examples((), ())


@dataclass(frozen=True, kw_only=True)
class PromisedOrder(Order):
    """What the words promise does not lie before `not_before`."""

    code = Code.OUT_OF_ORDER

    def why_ingest(self) -> str:
        return "promise"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return self._in_order(frame) | ~flagged(frame, self.field, IN_WORDS)

    def formula(self, at: Cells) -> None:  # type: ignore[override]
        return None

    def entry(self, at: Cells) -> Entry | None:
        return None
