"""Vague: a description says more than that something is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code, Severity
from csbook.lists import Phrases
from csbook.privacy.each import each
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField, Say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# ASCII and CJK punctuation and blanks that carry no meaning in a description
PUNCTUATION = tuple(" \u3000\n,.!?;:-~()\uff0c\u3002\uff01\uff1f\uff1b\uff1a\u3001\u2026\u2014\uff5e\u201c\u201d\uff08\uff09")
DEEPEST = 56  # Excel nests 64 levels; what stands around it needs a few


@dataclass(frozen=True, kw_only=True)
class Vague(OfField):
    """At least `least` characters are left once punctuation, then the listed phrases (longest first) are removed."""

    code = Code.VAGUE
    severity: Severity = Severity.WARNING
    phrases: Phrases
    least: int = 4

    @property
    def removed(self) -> tuple[str, ...]:
        """What is taken out, one after the other, in both faces."""
        return (*PUNCTUATION, *self._phrases)

    @property
    def _phrases(self) -> tuple[str, ...]:
        return tuple(sorted(self.phrases.phrases, key=lambda phrase: (-len(phrase), phrase)))

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return each(frame[self.field], self._enough, blank=True)

    def _enough(self, text: pa.Array) -> pa.Array:
        """Texts that begin with enough characters of no phrase, as nearly all do, need no closer look."""
        import pyarrow.compute as pc

        signs = re.escape("".join(sorted({*"".join(self.removed)})))
        enough = pc.match_substring_regex(text, f"^(?:[{signs}]*[^{signs}]){{{self.least}}}")
        left = text.filter(pc.invert(enough))
        # one by one as the formula does, but for the signs, which cannot get in each other's way
        left = pc.replace_substring_regex(left, f"[{re.escape(''.join(PUNCTUATION))}]", "")
        for phrase in self._phrases:
            left = pc.replace_substring(left, phrase, "")
        return pc.replace_with_mask(enough, pc.invert(enough), pc.greater_equal(pc.utf8_length(left), self.least))

    def why_ingest(self) -> str | None:
        return "too_deep" if len(self.removed) > DEEPEST else None

    def formula(self, at: Cells) -> str | None:
        if self.why_ingest():
            return None
        cell = at.cell(self.field)
        text = cell
        for part in self.removed:
            text = f"SUBSTITUTE({text},{excel.quoted(part)},)"
        return excel.unless_blank(cell, f"LEN({text})>={self.least}")

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def said(self, say: Say) -> dict[str, object]:
        return {"least": self.least}

    def examples(self) -> Examples:
        return Examples(("x" * self.least,), (*self.phrases.phrases[:1], "x" * (self.least - 1)))
