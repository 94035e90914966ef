"""Includes: a condition on a cell that holds several list entries, joined with the enumeration comma."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.rules import excel
from csbook.rules.condition import OfEntries
from csbook.rules.excel import JOINT
from csbook.rules.rule import Cells, constant

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Includes(OfEntries):
    """`{ field = "other_demands", includes = ["other"] }`: one of the joined entries is one of these."""

    said = "condition.includes"

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        joined = JOINT + frame[self.field].fillna("").astype("str") + JOINT
        found = constant(frame, value=False)
        for key in self.keys:
            found |= joined.str.contains(JOINT + key + JOINT, regex=False).astype(bool)
        return found

    def formula(self, at: Cells) -> str:
        joined = f'"{JOINT}"&{at.chosen(self.field)}&"{JOINT}"'
        return excel.any_of(f"ISNUMBER(FIND({excel.quoted(JOINT + at.label(self.field, key) + JOINT)},{joined}))" for key in self.keys)
