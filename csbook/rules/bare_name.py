"""Bare name: a value that looks like a person's full name without a mask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csbook.issues import Code, Severity
from csbook.lists import Phrases
from csbook.privacy.each import each, holding
from csbook.rules import excel
from csbook.rules.rule import Cells, Entry, Examples, OfField

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SHORTEST, LONGEST = 2, 4


@dataclass(frozen=True, kw_only=True)
class BareName(OfField):
    """Two to four characters led by a common surname (`phrases`), without a mask or a digit: probably a name, so a warning.

    `unless`: endings that make it an organisation.
    """

    code = Code.BARE_NAME
    severity: Severity = Severity.WARNING
    phrases: Phrases
    unless: Phrases | None = None

    def holds(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return each(frame[self.field], self._veiled, blank=True)

    def _veiled(self, text: pa.Array) -> pa.Array:
        import pyarrow.compute as pc

        length = pc.utf8_length(text)
        brief = pc.and_(pc.greater_equal(length, SHORTEST), pc.less_equal(length, LONGEST))
        led = pc.match_substring_regex(text, f"^(?:{holding(self.phrases.phrases)})")
        veiled = pc.match_substring_regex(text, holding((), self._endings) + "|[*0-9]")
        return pc.or_(veiled, pc.invert(pc.and_(brief, led)))

    def formula(self, at: Cells) -> str:
        cell = at.cell(self.field)
        # one FIND in many surnames of a length, told apart by blanks
        led = excel.any_of(
            f'ISNUMBER(FIND(" "&LEFT({cell},{length})&" ",{excel.quoted(" " + " ".join(surnames) + " ")}))'
            for length, surnames in _chunks(self.phrases.phrases)
        )
        named = f"LEN({cell})>={SHORTEST},LEN({cell})<={LONGEST},{led}"
        bare = f'AND({named},ISERROR(FIND("*",{cell})),ISERROR(FIND(0,{excel.digits_to_zero(cell)})))'
        return f"NOT({bare})" if not self._endings else f"OR({excel.ends_in(cell, self._endings)},NOT({bare}))"

    @property
    def _endings(self) -> tuple[str, ...]:
        return self.unless.phrases if self.unless else ()

    def entry(self, at: Cells) -> Entry | None:
        return Entry.custom(self.formula(at))

    def examples(self) -> Examples:
        surnames = self.phrases.phrases[:1]
        return Examples(("x*", *(surname + "*" for surname in surnames)), tuple(surname + "xx" for surname in surnames))


def _chunks(surnames: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Surnames by length, as many at a time as a text literal of a formula (255 characters) can hold."""
    for length in sorted({excel.length(surname) for surname in surnames}):
        alike = tuple(surname for surname in surnames if excel.length(surname) == length)
        size = 250 // (length + 1)
        for start in range(0, len(alike), size):
            yield length, alike[start : start + size]
