"""Member: the cell holds an entry of its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code
from csbook.lists import ChoiceList
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField, Say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Member(OfField):
    """A frame holds the entry's key where ingest recognised a spelling of it, else the text as typed, which is refused."""

    code = Code.NOT_IN_LIST
    choices: ChoiceList

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return frame[self.field].isna() | frame[self.field].isin(self.choices.keys)

    def formula(self, at: Cells) -> str:
        cell, labels = at.cell(self.field), at.labels(self.field)
        return excel.unless_blank(cell, excel.member(cell, labels))

    def entry(self, at: Cells) -> Entry | None:
        return Entry.list(at.labels(self.field))

    def said(self, say: Say) -> dict[str, object]:
        return {"entries": messages.text(say.lang, "comma").join(self.choices.labels(say.lang))}

    def examples(self) -> Examples:
        labels = self.choices.labels("zh")
        return Examples(labels, tuple(label + "?" for label in labels[:1]))
