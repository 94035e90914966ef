"""Members: the cell holds entries of a list, joined with the enumeration comma."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code
from csbook.lists import ChoiceList
from csbook.rules import excel
from csbook.rules.excel import BLANKS, JOINT
from csbook.rules.rule import Cells, Entry, Examples, OfField, Say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Members(OfField):
    """Every part between JOINT is an entry of the list; empty parts say nothing."""

    code = Code.NOT_IN_LIST
    choices: ChoiceList

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        parts = frame[self.field].dropna().astype("str").str.split(JOINT).explode().str.strip(BLANKS)
        known = parts.isin([*self.choices.keys, ""])
        return known.groupby(level=0).all().reindex(frame.index, fill_value=True).astype(bool)

    def formula(self, at: Cells) -> str:
        # every part between marks of its own ("J" + part + "J"), so that entries next to each other both go
        rest = f'"{JOINT}"&SUBSTITUTE({at.cell(self.field)},"{JOINT}","{JOINT}{JOINT}")&"{JOINT}"'
        for key in self.choices.keys:
            rest = f"SUBSTITUTE({rest},{excel.quoted(JOINT + at.label(self.field, key) + JOINT)},)"
        return excel.blank(f'SUBSTITUTE({rest},"{JOINT}",)')

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def said(self, say: Say) -> dict[str, object]:
        labels = messages.text(say.lang, "comma").join(self.choices.labels(say.lang))
        return {"entries": messages.text(say.lang, "members.entries", entries=labels)}

    def examples(self) -> Examples:
        labels = self.choices.labels("zh")
        return Examples((*labels, JOINT.join(labels)), tuple(label + "?" for label in labels[:1]))
