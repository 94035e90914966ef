"""Length: a text is no longer than its column allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code
from csbook.privacy.findings import MASKED, REFUSED
from csbook.privacy.masks import characters
from csbook.rules.rule import TOO_LONG, Cells, Entry, Examples, OfField, Say, flagged, seen

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Length(OfField):
    """At most `limit` characters (csbook.privacy.masks.characters)."""

    code = Code.TOO_LONG
    limit: int

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        # redaction changes the length: what it changed was measured before
        holds, redacted = characters(frame[self.field]) <= self.limit, seen(frame, self.field, (MASKED, REFUSED))
        return holds if redacted is None else holds.where(~redacted, ~flagged(frame, self.field, TOO_LONG))

    def formula(self, at: Cells) -> str:
        return f"LEN({at.cell(self.field)})<={self.limit}"

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def said(self, say: Say) -> dict[str, object]:
        return {"limit": self.limit}

    def examples(self) -> Examples:
        return Examples(("x" * self.limit,), ("x" * (self.limit + 1),))
