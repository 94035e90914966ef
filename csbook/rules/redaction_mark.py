"""Redaction mark: what csbook wrote in place of removed personal data is not handed in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.lists import Phrases
from csbook.privacy.each import each, holding
from csbook.privacy.findings import HANDED_IN, REFUSED
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField, Say, flagged, seen

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class RedactionMark(OfField):
    """`phrases`: the beginnings of the mark (validations/words.toml, the same as privacy.toml)."""

    code = Code.REDACTION_MARK
    phrases: Phrases

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        import pyarrow.compute as pc  # here: whoever only knows the forms needs no columns

        marked = each(frame[self.field], lambda text: pc.match_substring_regex(text, holding(self.phrases.phrases)), blank=False)
        # a mark that this very ingest set is the fault that private_refused names
        refused = seen(frame, self.field, (REFUSED,))
        return ~marked if refused is None else ~marked | (refused & ~flagged(frame, self.field, HANDED_IN))

    def formula(self, at: Cells) -> str:
        return f"NOT({excel.holds_text(at.cell(self.field), self.phrases.phrases)})"

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def said(self, say: Say) -> dict[str, object]:
        return {"mark": excel.JOINT.join(self.phrases.phrases)}

    def examples(self) -> Examples:
        return Examples(("x",), tuple("x" + phrase for phrase in self.phrases.phrases))
