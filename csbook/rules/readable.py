"""Readable: a date, a time, a number or a reference that ingest can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook import messages
from csbook.issues import Code
from csbook.rules import excel
from csbook.rules.rule import IN_WORDS, UNREADABLE, Cells, Entry, Examples, OfField, Say, flagged

if TYPE_CHECKING:
    import pandas as pd

# a time of day is read to the second: the last half second of a day is the next one
MIDNIGHT = "0.999994"
LARGEST = 999_999_999  # the longest whole number that ingest takes for one


@dataclass(frozen=True, kw_only=True)
class Readable(OfField):
    """What was typed reads as the field's kind `of`. In Excel dates and times are numbers in their range, never text.

    A promise in words (kind `due`) is left to readable_promise. A time of day whose day is missing has no stamp.
    """

    code = Code.UNREADABLE
    of: str

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        unreadable = flagged(frame, self.field, UNREADABLE)
        return ~unreadable | flagged(frame, self.field, IN_WORDS) if self.of == "due" else ~unreadable

    def formula(self, at: Cells) -> str:
        cell, (first, last) = at.cell(self.field), at.dates()
        number = {
            "date": f"{cell}>={first},{cell}<={last},{cell}=INT({cell})",
            "clock": f"{cell}>=0,{cell}<{MIDNIGHT}",
            "whole": f"{cell}>=0,{cell}<={LARGEST},{cell}=INT({cell})",
        }.get(self.of) or f"ISNUMBER({at.stamp(self.field)})"
        otherwise = f"ISTEXT({cell})" if self.of == "due" else "FALSE"
        return excel.unless_blank(cell, f"IF(ISNUMBER({cell}),AND({number}),{otherwise})")

    def entry(self, at: Cells) -> Entry | None:
        if self.of in ("date", "clock", "whole"):
            return Entry.custom(self.formula(at))
        # a time of day alone may get its day later
        cell, (first, last) = at.cell(self.field), at.dates()
        otherwise = f"ISTEXT({cell})" if self.of == "due" else "FALSE"
        stamp = f"OR(AND({cell}>=0,{cell}<{MIDNIGHT}),AND({cell}>={first},{cell}<{last + 1}))"
        return Entry.partly(excel.unless_blank(cell, f"IF(ISNUMBER({cell}),{stamp},{otherwise})"))

    def said(self, say: Say) -> dict[str, object]:
        return {"how": messages.text(say.lang, f"readable.{self.of}")}

    def examples(self) -> Examples:
        accepted = {"date": ("2023-10-01",), "clock": ("9:05",), "whole": ("12",)}.get(self.of, ("2023-10-01 14:30",))
        return Examples(accepted, () if self.of == "due" else ("?",))


@dataclass(frozen=True, kw_only=True)
class ReadableReference(OfField):
    """References to other records are record numbers or source ids. Excel cannot look at each, so ingest alone judges."""

    code = Code.REFERENCE_UNREADABLE

    def why_ingest(self) -> str:
        return "each_part"

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return ~flagged(frame, self.field, UNREADABLE)
