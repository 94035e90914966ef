"""Transfers: each hand-over of a case names to whom, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.lists import Phrases
from csbook.privacy.each import each
from csbook.rules import excel
from csbook.rules.rule import Examples, OfField, Say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PART = r"[^/]*[^/\s][^/]*"
LINE = f"{PART}/{PART}/{PART}"
BETWEEN_DIGITS = "([0-9])/([0-9])"


@dataclass(frozen=True, kw_only=True)
class Transfers(OfField):
    """A word of `phrases` ("none"), or lines of three parts: to whom / when / why.

    Excel cannot look at each line, so ingest alone judges.
    """

    code = Code.TRANSFER_INCOMPLETE
    phrases: Phrases

    def why_ingest(self) -> str:
        return "each_line"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return each(frame[self.field], self._complete, blank=True)

    def _complete(self, distinct: pa.Array) -> pa.Array:
        import pandas as pd
        import pyarrow as pa  # here: whoever only knows the forms needs no columns

        text = pd.Series(distinct, dtype="str").str.replace("\uff0f", "/").str.strip()
        lines = text[~text.isin(self.phrases.phrases)].str.split("\n").explode()
        lines = lines[lines.str.strip() != ""]
        # a stroke between digits belongs to a date; twice, as strokes may share a digit (10/1/3)
        lines = lines.str.replace(BETWEEN_DIGITS, r"\1-\2", regex=True).str.replace(BETWEEN_DIGITS, r"\1-\2", regex=True)
        whole = lines.str.fullmatch(LINE).astype(bool)
        return pa.array(whole.groupby(level=0).all().reindex(text.index, fill_value=True).astype(bool))

    def said(self, say: Say) -> dict[str, object]:
        return {"none": excel.JOINT.join(self.phrases.phrases)}

    def examples(self) -> Examples:
        return Examples((*self.phrases.phrases, "a / 9:05 / b"), ("a / 9:05", "a / / b"))
