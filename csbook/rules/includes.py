"""Includes: a condition on a cell that holds several list entries, joined with the enumeration comma."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.lists import ChoiceList
from csbook.rules import excel
from csbook.rules.excel import JOINT
from csbook.rules.rule import Cells, Condition, Say, constant

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Includes(Condition):
    """`{ field = "other_demands", includes = ["other"] }`: one of the joined entries is one of these."""

    field: str
    keys: tuple[str, ...]

    def fields(self) -> Iterator[str]:
        yield self.field

    def true(self, frame: pd.DataFrame) -> pd.Series[bool]:
        joined = JOINT + frame[self.field].fillna("").astype("str") + JOINT
        found = constant(frame, value=False)
        for key in self.keys:
            found |= joined.str.contains(JOINT + key + JOINT, regex=False).astype(bool)
        return found

    def formula(self, at: Cells) -> str:
        joined = f'"{JOINT}"&{at.chosen(self.field)}&"{JOINT}"'
        return excel.any_of(f"ISNUMBER(FIND({excel.quoted(JOINT + at.label(self.field, key) + JOINT)},{joined}))" for key in self.keys)

    def words(self, say: Say) -> str:
        named = (messages.text(say.lang, "condition.entry", entry=say.entry(self.field, key)) for key in self.keys)
        entries = messages.text(say.lang, "or").join(named)
        return messages.text(say.lang, "condition.includes", field=say.field(self.field), entries=entries)

    def contradictions(self, lists: Mapping[str, ChoiceList]) -> Iterator[dict[str, object]]:
        known = lists[self.field].keys if self.field in lists else ()
        for key in self.keys:
            if key not in known:
                yield {"id": "unknown_entry", "key": key, "list": self.field}
